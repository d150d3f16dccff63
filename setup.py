"""Packaging from `settings.ini`, the one place where versions and requirements stand."""
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=['='], interpolation=None)
config.read(here/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']

setup(
    name=cfg['lib_name'],
    version=cfg['version'],
    description=cfg['description'],
    long_description=(here/'README.md').read_text(encoding='utf-8') if (here/'README.md').exists() else '',
    long_description_content_type='text/markdown',
    author=cfg['author'],
    author_email=cfg['author_email'],
    url=f"https://github.com/{cfg['user']}/{cfg['repo']}",
    license='Apache-2.0',
    keywords=cfg['keywords'].split(),
    python_requires=f">={cfg['min_python']}",
    # `colorizer/` is written by nbdev_export alone; photographs, weights and the page are installed beside it as packages of their own.
    packages=[*find_packages(include=['colorizer', 'colorizer.*']), 'colorizer.sample', 'colorizer.weights', 'colorizer.page'],
    package_dir={'colorizer': cfg['lib_path'], 'colorizer.sample': 'data/sample', 'colorizer.weights': 'data/weights', 'colorizer.page': 'data/page'},
    package_data={'colorizer.sample': ['*.jpg', 'historic/*.jpg', '*.csv', '*.md'], 'colorizer.weights': ['*.safetensors', 'SHA256SUMS', '*.md'],
                  'colorizer.page': ['*.html', '*.css', '*.js', '*.svg']},
    install_requires=cfg['requirements'].split(),
    extras_require={name: cfg[f'{name}_requirements'].split() for name in ('dev', 'recognition', 'fid', 'sources', 'formats', 'onnx', 'app', 'scale')},
    entry_points={'console_scripts': cfg['console_scripts'].split()},
    classifiers=['Programming Language :: Python :: 3'],
    zip_safe=False,
)
