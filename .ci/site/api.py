"""One page per module: its public names, what their docments say, links to the cells that define them."""
import ast
import inspect
import json
import re
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from fastcore.docments import docments
from pages import ROOT, label, numbered, package, with_names

EMPTY = inspect.Parameter.empty
STARS = {inspect.Parameter.VAR_POSITIONAL: '*', inspect.Parameter.VAR_KEYWORD: '**'}
SPECIAL = re.compile(r'(`[^`]*`)|([\\*_\[\]<>|$#{}~])')


class Source:
    """A default as code, short enough for a signature."""

    def __init__(self, value: object):
        text = repr(value)
        if is_dataclass(value) and not inspect.isclass(value):
            text = f'{type(value).__name__}()'
        elif inspect.isroutine(value) or inspect.isclass(value):
            text = value.__name__
        elif isinstance(value, float):
            text = min(repr(value), f'{value:.4g}...', key=len)
        self.text = '...' if text.startswith('<') or len(text) > 60 else text

    def __repr__(self) -> str:
        return self.text


def plain(text: str | None) -> str:
    """A comment or docstring as markdown: nothing is markup in it but `code`."""
    return SPECIAL.sub(lambda m: m[1] or '\\' + m[2], re.sub(r'\s*\n\s*', ' ', text or ''))


def cell(text: str) -> str:
    """The same inside a table."""
    return re.sub(r'(?<!\\)\|', r'\\|', text)


def grid(heads: list[str], rows: list[list[str]]) -> list[str]:
    """The lines of a table, without the columns in which nothing stands."""
    kept = [i for i in range(len(heads)) if any(row[i] for row in rows)]
    rows = [heads, ['---'] * len(heads), *([cell(c) for c in row] for row in rows)]
    return [f"| {' | '.join(row[i] for i in kept)} |" for row in rows] if kept else []


def code(text: str) -> str:
    """A code span, or nothing."""
    return f'`{text}`' if text else ''


def type_of(annotation: object, module: ModuleType) -> tuple[str, str]:
    """What an annotation says, and the help of a typer option that it carries."""
    if annotation in (EMPTY, None):
        return '', ''
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    try:
        value = eval(text, vars(module))       # the module's own words, as typer reads them
    except NameError:                          # imported for type checkers only
        return text, ''
    if not hasattr(value, '__metadata__'):
        return text, ''
    kind = inspect.formatannotation(value.__origin__)
    meta = value.__metadata__[0]                # of typer (help) or FastAPI (description)
    said = getattr(meta, 'help', None) or getattr(meta, 'description', None) or ''
    return re.sub(r'(\w+\.)+(?=[A-Z])', '', kind), said


def qualified(annotation: str, module: ModuleType) -> str:
    """Our own classes by their full names, as Sphinx finds them; after `~` the last part only is shown."""
    def full(m: re.Match) -> str:
        value = vars(module).get(m[0])
        ours = inspect.isclass(value) and value.__module__.startswith('colorizer.')
        return f'~{value.__module__}.{value.__name__}' if ours else m[0]
    return re.sub(r'\b[A-Za-z_]\w*\b', full, annotation)


def table(obj: object, module: ModuleType, names: dict[str, str]) -> str:
    """Arguments with type, default and comment, and what comes back."""
    docs = docments(obj, full=True, args_kwargs=True)
    answer = docs.pop('return', None)
    rows = []
    for name, doc in docs.items():
        if name in ('self', 'cls') and not rows:
            continue
        kind, help = type_of(doc['anno'], module)
        default = '' if doc['default'] is EMPTY else repr(Source(doc['default']))
        stars = STARS.get(doc['kind'], '')
        says = code(kind), code(default), plain(doc['docment'] or help)
        rows.append([code(stars + name), *(with_names(text, names) for text in says)])
    lines = [*grid(['argument', 'type', 'default', 'comment'], rows), '']
    if answer and not inspect.isclass(obj) and answer['docment']:
        lines.append(f"**Returns** {code(type_of(answer['anno'], module)[0])}: "
                     + with_names(plain(answer['docment']), names))
    return '\n'.join(lines)


