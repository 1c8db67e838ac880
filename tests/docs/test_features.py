"""The table of features: each page of the framework, and the line of an application that uses it."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from brubeck.handlers import WebMessageHandler
from brubeck.request_handling import Brubeck
from docs.pages import DOCS, FRAMEWORK_PAGES, ROOT, name_of
from docsite.sources import line_of

TABLE = DOCS / "features.md"
_ROW = re.compile(
    r"^\| \[[^\]]+\]\((?P<page>[^)]+)\).*\| \[`(?P<code>.+)`\]\((?P<file>[^)]+)\) \|$",
    re.MULTILINE,
)
ROWS = [(found["page"], found["code"], found["file"]) for found in _ROW.finditer(TABLE.read_text())]
APPLICATIONS = [*(ROOT / "apps").rglob("*.py"), *(ROOT / "stack" / "index").rglob("*.py")]
# What no application needs, and why.
UNUSED_ARGUMENTS = {
    "pool": "its default holds",
    "no_handler": "of the old Brubeck",
    "api_base_url": "of the old Brubeck",
    "mongrel2_pair": "of the old Brubeck; msg_conn is the same",
    "args": "of the old Brubeck",
    "kwargs": "of the old Brubeck",
    "time_limit": "its default holds",
    "security_headers": "on unless somebody else sends them",
}


def trees() -> Iterator[ast.AST]:
    """Yield the parsed modules of all applications."""
    for path in APPLICATIONS:
        yield from ast.walk(ast.parse(path.read_text()))


def prose_lines(path: Path) -> set[int]:
    """Return the lines of a module that are comments or docstrings."""
    text = path.read_text()
    comments = {
        number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith("#")
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            comments |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return comments


@pytest.mark.parametrize("page", FRAMEWORK_PAGES, ids=name_of)
def test_every_page_of_the_framework_has_a_line_that_uses_it(page: Path) -> None:
    """No feature is there for its own sake: somebody can be shown who uses it."""
    assert page in {(DOCS / found).resolve() for found, _, _ in ROWS}


@pytest.mark.parametrize(("page", "code", "file"), ROWS, ids=[code for _, code, _ in ROWS])
def test_the_line_is_code_that_is_there(page: str, code: str, file: str) -> None:
    """Whoever follows the table stands before a line that runs, not before a comment."""
    path = (DOCS / file).resolve()
    line = line_of(code, path)
    assert line is not None, f"{name_of(path)} has no line with {code}"
    assert line not in prose_lines(path), f"{name_of(path)}:{line} is no code"


def test_every_row_of_the_table_is_read() -> None:
    """A row that is written otherwise would be checked by nobody."""
    rows = [line for line in TABLE.read_text().splitlines() if line.startswith("| [")]
    assert len(rows) == len(ROWS) > 30


def test_every_argument_of_an_application_is_used_or_has_a_reason() -> None:
    """What the constructor takes, some application gives; what none gives is listed with why."""
    nodes = list(trees())
    given = {word.arg for node in nodes if isinstance(node, ast.Call) for word in node.keywords}
    given |= {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    offered = set(inspect.signature(Brubeck).parameters)
    assert offered - given <= set(UNUSED_ARGUMENTS)
    assert set(UNUSED_ARGUMENTS) <= offered


def test_every_kind_of_answer_is_given_by_an_application() -> None:
    """Each way in which a handler can answer is to be seen somewhere."""
    used = {node.attr for node in trees() if isinstance(node, ast.Attribute)}
    ways = {"render", "redirect", "render_error", "park", "stream", "subscribe", "after_answer"}
    assert all(hasattr(WebMessageHandler, way) for way in ways)
    assert ways <= used
