"""Programs of the suite as processes of their own, without installation, on a port of 127.0.0.1."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

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
    command = [sys.executable, "-W", "ignore", "-m", *arguments]
    # A pipe that nobody empties would stop a server that has much to say.
    with TemporaryFile("w+") as log:
        server = subprocess.Popen(command, env=environment(**settings), stderr=log, text=True)
        with server:
            try:
                wait_until_it_answers(server, port, log)
                yield server
            finally:
                server.kill()


def wait_until_it_answers(server: Server, port: int, log: IO[str]) -> None:
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
    log.seek(0)
    raise AssertionError(f"the server ended: {log.read()}")
