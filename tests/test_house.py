"""The house rules that a program can check: layers, sizes, words, docstrings, lock files."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import brubeck
import pytest

ROOT = Path(__file__).parents[1]
FRAMEWORK = ROOT / "framework"
PURE = ["wire", "request", "response", "routing", "cookies", "csrf", "errors", "limits", "jsontext"]
COROUTINE_LIBRARIES = {"gevent", "eventlet", "zmq"}

# A path from the top of somebody's machine, with or without more behind it.
MACHINE_PATH = re.compile(r"(?<![\w./}])/(?:ro" + r"ot|wo" + r"rk)(?![\w.-])")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|(?i:secret)[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9+/_-]{32,}"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def tracked_files() -> list[Path]:
    """Return the files that belong to the repository and exist."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [path for name in names if (path := ROOT / name).is_file()]


def tracked_texts() -> Iterator[tuple[Path, str]]:
    """Yield the files that people can read, with their text."""
    for path in tracked_files():
        if path.suffix not in {".png", ".ico"}:
            yield path, path.read_text(errors="replace")


def sources(*folders: str) -> list[Path]:
    """Return the Python files below the named folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the dotted names of all modules that a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a file, nested ones and methods included."""
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def length(function: Function) -> int:
    """Return the number of lines of a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return sum((statement.end_lineno or 0) - statement.lineno + 1 for statement in body)


def test_dictshield_imports_nothing_from_brubeck() -> None:
    """Somebody may use DictShield alone."""
    for path in sources("framework/dictshield"):
        assert not any(name.split(".")[0] == "brubeck" for name in imported_modules(path)), path


def test_the_framework_imports_neither_applications_nor_the_stack() -> None:
    """The arrows point from the applications to the framework, never back."""
    above = {"listsurf", "readify", "spotichat", "nojs", "launcher", "mongolite", "index"}
    for path in sources("framework"):
        assert not above & {name.split(".")[0] for name in imported_modules(path)}, path


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_no_coroutine_library(name: str) -> None:
    """What is fuzzed runs without sockets: no gevent, eventlet or zmq below it."""
    path = FRAMEWORK / "brubeck" / f"{name}.py"
    assert not COROUTINE_LIBRARIES & {module.split(".")[0] for module in imported_modules(path)}


def test_the_middle_function_is_shorter_than_ten_lines() -> None:
    """Functions do one thing; the median says whether that holds."""
    for folder in ("framework/brubeck", "framework/dictshield", "apps", "stack"):
        lengths = [length(function) for path in sources(folder) for function in functions(path)]
        assert statistics.median(lengths) < 10, folder


def test_every_test_states_its_promise() -> None:
    """A failing test is read by its docstring."""
    for path in sources("tests"):
        for function in functions(path):
            if function.name.startswith("test_"):
                assert ast.get_docstring(function), f"{path.relative_to(ROOT)}: {function.name}"


def test_nothing_forbidden_is_named() -> None:
    """No unsafe serializer, no registry's host, no path of somebody's machine."""
    words = ["pick" + "le", "py" + "pi.org", "python" + "hosted", "npm" + "js.org"]
    words += ["deb." + "debian.org", "/ho" + "me/"]
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    for path, text in tracked_texts():
        found = pattern.search(text) or MACHINE_PATH.search(text)
        assert not found, f"{path.relative_to(ROOT)} names {found and found.group()!r}"


@pytest.mark.parametrize("text", ["cd /ro" + "ot", "'/wo" + "rk/main'", "HOME=/ro" + "ot\n"])
def test_a_path_of_a_machine_is_noticed_without_a_slash_behind_it(text: str) -> None:
    """The check above knows whole path components, wherever they end."""
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["{root}/roots", "a/ro" + "ot/b", "docs/wo" + "rk"])
def test_a_path_inside_the_repository_is_none_of_a_machine(text: str) -> None:
    """Folders may be called as they like; only paths from the top of a machine count."""
    assert not MACHINE_PATH.search(text)


def test_no_secret_is_committed() -> None:
    """No private key, no access key, no long value of a variable that is called a secret."""
    for path, text in tracked_texts():
        found = SECRET.search(text)
        assert not found, f"{path.relative_to(ROOT)} holds {found and found.group()[:40]!r}"


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "id = 'AK" + "IA0123456789ABCDEF'",
        "LISTSURF_SECRET=" + "0123456789abcdef" * 2,
        'cookie_secret = "' + "0123456789abcdef" * 2 + '"',
    ],
)
def test_a_secret_is_noticed(text: str) -> None:
    """The check above can fail."""
    assert SECRET.search(text)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in tracked_files()
        if path.name in {"README.md", "SECURITY.md", "CONTRIBUTING.md"}
    ],
    ids=str,
)
def test_what_a_readme_names_exists(path: Path) -> None:
    """Whoever follows a path arrives: relative links, and folders and files in code quotes."""
    text = path.read_text()
    links = re.findall(r"\]\((?!\w+:|#)([^)#]+)", text)
    quoted = re.findall(r"`((?:\.\./|apps/|framework/|stack/|tests/|docs/|\w+/)[\w./-]*)`", text)
    assert [name for name in links if not (path.parent / name).exists()] == []
    assert [name for name in quoted if not exists_somewhere(path.parent, name)] == []


def test_make_help_lists_every_target() -> None:
    """What can be asked for is said in a line; what sets up is nobody's to call."""
    makefile = (ROOT / "Makefile").read_text()
    asked = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make ([\w-]+) +\S", asked.stdout, re.MULTILINE)
    targets = re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE)
    assert sorted(listed) == sorted(name for name in targets if not name.startswith("setup-"))
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    assert sorted(phony[1].split()) == sorted(targets)


def test_one_version_is_told_everywhere() -> None:
    """The framework, its distribution, the sites and the newest entry of the changelog agree."""
    told = {
        tomllib.loads(path.read_text())["project"]["version"]
        for path in tracked_files()
        if path.name == "pyproject.toml" and path.parent != ROOT
    }
    newest = re.search(r"^## (\d+\.\d+\.\d+) - ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert told == {brubeck.version} == {newest[1]}


def test_contributing_is_one_page() -> None:
    """Whoever wants to change something reads it to the end."""
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 66


def exists_somewhere(folder: Path, name: str) -> bool:
    """Say whether a path exists beside the file that names it, at the top, or for a run only."""
    made_by_a_run = Path(name).parts[0] in {"var", "build", "run", "running"}
    return made_by_a_run or (folder / name).exists() or (ROOT / name).exists()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name
)
def test_locked_packages_carry_hashes_and_no_addresses(path: Path) -> None:
    """Whoever installs gets the very files that were tested, from his own index."""
    text = path.read_text()
    pinned = re.findall(
        r"^[\w.\-\[\]]+==\S+(?: ; [^\n]+)? \\\n    --hash=sha256:", text, re.MULTILINE
    )
    assert len(pinned) == len(re.findall(r"^[a-zA-Z]", text, re.MULTILINE)) > 0
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE)