def signature(obj: object, module: ModuleType) -> str:
    """Names and defaults; the types are in the table."""
    try:
        found = inspect.signature(obj)
    except (ValueError, TypeError):
        return ''
    bare = [p.replace(annotation=EMPTY, default=p.default if p.default is EMPTY else Source(p.default))
            for p in found.parameters.values() if p.name not in ('self', 'cls')]
    answer = '' if inspect.isclass(obj) else type_of(found.return_annotation, module)[0]
    return str(inspect.Signature(bare)) + (f' -> {qualified(answer, module)}' if answer else '')


class Page:
    """The page of one module."""

    def __init__(self, path: Path, names: dict[str, str], titles: dict[str, str]):
        self.name = module_name(path)
        self.module = import_module(self.name)
        self.lines = path.read_text('utf-8').splitlines()
        self.tree = ast.parse('\n'.join(self.lines))
        self.names, self.titles = names, titles

    def home(self, line: int) -> str:
        """A link to the cell that a line of the module was exported from, small."""
        found = [re.match(r'# %% (?:\.\./)+nbs/(.+)\.ipynb #(\w+)', text) for text in self.lines[:line]]
        page, cell_id = [m for m in found if m][-1].groups()
        return f'{{.home}}\n[Defined in {plain(self.titles[page])}](#{label(page)}-{cell_id})'

    def directive(self, kind: str, head: str, line: int, body: list[str], **options: str) -> str:
        """An entry: its signature, docstring, table and home."""
        given = [f':{key}: {json.dumps(value) if value else ""}' for key, value in options.items()]
        return '\n'.join([f'```{{py:{kind}}} {head}', f':module: {self.name}', *given, '',
                          '\n\n'.join([part for part in [*body, self.home(line)] if part]), '```'])

    def doc(self, obj: object) -> str:
        """The docstring, with links."""
        return with_names(plain(inspect.getdoc(obj)), self.names)

    def function(self, name: str, obj: object, kind: str = 'function', **options: str) -> str:
        """A function or a method."""
        line = inspect.getsourcelines(inspect.unwrap(obj))[1]
        body = [self.doc(obj), table(obj, self.module, self.names)]
        return self.directive(kind, name + signature(obj, self.module), line, body, **options)

    def property(self, name: str, obj: object) -> str:
        """A method that is read like an attribute."""
        answer = type_of(inspect.signature(obj).return_annotation, self.module)[0]
        options = {'type': qualified(answer, self.module)} if answer else {}
        body = [self.doc(obj), table(obj, self.module, self.names)]
        return self.directive('property', name, inspect.getsourcelines(obj)[1], body, **options)

    def methods(self, cls: type) -> list[str]:
        """Methods and properties with a docstring that this module gives a class, in their order."""
        found = []
        for name, member in vars(cls).items():
            kind = type(member).__name__.strip('_')
            inner = [getattr(member, key) for key in ('fget', '__func__', 'f') if hasattr(member, key)]
            obj = inner[0] if inner else member
            if name.startswith('_') or not inspect.isfunction(obj) or obj.__module__ != self.name:
                continue
            if not obj.__doc__:                  # fastai's events, for example
                continue
            full = f'{cls.__name__}.{name}'
            if kind == 'property':
                found.append(self.property(full, obj))
            else:          # fastcore's @patch has a class method of its own
                options = {'classmethod': ''} if kind in ('classmethod', 'clsmethod') else {}
                found.append(self.function(full, obj, 'method', **options))
        return found

    def cls(self, name: str, obj: type) -> str:
        """A class and its methods."""
        own = is_dataclass(obj) or '__init__' in vars(obj)
        kind = 'exception' if issubclass(obj, BaseException) else 'class'
        body = [self.doc(obj) if obj.__doc__ else '']
        body += [table(obj, self.module, self.names)] if own else []
        fields = is_dataclass(obj)             # the table below lists them
        head = name + (signature(obj, self.module) if own and not fields else '')
        entry = self.directive(kind, head, inspect.getsourcelines(obj)[1], body)
        return '\n\n'.join([entry, *self.methods(obj)])

    def constant(self, name: str, obj: object) -> str:
        """A constant: its value where it is short, else what it holds."""
        for node in self.tree.body:
            targets = [n.id for t in getattr(node, 'targets', [getattr(node, 'target', None)]) if t
                       for n in ast.walk(t) if isinstance(n, ast.Name)]
            if isinstance(node, ast.Assign | ast.AnnAssign) and name in targets:
                break
        else:
            raise ValueError(f'{self.name} does not define {name}')
        comment = re.search(r'  # (.+)$', self.lines[node.end_lineno - 1])
        value = repr(obj)
        options = {'value': value} if len(value) < 100 and '<' not in value else {}
        holds = ''
        if not options and isinstance(obj, dict) and all(isinstance(key, str) for key in obj):
            holds = f'{len(obj)} entries: ' + ', '.join(map(code, obj))
        body = [with_names(plain(comment and comment[1]), self.names), holds]
        return self.directive('data', name, node.lineno, body, **options)

    def text(self) -> str:
        """The page."""
        notebook = re.search(r'File to edit: (?:\.\./)+nbs/(.+)\.ipynb', '\n'.join(self.lines))[1]
        lesson = f'From the notebook [{plain(self.titles[notebook])}](../{notebook}.ipynb).'
        parts = [f'# {self.name}', self.doc(self.module), lesson]
        for name in self.module.__all__:
            obj = getattr(self.module, name)
            if inspect.isclass(obj):
                parts.append(self.cls(name, obj))
            elif inspect.isroutine(obj) or hasattr(obj, '__wrapped__'):
                parts.append(self.function(name, obj))
            else:
                parts.append(self.constant(name, obj))
        for cls in filter(inspect.isclass, vars(self.module).values()):
            if cls.__module__.startswith('colorizer.') and cls.__module__ != self.name:
                parts += self.methods(cls)           # what it adds to the classes of other modules
        return '\n\n'.join(parts) + '\n'


