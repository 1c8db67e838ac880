"""The table of promises holds together: every test in it exists, and nothing is left out."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = HERE.parent
LINES: dict[str, dict[str, str | list[str]]] = tomllib.loads((HERE / "lines.toml").read_text())
SUBSECTIONS = {"3": 4, "4": 6, "5": 4, "7": 3}
FIXES = 34


@cache
def names_in(name: str) -> frozenset[str]:
    """Return the names of the tests in a file."""
    body = ast.parse((TESTS / f"{name}.py").read_text()).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


def nodes_of(section: str) -> list[str]:
    """Return the tests that a section names."""
    values = LINES[section].values()
    return [node for value in values for node in ([value] if isinstance(value, str) else value)]


@pytest.mark.parametrize("section", LINES)
def test_every_promise_has_a_test(section: str) -> None:
    """A test that is renamed or lost is missed here."""
    nodes = nodes_of(section)
    assert nodes
    for node in nodes:
        file, _, name = node.partition("::")
        assert name.startswith("test_")
        assert name in names_in(file), node


def test_no_section_is_left_out() -> None:
    """From the eras to the acceptance, with all their parts."""
    numbers = [section.partition(" ")[0] for section in LINES]
    wanted = [
        number
        for section in map(str, range(23))
        for number in (
            [f"{section}.{part}" for part in range(1, SUBSECTIONS[section] + 1)]
            if section in SUBSECTIONS
            else [section]
        )
    ]
    assert numbers == wanted


def test_no_fix_is_left_out() -> None:
    """Each defect of the original has its number."""
    numbers = [int(promise.partition(" ")[0]) for promise in LINES["20 Fixes"]]
    assert numbers == list(range(1, FIXES + 1))


def test_every_test_of_this_folder_is_in_the_table() -> None:
    """What is tested here is promised somewhere."""
    named = {node for section in LINES for node in nodes_of(section)}
    for path in sorted(HERE.glob("test_section_*.py")):
        name = f"contract/{path.stem}"
        missing = {f"{name}::{test}" for test in names_in(name) if test.startswith("test_")} - named
        assert not missing
