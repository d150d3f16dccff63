"""The notebooks as Sphinx reads them: hidden cells dropped, links mended, the sidebar under the index."""
import ast
import json
import re
import shutil
from configparser import ConfigParser
from os.path import relpath
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent.parent
NBS = ROOT/'nbs'
HIDDEN = re.compile(r'^\s*#\|\s*(hide|default_exp\b.*|eval:\s*false)\s*$', re.M)
EXPORTED = re.compile(r'^\s*#\|\s*export\b', re.M)
DIRECTIVE = re.compile(r'^\s*#\|.*\n?', re.M)
FENCED = re.compile(r'(^ *```.*?^ *```[^\n]*$)', re.M | re.S)
LINK = re.compile(r'(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)')
SOURCE = re.compile(r'(?<=src=")(?P<target>[^"]+)(?=")')
TEXT_OF_PART = re.compile(r'(^#.*$|\[[^\]]*\]\([^)]*\)|`[^`\n]+`)', re.M)

config = ConfigParser(delimiters=['='])
config.read(ROOT/'settings.ini', encoding='utf-8')
REPOSITORY = f"{config['DEFAULT']['git_url']}/blob/{config['DEFAULT']['branch']}"


def notebooks() -> dict[str, dict]:
    """Each notebook by its page's name, such as `01_lab` or `studies/speed`."""
    paths = [*sorted(NBS.glob('*.ipynb')), *sorted(NBS.glob('studies/*.ipynb'))]
    return {p.relative_to(NBS).with_suffix('').as_posix(): json.loads(p.read_text('utf-8')) for p in paths}


def source(cell: dict) -> str:
    """A cell's text."""
    return ''.join(cell['source'])


def title(nb: dict) -> str:
    """What the first heading says."""
    text = '\n'.join(source(c) for c in nb['cells'] if c['cell_type'] == 'markdown')
    return re.search(r'^# (.+)$', text, re.M)[1].strip()


def label(page: str) -> str:
    """Where the cells of a notebook are found: the first half of their anchors."""
    return 'cell-' + page.replace('/', '-')


class Links:
    """Links of one notebook, as the site needs them."""

    def __init__(self, page: str, stage: Path):
        self.folder, self.stage = (NBS/page).parent, stage

    def target(self, target: str, image: bool) -> str:
        """Pages stay relative, pictures are copied, all else is a link to the repository."""
        if re.match(r'[a-z]+:', target):
            return target
        path, _, anchor = target.partition('#')
        if anchor:
            anchor = '#' + re.sub(r'[^\w-]', '', unquote(anchor).lower())
        if not path:
            return anchor
        file = (self.folder/unquote(path)).resolve()
        if not file.exists() or not file.is_relative_to(ROOT):
            return target                         # Sphinx will say that it leads nowhere
        if file.suffix == '.ipynb' and file.is_relative_to(NBS):
            return relpath(file, self.folder) + anchor
        if not image:
            return f'{REPOSITORY}/{file.relative_to(ROOT).as_posix()}{anchor}'
        inside = file.relative_to(NBS) if file.is_relative_to(NBS) else 'files'/file.relative_to(ROOT)
        (self.stage/inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, self.stage/inside)
        return relpath(NBS/inside, self.folder)

    def mended(self, text: str) -> str:
        """A markdown text with all its links mended; pictures of other sites give way to their words."""
        def link(m: re.Match) -> str:
            return f"{m['image']}[{m['text']}]({self.target(m['target'], bool(m['image']))})"

        text = re.sub(r'!\[([^\]]*)\]\(https?://[^)]*\)', r'\1', text)
        text = SOURCE.sub(lambda m: self.target(m['target'], image=True), text)
        return LINK.sub(link, text)


def with_names(text: str, names: dict[str, str]) -> str:
    """Public names in backticks become links to the API; headings and links stay as they are."""
    def part(m: re.Match) -> str:
        name = m[0].strip('`')
        return f'{{py:obj}}`{name} <{names[name]}>`' if m[0] == f'`{name}`' and name in names else m[0]
    return TEXT_OF_PART.sub(part, text)


def prose(text: str, links: Links, names: dict[str, str]) -> str:
    """A markdown cell for the site; what stands in fences is left alone."""
    parts = FENCED.split(text)
    return ''.join(p if i % 2 else with_names(links.mended(p), names) for i, p in enumerate(parts))


def only_imports(code: str) -> bool:
    """Does a cell do nothing else? Then it is folded."""
    try:
        return all(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(code).body)
    except SyntaxError:                 # a line of the shell or of IPython
        return False


def markdown(text: str) -> dict:
    """A new markdown cell."""
    return {'cell_type': 'markdown', 'metadata': {}, 'source': text}


