"""SECURITY.md claims nothing that no test holds."""

import ast
import re
from functools import cache
from pathlib import Path

import promises
import pytest

TEXT = (promises.ROOT / "SECURITY.md").read_text()
LINK = re.compile(r"\[(test_\w+)\]\(([^)]+)\)")
NOT_OURS = "| - |"  # what other programs do
TRUST = "## Who trusts whom"


@cache
def names_in(path: Path) -> set[str]:
    """Return the names of the tests in a file."""
    return {name for name, _ in promises.tests_of(ast.parse(path.read_text()))}


@pytest.mark.parametrize(("name", "file"), sorted(set(LINK.findall(TEXT))))
def test_a_claim_names_a_test_that_there_is(name: str, file: str) -> None:
    """Who doubts a claim finds its test, by file and by name."""
    assert name in names_in(promises.ROOT / file)


def claims(text: str) -> list[str]:
    """Return the rows of the tables that are no heads, but for those about trust itself."""
    rows = []
    for section in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        if not section.startswith(TRUST):
            lines = [line for line in section.splitlines() if line.startswith("|")]
            rows += lines[2:]
    return rows


def test_every_claim_names_a_test() -> None:
    """No row of what cannot be done, is hashed or is limited stands there without one."""
    assert len(claims(TEXT)) > 20
    assert [
        row for row in claims(TEXT) if not LINK.search(row) and not row.endswith(NOT_OURS)
    ] == []


def test_a_claim_without_a_test_is_noticed() -> None:
    """The check above can fail."""
    table = "## Claims\n\n| Claim | Held by |\n|---|---|\n| All is well. | nobody |\n"
    assert [row for row in claims(table) if not LINK.search(row)] == ["| All is well. | nobody |"]
