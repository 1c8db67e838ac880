"""Promises of MODULE:NAME on the command line, and of `brubeck routes`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from brubeck.application import Brubeck
from brubeck.cli import main
from brubeck.cli.errors import CommandError
from brubeck.cli.targets import load_application

PROGRAM = """
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.connections import WSGIConnection

class Page(WebMessageHandler):
    def get(self):
        return self.render()

class Narrow(WebMessageHandler):
    SUPPORTED_METHODS = ["GET"]
    def get(self):
        return self.render()
    def post(self):
        return self.render()

def function(application, message):
    return ""

class Callable:
    def __call__(self, application, message):
        return ""

def create_app():
    return Brubeck(WSGIConnection(), [("^/page$", Page, "page"), ("^/narrow", Narrow), ("^/f$", function)])

def create_app_for(customer):
    return create_app()

def failing_app():
    raise RuntimeError("no database")

def wrong_app():
    return "text"

app = create_app()
empty = Brubeck(WSGIConnection())
number = 7

@app.add_route("^/decorated$", method=["GET", "PUT"], name="decorated")
def decorated(application, message):
    return ""

@app.add_route("^/open$")
def open_to_all(application, message):
    return ""

app.add_route("^/stacked$")(app.add_route("^/inner$", method="POST")(function))
app.add_route("^/class$")(Page)
app.add_route_rule("^/object$", Callable())
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a current directory of its own; what is imported from it is forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def shop(folder: Path) -> str:
    """Give the name of a module with applications."""
    (folder / "cli_shop.py").write_text(PROGRAM)
    return "cli_shop"


def problem(target: str) -> str:
    """Return what is said about a target that cannot be loaded."""
    with pytest.raises(CommandError) as caught:
        load_application(target)
    return str(caught.value)


def test_an_application_is_found_by_its_name(shop: str) -> None:
    """The module is found in the current directory."""
    assert isinstance(load_application(f"{shop}:app"), Brubeck)


def test_a_function_may_make_the_application(shop: str) -> None:
    """It is called without arguments."""
    assert isinstance(load_application(f"{shop}:create_app"), Brubeck)


@pytest.mark.parametrize("target", ["", "shop", ":app", "shop:"])
def test_a_target_has_two_parts(target: str) -> None:
    """Whoever forgets one is shown an example."""
    assert "Write MODULE:NAME" in problem(target)
    assert "shop.app:app" in problem(target)


@pytest.mark.parametrize("name", ["cli_nowhere", "cli_nowhere.app"])
def test_a_missing_module_is_named(folder: Path, name: str) -> None:
    """The advice is the directory or the spelling."""
    text = problem(f"{name}:app")
    assert f"There is no module {name}." in text
    assert "Start in the directory that contains cli_nowhere" in text


def test_a_missing_library_is_named(folder: Path) -> None:
    """The application is there, something that it needs is not: a slip, the wrong place, or a library.

    Nobody is told to install what bears the name of his own package, or of a slip, elsewhere.
    """
    (folder / "cli_needy.py").write_text("import not_installed.at_all\n")
    text = problem("cli_needy:app")
    assert "cli_needy needs the module not_installed" in text
    assert "Check its spelling" in text
    assert "start in the directory that contains not_installed;" in text
    assert "pip install not_installed" not in text


@pytest.mark.parametrize("target", ["cli_unset:app", "cli_unset_maker:create_app"])
def test_a_setting_that_cannot_be_used_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    """Neither a traceback nor a line to correct: the program is right, its environment is not."""
    refusal = "from brubeck.settings import SettingsError\n{}raise SettingsError('X is 1. Set it to 2.')\n"
    (folder / "cli_unset.py").write_text(refusal.format(""))
    (folder / "cli_unset_maker.py").write_text(refusal.format("def create_app():\n    "))
    assert problem(target) == "X is 1. Set it to 2."
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("source", "said"), [("1 / 0\n", "ZeroDivisionError"), ("def (:\n", "SyntaxError")]
)
def test_a_broken_module_shows_its_traceback(
    folder: Path, capsys: pytest.CaptureFixture[str], source: str, said: str
) -> None:
    """The line to correct is on the screen, the advice below it."""
    name = f"cli_broken_{said.lower()}"
    (folder / f"{name}.py").write_text(source)
    text = problem(f"{name}:app")
    assert said in text
    assert "Correct the line" in text
    assert f"{name}.py" in capsys.readouterr().err


def test_a_missing_name_is_met_with_those_that_are_there(shop: str) -> None:
    """Applications and functions that make one are offered."""
    text = problem(f"{shop}:application")
    assert f"The module {shop} has no application." in text
    assert f"{shop}:app, " in text
    assert f"{shop}:create_app" in text


def test_a_module_without_any_application_says_what_to_make(folder: Path) -> None:
    """There is nothing to offer, so the class is named."""
    (folder / "cli_bare.py").write_text("")
    assert "Make a brubeck.application.Brubeck there" in problem("cli_bare:app")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("number", "is a int, not an application. Name an application"),
        ("wrong_app", "returned a str, not an application. Have it return"),
        ("create_app_for", "cannot be called without arguments"),
        ("failing_app", "RuntimeError: no database. Correct the line"),
    ],
)
def test_what_makes_no_application_is_explained(shop: str, name: str, said: str) -> None:
    """Each mistake has its own words."""
    assert said in problem(f"{shop}:{name}")


def test_callables_that_hide_their_parameters_are_tried(shop: str) -> None:
    """Some built-in types do not tell what they take."""
    sys.modules.pop(shop, None)
    load_application(f"{shop}:app")
    sys.modules[shop].kind = type  # type: ignore[attr-defined]
    assert "TypeError" in problem(f"{shop}:kind")


def test_the_routes_are_a_table(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Pattern, methods, handler and name, in the order in which they are tried."""
    assert main(["routes", f"{shop}:app"]) == 0
    lines = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    rows = [tuple(cell.strip() for cell in line if cell.strip()) for line in lines]
    assert rows == [
        ("PATTERN", "METHODS", "HANDLER", "NAME"),
        ("^/page$", "GET, HEAD, OPTIONS", "cli_shop:Page", "page"),
        ("^/narrow", "GET, HEAD", "cli_shop:Narrow"),
        ("^/f$", "any", "cli_shop:function"),
        ("^/decorated$", "GET, HEAD, PUT, OPTIONS", "cli_shop:decorated", "decorated"),
        ("^/open$", "any", "cli_shop:open_to_all"),
        ("^/inner$", "POST, OPTIONS", "cli_shop:function"),
        ("^/stacked$", "POST, OPTIONS", "cli_shop:function"),
        ("^/class$", "GET, HEAD, OPTIONS", "cli_shop:Page"),
        ("^/object$", "any", "cli_shop:Callable"),
    ]


def test_an_application_without_routes_says_so(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty table would look like a mistake."""
    assert main(["routes", f"{shop}:empty"]) == 0
    assert "has no routes" in capsys.readouterr().out


def test_a_command_that_fails_says_why_and_returns_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts see the exit code, people the sentence."""
    assert main(["routes", "cli_nowhere:app"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("brubeck: There is no module cli_nowhere.")
    assert captured.out == ""