def cells(page: str, nb: dict, stage: Path, names: dict[str, str]) -> list[dict]:
    """The cells that a reader sees."""
    links, seen = Links(page, stage), []
    for cell in nb['cells']:
        text = source(cell)
        if cell['cell_type'] == 'markdown':
            seen.append(cell | {'source': prose(text, links, names)})
        elif cell['cell_type'] == 'code' and not HIDDEN.search(text):
            code, folded = DIRECTIVE.sub('', text).strip('\n'), {'tags': ['hide-input']}
            if only_imports(code) and not cell['outputs']:
                if seen[-1]['metadata'] == folded:          # two cells of imports in a row are shown as one
                    code = '\n\n'.join(filter(None, [seen.pop()['source'], code]))
                seen.append(cell | {'source': code, 'metadata': folded})
                continue
            if EXPORTED.search(text):
                seen.append(markdown(f"({label(page)}-{cell['id']})="))
            seen.append(cell | {'source': code, 'metadata': {}})
    seen[0]['source'] = re.sub(
        r'^(\[Open In Colab\]\([^)]*\))', rf'\1 · [Notebook on GitHub]({REPOSITORY}/nbs/{page}.ipynb)',
        seen[0]['source'], flags=re.M,
    )
    return seen


def linked(index: dict) -> dict[str, list[str]]:
    """The pages of the index's table, by the bold words that begin its groups."""
    groups, group = {}, None
    for row in re.findall(r'^\|(.*)\|\s*$', '\n'.join(map(source, index['cells'])), re.M):
        first, *others = row.split('|')
        if bold := re.search(r'\*\*(.+)\*\*', first):
            group = bold[1].strip().lower()
        groups.setdefault(group, []).extend(re.findall(r'\(([^()\s]+)\.ipynb\)', ' '.join(others)))
    return groups


def numbered(page: str, nb: dict) -> str:
    """A title as the sidebar shows it: `01 Light and color apart`."""
    number = re.match(r'(\d+[a-z]?_)?', page)[0].replace('_', ' ')
    return number + re.sub(r'^Study: (.)', lambda m: m[1].upper(), title(nb))


def entry(page: str, nb: dict) -> str:
    """A line of the sidebar: number and title."""
    return f'{numbered(page, nb)} <{page}>'


def package(nb: dict) -> str | None:
    """The package that a notebook exports to: `core` of `core.lab`."""
    found = re.search(r'^#\|\s*default_exp (\w+)', '\n'.join(map(source, nb['cells'])), re.M)
    return found and found[1].replace('__init__', 'package')


def floor_of(page: str, nbs: dict[str, dict]) -> str:
    """Its tens, and the package that most notebooks of these tens export to."""
    packages = [package(nb) for p, nb in nbs.items() if p[0] == page[0] and package(nb)]
    return f'{page[0]}0 {max(packages, key=packages.count)}' if packages else f'{page[0]}0'


def sidebar(nbs: dict[str, dict], api: list[str]) -> str:
    """The tables of contents: the road, the floors, the studies, the API."""
    table = linked(nbs['index'])
    road = next((pages for name, pages in table.items() if name and name.endswith('the road')), None)
    if not road:
        raise ValueError('the index has no table row that begins with **the road**')
    groups = {'The road': [entry(p, nbs[p]) for p in road]}
    for page in nbs:
        if page[0].isdigit() and page not in road:
            groups.setdefault(floor_of(page, nbs), []).append(entry(page, nbs[page]))
    order = [p for pages in table.values() for p in pages]
    studies = [p for p in nbs if p.startswith('studies/') and p not in road]
    studies.sort(key=lambda p: order.index(p) if p in order else len(order))
    groups['Studies'] = [entry(p, nbs[p]) for p in studies]
    groups['API'] = api
    shown = {line[line.rindex('<') + 1:-1] for lines in groups.values() for line in lines}
    if rest := sorted(set(nbs) - shown - {'index'}):
        raise ValueError(f'notebooks that the sidebar would not show: {rest}')
    return '\n\n'.join('\n'.join([f'```{{toctree}}\n:hidden:\n:caption: {name}\n', *entries, '```'])
                       for name, entries in groups.items())


def write_pages(stage: Path, names: dict[str, str], api: list[str]) -> None:
    """All notebooks, into the folder that Sphinx reads."""
    nbs = notebooks()
    for page, nb in nbs.items():
        shown = cells(page, nb, stage, names)
        if page == 'index':
            shown.append(markdown(sidebar(nbs, api)))
        language = {'name': 'python', 'pygments_lexer': 'ipython3'}
        path = stage/f'{page}.ipynb'
        path.parent.mkdir(parents=True, exist_ok=True)
        nb = nb | {'cells': shown, 'metadata': nb['metadata'] | {'language_info': language}}
        path.write_text(json.dumps(nb), encoding='utf-8')
