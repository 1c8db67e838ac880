"""Contract section 7: what test_application.py leaves open."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import brubeck
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck

FRAMEWORK = Path(brubeck.__file__).parents[1]

LEVELS = """
import logging
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck
Brubeck(msg_conn=WSGIConnection(0), log_level=logging.ERROR)
print(logging.getLogger().level == logging.ERROR, len(logging.getLogger().handlers))
"""


def test_arguments_without_effect_are_accepted() -> None:
    """`no_handler` and further positional ones were in programs of every era (section 7.1)."""

    def unused(*args: Any) -> Any:
        raise AssertionError("no era has called it")

    arguments = (WSGIConnection(0), [], None, unused, None, None, logging.INFO, "/login")
    app = Brubeck(*arguments, "db", "secret", "/api/", "one more")
    assert (app.login_url, app.db_conn, app.cookie_secret) == ("/login", "db", "secret")
    assert app.api_base_url == "/api/"


def test_the_log_level_is_that_of_the_program() -> None:
    """It goes to logging.basicConfig, which prints to the console (section 7.1)."""
    done = subprocess.run(
        [sys.executable, "-c", LEVELS], env={"PYTHONPATH": str(FRAMEWORK)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split() == ["True", "1"]
