"""The pages of the documentation, and the fenced blocks that they are made of."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FRAMEWORK_PAGES = sorted((DOCS / "framework").glob("*.md"))
OTHER_RUN_PAGES = (
    "start",
    "the-way-of-a-request",
    "upgrading",
    "coming-from/fastapi",
    "coming-from/flask",
    "coming-from/tornado",
)
RUN_PAGES = [*FRAMEWORK_PAGES, *(DOCS / f"{name}.md" for name in OTHER_RUN_PAGES)]

# Python is executed, consoles are compared, files are written; text and sh are shown only.
RUN = {"python", "pycon", "console"}
SHOWN = {"text", "sh"}

_FENCE = re.compile(
    r"^(?P<mark>```+)(?P<kind>\S*) ?(?P<path>\S*)\n(?P<text>.*?)^(?P=mark)$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """One fenced block: its language, the file that it is to be written to, its text, its line."""

    kind: str
    path: str
    text: str
    line: int


def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    text = page.read_text()
    return [
        Block(found["kind"], found["path"], found["text"], text.count("\n", 0, found.start()) + 2)
        for found in _FENCE.finditer(text)
    ]


def prose_of(page: Path) -> str:
    """Return the text of a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def name_of(page: Path) -> str:
    """Return the path of a page as people write it."""
    return page.relative_to(ROOT).as_posix()
