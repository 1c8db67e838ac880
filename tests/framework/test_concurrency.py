"""The same promises on both coroutine libraries, each in a process of its own."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from brubeck import concurrency

PROGRAM = Path(__file__).with_name("concurrency_program.py")
FRAMEWORK = Path(concurrency.__file__).parents[2]
CHECKS = [
    node.name.removeprefix("check_")
    for node in ast.parse(PROGRAM.read_text()).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
]


def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        env=os.environ | {"PYTHONPATH": str(FRAMEWORK)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
@pytest.mark.parametrize("check", CHECKS)
def test_both_libraries_keep_the_promise(library: str, check: str) -> None:
    """Each check of the program beside this file holds on both libraries."""
    done = run(str(PROGRAM), library, check)
    assert done.stdout == "kept\n", done.stderr
    assert "Traceback" not in done.stderr or check in {"failures", "uncaught_time_limit"}


CHOICE = "from brubeck import concurrency; print(concurrency.active()); print(concurrency.{}.name)"


def chosen(call: str, **environment: str) -> str:
    before, name = run("-c", CHOICE.format(call), **environment).stdout.split()
    assert before == "None"
    return name


def test_gevent_comes_first() -> None:
    """Nothing said means gevent."""
    assert chosen("current()") == "gevent"


def test_the_environment_wins_over_the_default() -> None:
    """BRUBECK_CONCURRENCY decides for programs that say nothing."""
    assert chosen("use()", BRUBECK_CONCURRENCY="eventlet") == "eventlet"


def test_an_argument_wins_over_the_environment() -> None:
    """The program has the last word."""
    assert chosen("use('gevent')", BRUBECK_CONCURRENCY="eventlet") == "gevent"


def test_importing_the_handlers_chooses() -> None:
    """As in the original, the import decides if nothing else has."""
    code = "from brubeck.request_handling import CORO_LIBRARY; print(CORO_LIBRARY)"
    assert run("-c", code, BRUBECK_CONCURRENCY="eventlet").stdout == "eventlet\n"


def test_unknown_libraries_are_refused() -> None:
    """The error is the original's kind and names the choices."""
    with pytest.raises(EnvironmentError, match=r"'threads'.*gevent, eventlet"):
        concurrency._known("threads")


def test_missing_libraries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.setattr(concurrency, "find_spec", lambda name: None)
    with pytest.raises(EnvironmentError, match=r"pip install brubeck\[eventlet\]"):
        concurrency._known("eventlet")
    assert concurrency._first_installed() == "gevent"


def test_a_late_import_is_logged_not_raised() -> None:
    """A program that treats warnings as errors may import other modules first."""
    code = (
        "import ssl, sys, types, warnings; warnings.simplefilter('error');"
        "sys.modules['early'] = early = types.ModuleType('early');"
        "early.SSLContext = ssl.SSLContext; import brubeck.request_handling"
    )
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
    assert "Import brubeck before other modules" in done.stderr


@pytest.mark.parametrize(("first", "second"), [("gevent", "eventlet"), ("eventlet", "gevent")])
def test_two_libraries_in_one_process_are_refused(first: str, second: str) -> None:
    """However the second one is asked for; the error says how to choose it instead."""
    code = f"import brubeck.concurrency.{first}, brubeck.concurrency.{second}"
    done = run("-c", code)
    assert f"RuntimeError: This process runs on {first} already" in done.stderr
    assert f"set BRUBECK_CONCURRENCY={second}" in done.stderr
