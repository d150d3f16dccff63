#!/usr/bin/env python
"""Check a built site: `check.py FOLDER`. Each link inside it must lead somewhere, anchors too;
nothing may be loaded from elsewhere; links to our repository must name files that are there."""
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pages import REPOSITORY, ROOT

COLAB = REPOSITORY.replace('https://github.com', 'https://colab.research.google.com/github')
LOADING = {('script', 'src'), ('img', 'src'), ('iframe', 'src'), ('source', 'src'), ('video', 'src')}
ELSEWHERE = 'loaded from elsewhere'
OURS = re.compile(f'(?:{re.escape(REPOSITORY)}|{re.escape(COLAB)})/(.+)')


class Page(HTMLParser):
    """Anchors and links of an HTML file."""

    def __init__(self, file: Path):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(file.read_text(encoding='utf-8'))

    def handle_starttag(self, tag: str, attributes: list) -> None:
        """Note what is defined, what is linked and what a browser would load by itself."""
        values = dict(attributes)
        self.ids |= {values[key] for key in ('id', 'name') if values.get(key)}
        for key in ('href', 'src'):
            if value := values.get(key):
                self.links.append(value)
                if (tag, key) in LOADING or tag == 'link' and values.get('rel') != 'canonical':
                    self.loads.append(value)


def problem(link: str, file: Path, pages: dict[Path, Page]) -> str | None:
    """What is wrong with a link on a page, or None."""
    if ours := OURS.match(link):
        there = (ROOT/unquote(ours[1].partition('#')[0])).exists()
        return None if there else 'no such file in the repository'
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (file.parent/unquote(parts.path)).resolve() if parts.path else file
    target = target/'index.html' if target.is_dir() else target
    if not target.is_file():
        return 'no such file'
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
        return 'no such anchor'
    return None


def outside(text: str) -> list[str]:
    """What a style sheet would load from elsewhere."""
    return re.findall(r'(?:url\(|@import)\s*["\']?((?:https?:)?//[^)"\';]+)', text)


def main(folder: Path) -> int:
    """Print each problem; answers how many there are."""
    pages = {file: Page(file) for file in sorted(folder.resolve().rglob('*.html'))}
    found, links = [], 0
    for file, page in pages.items():
        links += len(page.links)
        found += [(file, link, wrong) for link in page.links if (wrong := problem(link, file, pages))]
        found += [(file, link, ELSEWHERE) for link in page.loads if urlsplit(link).netloc]
    for file in sorted([*pages, *folder.resolve().rglob('*.css')]):
        found += [(file, link, ELSEWHERE) for link in outside(file.read_text(encoding='utf-8'))]
    for file, link, wrong in found:
        print(f'{file.relative_to(folder.resolve())}: {link}: {wrong}')
    print(f'{len(pages)} pages, {links} links, {len(found)} problems')
    return len(found)


if __name__ == '__main__':
    sys.exit(main(Path(sys.argv[1])) > 0)
