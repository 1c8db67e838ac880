"""The API does what its own document says: Schemathesis reads it and tries to prove the contrary."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from apps.listsurf.people import Person
from e2e.sites import free_port
from gevent import sleep

ROOT = Path(__file__).parents[3]
# Schemathesis cannot know which texts are addresses or searches, nor that servers have limits.
HOOKS = """
import schemathesis
from hypothesis import strategies as st
hosts = st.from_regex(r"[a-z0-9]{1,20}(\\.[a-z]{2,10}){1,2}", fullmatch=True)
paths = st.from_regex(r"(/[A-Za-z0-9._~-]{0,20}){0,4}", fullmatch=True)
addresses = st.builds("{}{}{}".format, st.sampled_from(["http://", "https://", ""]), hosts, paths)
schemathesis.openapi.format("web-address", addresses)
words = st.from_regex(r"[a-z0-9]{1,12}( -?#?[a-z]{1,8}){0,3}", fullmatch=True)
schemathesis.openapi.format("search", words)
"""
CONFIG = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 413, 414, 415, 422]
"""
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "10"))  # requests an operation and phase


def environment(**settings: str) -> dict[str, str]:
    """Return an environment in which `python -m listsurf` works without installation."""
    shared = [path.parent for path in (ROOT / "apps" / "shared").glob("*/pyproject.toml")]
    folders = [ROOT / "framework", ROOT / "apps" / "listsurf", *shared]
    paths = os.pathsep.join(map(str, folders))
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": paths, **settings}


@contextmanager
def served(mongo_url: str, database: str, port: int) -> Iterator[str]:
    """Serve the site of a database as a process of its own; give its address."""
    settings = environment(
        MONGO_URL=mongo_url,
        LISTSURF_DATABASE=database,
        LISTSURF_TRANSPORT="wsgi",
        LISTSURF_PORT=str(port),
        LISTSURF_OTHER_HOSTS="127.0.0.1",
        LISTSURF_FETCH="no",
        LISTSURF_API_CALLS="1000000",
        LISTSURF_LOG_LEVEL="ERROR",
    )
    command = [sys.executable, "-W", "ignore", "-m", "listsurf"]
    with subprocess.Popen(command, env=settings, stderr=subprocess.PIPE, text=True) as server:
        try:
            wait_until_it_answers(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_until_it_answers(server: "subprocess.Popen[str]", port: int) -> None:
    """Return when the server listens; fail if it ends instead."""
    while server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            sleep(0.05)
        else:
            return
        finally:
            connection.close()
    assert server.stderr
    raise AssertionError(f"the server ended: {server.stderr.read()}")


@pytest.mark.timeout(300)
def test_the_api_does_what_its_document_says(
    ada: Person, mongo_url: str, database: str, tmp_path: Path
) -> None:
    """Good and bad requests of every kind get the statuses, headers and bodies that are described."""
    port = free_port()
    with served(mongo_url, database, port) as site:
        (tmp_path / "hooks.py").write_text(HOOKS)
        (tmp_path / "schemathesis.toml").write_text(CONFIG)
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{site}/api/openapi.json",
            f"--header=Authorization: Bearer {ada.token()}",
            "--checks=all",
            f"--max-examples={EXAMPLES}",
            "--request-timeout=30",
            "--generation-database=none",
            "--no-color",
        ]
        result = subprocess.run(
            command,
            env=environment(SCHEMATHESIS_HOOKS="hooks.py"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "7 selected" in result.stdout or "7 total" in result.stdout, result.stdout