def module_name(path: Path) -> str:
    """`colorizer.core.lab` of `colorizer/core/lab.py`."""
    return '.'.join(path.relative_to(ROOT).with_suffix('').parts).removesuffix('.__init__')


def module_files() -> list[Path]:
    """The modules of the library, without nbdev's index, `__main__` and packages that hold nothing."""
    paths = sorted((ROOT/'colorizer').rglob('*.py'))
    return [p for p in paths if p.name not in ('_modidx.py', '__main__.py') and p.stat().st_size]


def public_names() -> dict[str, str]:
    """Names that one module alone makes public, each with its full name."""
    places = {}
    for path in module_files():
        for name in getattr(import_module(module_name(path)), '__all__', []):
            places.setdefault(name, []).append(f'{module_name(path)}.{name}')
    return {name: found[0] for name, found in places.items() if len(found) == 1}


def listing(title: str, intro: str, entries: dict[str, str]) -> str:
    """A page that leads to others."""
    lines = [f'# {title}', '', intro, '', '| module | what it gives |', '|---|---|']
    lines += [f'| [{name}]({name}.md) | {cell(doc)} |' for name, doc in entries.items()]
    return '\n'.join([*lines, '', '```{toctree}', ':hidden:', '', *entries, '```', ''])


def write_api(stage: Path, names: dict[str, str], nbs: dict[str, dict]) -> list[str]:
    """All pages, into `api/` of the folder that Sphinx reads; answers the sidebar's entries."""
    folder = stage/'api'
    folder.mkdir(parents=True)
    titles = {page: numbered(page, nb) for page, nb in nbs.items()}
    floors = [package(nb) for nb in nbs.values()]
    packages = {}
    for path in module_files():
        page = Page(path, names, titles)
        if page.name != 'colorizer':
            packages.setdefault('.'.join(page.name.split('.')[:2]), {})[page.name] = page.doc(page.module)
            (folder/f'{page.name}.md').write_text(page.text(), encoding='utf-8')
    for name, modules in packages.items():
        text = listing(name, f'The modules of `{name}`.', modules)
        (folder/f'{name}.md').write_text(text, encoding='utf-8')
    order = sorted(packages, key=lambda name: floors.index(name.split('.')[1]))
    return [f'{name} <api/{name}>' for name in order]
