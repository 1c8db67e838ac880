"""The arrows between packages: applications use shared ones, those use Brubeck, none points back."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

APPS = Path(__file__).parents[3] / "apps"
SHARED = {path.parent.name: path.parent for path in APPS.glob("shared/*/pyproject.toml")}
APPLICATIONS = {path.parent.name: path.parent for path in APPS.glob("*/pyproject.toml")}
IMPORTED_AS = {
    "confusable-homoglyphs": {"confusable_homoglyphs"},
    "brubeck": {"brubeck", "dictshield", "jinja2", "markupsafe"},
    "brubeck[mongo]": {"brubeck", "dictshield", "jinja2", "markupsafe", "pymongo", "bson"},
    "markdown-it-py": {"markdown_it"},
}


def imports_of(folder: Path) -> set[str]:
    """Return the packages that a package imports, but those of the standard library."""
    found = {name for path in folder.rglob("*.py") for name in imported(path)}
    return found - set(sys.stdlib_module_names)


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level packages that a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.partition(".")[0] for name in names)


def declared(folder: Path) -> set[str]:
    """Return what a package may import by what it says it needs."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return set().union(*(IMPORTED_AS.get(name, {name}) for name in project["dependencies"]))


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_package_imports_what_it_says_it_needs(name: str) -> None:
    """Whoever installs it has all of it; above all no application stands below."""
    assert imports_of(SHARED[name] / name) <= declared(SHARED[name]) | {name}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_no_application_imports_another(name: str) -> None:
    """What two of them need lives in a shared package."""
    assert not imports_of(APPLICATIONS[name]) & (set(APPLICATIONS) - {name})


def test_the_packages_are_found() -> None:
    """The controls above have something to look at."""
    assert {"accounts", "bookmarks", "mongostore", "pagefetch", "weblinks"} <= set(SHARED)
    assert {"listsurf", "readify"} <= set(APPLICATIONS)
    assert "brubeck" in imports_of(SHARED["accounts"])
