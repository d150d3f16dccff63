#!/usr/bin/env python
"""Write README.md from nbs/index.ipynb with nbconvert; `--check` fails where the file would change.

nbconvert alone would show hidden cells and leave links relative to nbs/, so a small preprocessor mends both.
"""
import re
import sys
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter
from nbconvert.preprocessors import Preprocessor

ROOT = Path(__file__).resolve().parent.parent
HIDDEN = re.compile(r'^\s*#\|\s*(hide|export|exporti|default_exp|eval:\s*false)', re.M)


class ForReadme(Preprocessor):
    """Drop flagged cells and error streams; make links count from the top of the repository."""

    def preprocess(self, nb, resources):
        nb.metadata['language_info'] = {'name': 'python'}      # code fences that say what they hold
        nb.cells = [c for c in nb.cells if not (c.cell_type == 'code' and HIDDEN.search(c.source))]
        for cell in nb.cells:
            if cell.cell_type == 'code':
                cell.outputs = [o for o in cell.outputs if o.get('name') != 'stderr']
            else:
                cell.source = re.sub(r'\]\((?!https?://|#|\.\./)([^)]+)\)', r'](nbs/\1)', cell.source)
                cell.source = re.sub(r'(\]\(|src=")\.\./', r'\1', cell.source)
        return nb, resources


def readme() -> str:
    """The README's whole text."""
    nb = nbformat.read(ROOT/'nbs'/'index.ipynb', as_version=4)
    exporter = MarkdownExporter()
    exporter.register_preprocessor(ForReadme, enabled=True)
    body, resources = exporter.from_notebook_node(nb)
    if resources.get('outputs'):
        sys.exit('index.ipynb shows figures as cell outputs: put pictures into nbs/images/ and link them')
    note = '<!-- Written from nbs/index.ipynb by .ci/readme.py: edit the notebook. -->\n'
    return note + re.sub(r'\n{3,}', '\n\n', body).strip() + '\n'


if __name__ == '__main__':
    text, path = readme(), ROOT/'README.md'
    if '--check' in sys.argv:
        if not path.exists() or path.read_text(encoding='utf-8') != text:
            sys.exit('README.md is not what nbs/index.ipynb gives: run python .ci/readme.py')
    else:
        path.write_text(text, encoding='utf-8')
