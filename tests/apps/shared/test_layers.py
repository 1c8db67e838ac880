"""The arrows between packages, and the shape of an application: who knows one knows all.

Notice that the layers themselves stand in pyproject.toml, where `make lint` checks them (import-linter);
here is checked that no package was forgotten there, and what a package says about itself.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

APPS = Path(__file__).parents[3] / "apps"
SHARED = {path.parent.name: path.parent for path in APPS.glob("shared/*/pyproject.toml")}
APPLICATIONS = {path.parent.name: path.parent for path in APPS.glob("*/pyproject.toml")}
SETTINGS = tomllib.loads((APPS.parent / "pyproject.toml").read_text())["tool"]
SHAPE = (
    "__init__.py",
    "__main__.py",
    "demo.py",
    "handlers/",
    "models.py",
    "queries/",
    "settings.py",
)
HEADINGS = [
    "Run it",
    "Try it in two minutes",
    "Which idea stands in which file",
    "What it promises, and how that is tested",
    "Limits",
]  # of a README, in this order; others may stand between them
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


@pytest.mark.parametrize("name", [*SHARED, *APPLICATIONS])
def test_every_tool_knows_every_package(name: str) -> None:
    """Types and layers of a new package are checked from its first day, and tests find it."""
    folder = str((SHARED | APPLICATIONS)[name].relative_to(APPS.parent))
    assert name in SETTINGS["mypy"]["packages"]
    assert folder in SETTINGS["mypy"]["mypy_path"]
    assert folder in SETTINGS["pytest"]["ini_options"]["pythonpath"]
    assert name in SETTINGS["importlinter"]["root_packages"]
    layers = " ".join(SETTINGS["importlinter"]["contracts"][0]["layers"])
    assert name in re.split(r"[ |:]+", layers)


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_package_has_a_readme_and_tests_of_its_own(name: str) -> None:
    """The README says in a paragraph what it is, and names its modules."""
    text = (SHARED[name] / "README.md").read_text()
    assert text.startswith(f"# {name}\n")
    assert list((Path(__file__).parent / name).glob("test_*.py"))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_application_has_the_same_shape(name: str) -> None:
    """The same files and folders, the wiring in `app.py`, or one such module for each program."""
    folder = APPLICATIONS[name]
    for part in (f"{name}/{each}" for each in SHAPE):
        assert (folder / part).is_dir() if part.endswith("/") else (folder / part).is_file(), part
    assert (folder / "templates").is_dir()
    assert (folder / "static").is_dir()
    wiring = list((folder / name).glob("*app.py"))
    assert wiring
    assert all("def create_" in path.read_text() for path in wiring)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_readme_has_the_same_order(name: str) -> None:
    """Whoever has read one finds his way in all."""
    text = (APPLICATIONS[name] / "README.md").read_text()
    found = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [heading for heading in found if heading in HEADINGS] == HEADINGS


@pytest.mark.parametrize("name", APPLICATIONS)
def test_settings_are_read_before_anything_that_could_block(name: str) -> None:
    """Drivers and handlers come after the coroutine library has been chosen."""
    program = f"import sys, {name}.settings; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    early = {"pymongo", "redis", "requests", "gevent", "eventlet", "brubeck.request_handling"}
    assert not early & set(done.stdout.split())


@pytest.mark.parametrize("name", ["listsurf", "nojs", "readify", "spotichat"])
def test_a_readme_installs_all_that_its_application_needs(name: str) -> None:
    """Nothing of it is on a package index, so each shared package stands in the command."""
    needed, todo = {name}, [APPS / name]
    while todo:
        more = (declared(todo.pop()) & set(SHARED)) - needed
        needed |= more
        todo += [SHARED[package] for package in more]
    installed = re.findall(r"-e apps/(?:shared/)?(\w+)", (APPS / name / "README.md").read_text())
    assert sorted(installed) == sorted(needed)
