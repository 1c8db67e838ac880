"""The documentation and the framework speak of the same modules."""

import re
from pathlib import Path
from pkgutil import resolve_name

import pytest
from docs.pages import ROOT, RUN_PAGES, name_of, prose_of

PACKAGE = ROOT / "framework" / "brubeck"
# What the console command is made of is nobody's interface: the page is about the command.
PARTS = "brubeck.cli."
LOGGERS = {"brubeck.access"}
# What readers call their own files.
EXAMPLES = {"program.py"}
_SOURCE = re.compile(r"`([\w/]+\.py)`")
_NAME = re.compile(r"`(brubeck(?:\.\w+)+)`")


def modules() -> list[str]:
    """Return the dotted names of the framework's modules."""
    paths = (path.relative_to(PACKAGE.parent) for path in sorted(PACKAGE.rglob("*.py")))
    names = (".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths)
    return [name for name in names if not name.startswith(PARTS)]


def names_in(page: Path) -> set[str]:
    """Return the dotted names that a page shows as code."""
    return set(_NAME.findall(page.read_text()))


@pytest.mark.parametrize("module", [name for name in modules() if name != "brubeck"])
def test_every_module_is_named_by_a_page(module: str) -> None:
    """A reader of the code finds the page that explains it."""
    pages = [name_of(page) for page in RUN_PAGES if module in names_in(page)]
    assert pages, f"no page in docs names `{module}`"


@pytest.mark.parametrize("page", RUN_PAGES, ids=name_of)
def test_every_name_in_a_page_exists(page: Path) -> None:
    """What a page names can be imported, so no page outlives what it is about."""
    # Modules are known without importing them, which for one of the two libraries would patch.
    for name in sorted(names_in(page) - set(modules()) - LOGGERS):
        assert resolve_name(name) is not None


@pytest.mark.parametrize("page", RUN_PAGES, ids=name_of)
def test_every_source_file_in_a_page_exists(page: Path) -> None:
    """Whoever opens the file that a page speaks of finds it, below the framework's package."""
    for name in _SOURCE.findall(prose_of(page)):
        assert name in EXAMPLES or (PACKAGE / name).is_file(), f"{name_of(page)} names {name}"
