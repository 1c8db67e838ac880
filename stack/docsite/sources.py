"""Files of the repository outside docs/ that pages link to: each becomes a page of the site."""

import os
import re
from html import escape
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

from docsite.included import inclusions

_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#]+)\)")
_FENCED = re.compile(r"(^```+.*?^```+$)", re.MULTILINE | re.DOTALL)
_ELSEWHERE = re.compile(r"[a-z]+:")
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 70rem; padding: 0 1rem; }}
pre {{ overflow-x: auto; }}
:target {{ background: #ffe08a80; }}
{light}
@media (prefers-color-scheme: dark) {{
body {{ background: #14161b; color: #dde; }} a {{ color: #9bf; }}
{dark}
}}
</style>
</head>
<body>
<p><a href="{home}">Documentation</a></p>
<h1>{name}</h1>
{code}
</body>
</html>
"""


class SourceLinks:
    """Where the files of a repository are shown in the site made of its docs."""

    def __init__(self, docs: Path, root: Path) -> None:
        self._docs = docs
        self._root = root

    def outside(self, page: Path) -> set[Path]:
        """Return the files that a page links to which lie beside docs/."""
        text = page.read_text(encoding="utf-8")
        targets = [found["target"] for found in _LINK.finditer(_FENCED.sub("", text))]
        targets += [inclusion.target for inclusion in inclusions(text)]
        places = (self._place(target, page) for target in targets)
        return {place for place in places if place and self._is_shown(place)}

    def led_into_the_site(self, text: str, page: Path) -> str:
        """Return a page whose links to such files lead to their pages; those to folders go."""
        return "".join(
            part
            if part.startswith("```")
            else _LINK.sub(lambda found: self._led(found, page), part)
            for part in _FENCED.split(text)
        )

    def name(self, path: Path) -> str:
        """Return the name of a file's page below docs/."""
        return f"source/{path.relative_to(self._root).as_posix()}.html"

    def _place(self, target: str, page: Path) -> Path | None:
        if _ELSEWHERE.match(target):
            return None
        place = (page.parent / target).resolve()
        return None if place.is_relative_to(self._docs) else place

    def _is_shown(self, place: Path) -> bool:
        """Say whether a file has a page. Tests, of which there are hundreds, have none."""
        return place.is_file() and not place.is_relative_to(self._root / "tests")

    def _led(self, found: re.Match[str], page: Path) -> str:
        place = self._place(found["target"], page)
        if place is None:
            return found[0]
        if not self._is_shown(place):
            return found["text"]
        target = os.path.relpath(self._docs / self.name(place), page.parent)
        anchor = _anchor_of(found["text"], place)
        return f"[{found['text']}]({target}{anchor})"


def source_pages(docs: Path, root: Path) -> dict[str, str]:
    """Return the pages of all such files by their names below docs/."""
    links = SourceLinks(docs, root)
    wanted = {path for page in docs.rglob("*.md") for path in links.outside(page)}
    return {links.name(path): _page(path, root, links.name(path)) for path in sorted(wanted)}


def line_of(code: str, path: Path) -> int | None:
    """Return the number of the first line of a file that has this code; None without one."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if code in line), None)


def _anchor_of(text: str, path: Path) -> str:
    """Return what leads to the line that a link shows as code."""
    is_code = len(text) > 2 and text[0] == text[-1] == "`"
    line = line_of(text[1:-1], path) if is_code else None
    return f"#L-{line}" if line else ""


def _page(path: Path, root: Path, name: str) -> str:
    shown = HtmlFormatter(lineanchors="L", anchorlinenos=True, linenos="inline")
    return _PAGE.format(
        name=escape(path.relative_to(root).as_posix()),
        home="../" * name.count("/") + "index.html",
        code=highlight(path.read_text(encoding="utf-8"), _lexer(path), shown),
        light=shown.get_style_defs(".highlight"),
        dark=HtmlFormatter(style="github-dark").get_style_defs(".highlight"),
    )


def _lexer(path: Path) -> object:
    try:
        return get_lexer_for_filename(path.name)
    except ClassNotFound:
        return TextLexer()
