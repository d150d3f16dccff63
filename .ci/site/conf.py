"""Settings of Sphinx for the site; the pages themselves are written by `pages.py` and `api.py`."""
from configparser import ConfigParser
from pathlib import Path
from re import Match, sub
from unicodedata import lookup

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging

HERE = Path(__file__).resolve().parent
config = ConfigParser(delimiters=['='])
config.read(HERE.parent.parent/'settings.ini', encoding='utf-8')
settings = config['DEFAULT']

project = settings['title']
author = settings['author']
copyright = settings['copyright']
release = version = settings['version']

extensions = ['myst_nb']
nb_execution_mode = 'off'                      # the committed outputs are shown
nb_render_markdown_format = 'myst'
nb_merge_streams = True                        # what one cell prints is one block
nb_code_prompt_show = 'Show the imports'
nb_code_prompt_hide = 'Hide the imports'
myst_enable_extensions = ['dollarmath', 'html_image', 'attrs_block']
myst_dmath_allow_digits = False                # "$5 and $6" is not a formula
myst_heading_anchors = 4
suppress_warnings = ['myst.header']            # a lesson may step from # to ###

highlight_language = 'text'                    # of blocks that name none
smartquotes = False                            # `--out` is not a dash
html_theme = 'furo'
html_title = settings['title']
html_static_path = [str(HERE/'static')]
html_css_files = ['site.css']
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {'source_repository': settings['git_url'], 'top_of_page_buttons': []}
html_math_renderer = 'mathml'
pygments_style, pygments_dark_style = 'friendly', 'github-dark'
python_maximum_signature_line_length = 88
add_module_names = False
toc_object_entries_show_parents = 'hide'


def script(m: Match) -> str:
    r"""The letter of `\mathcal L`, which browsers draw only as a character of its own."""
    plane = '' if m[1] in 'BEFHILMR' else 'MATHEMATICAL '
    return lookup(f'{plane}SCRIPT CAPITAL {m[1]}')


def mathml(translator, node: nodes.Element) -> None:
    """A formula as MathML, which browsers draw themselves: no script, no font and no request."""
    tex = sub(r'\\mathcal\s*\{?([A-Z])\}?', script, node.astext())
    function = r'\\(?:log|ln|exp|sin|cos|tanh?|max|min)(?![a-z])'
    tex = sub(rf'([\w)}}])\s*(?={function})', r'\1\,', tex)                     # 10 log, not 10log
    tex = sub(rf'({function}(?:_\{{\w+\}})?)\s*(?=[\w\\])', r'\1\,', tex)
    block = isinstance(node, nodes.math_block)
    formula = convert(tex, display='block' if block else 'inline')
    if '\\' in formula:
        logging.getLogger(__name__).warning('a command of TeX that is not known: %s', tex, location=node)
    translator.body.append(f'<div class="math">{formula}</div>' if block else formula)
    raise nodes.SkipNode


def setup(app) -> None:
    """Called by Sphinx."""
    app.add_html_math_renderer('mathml', (mathml, None), (mathml, None))
