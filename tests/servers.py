"""Programs of the suite as processes of their own, without installation, on a port of 127.0.0.1."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from gevent import sleep

ROOT = Path(__file__).parents[1]
KEPT = ("PATH", "HOME", "BRUBECK_CONCURRENCY")  # of the environment of the tests

Server = subprocess.Popen[str]


def environment(**settings: str) -> dict[str, str]:
    """Return an environment in which `python -m listsurf` and its like work."""
    packages = [path.parent for path in (ROOT / "apps").glob("**/pyproject.toml")]
    paths = os.pathsep.join(map(str, [ROOT / "framework", ROOT / "stack", *packages]))
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": paths, **settings}


@contextmanager
def served(arguments: Sequence[str], port: int, settings: dict[str, str]) -> Iterator[Server]:
    """Run `python -m ...`, which answers at a port, until the block is left."""
    server = started(arguments, settings)
    with server:
        try:
            wait_until_it_answers(server, port)
            yield server
        finally:
            server.kill()


def started(arguments: Sequence[str], settings: dict[str, str]) -> Server:
    """Start `python -m ...` without waiting for anything."""
    command = [sys.executable, "-W", "ignore", "-m", *arguments]
    return subprocess.Popen(command, env=environment(**settings), stderr=subprocess.PIPE, text=True)


def wait_until_it_answers(server: Server, port: int) -> None:
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
