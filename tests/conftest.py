"""What every test shares: the coroutine library, how examples are found, a Mongo server, a Redis server, a browser.

The library is chosen before anything else is imported, as every Brubeck program must do it.
"""

from brubeck import concurrency

concurrency.use()

import os  # noqa: E402  the standard library is patched above, before anybody holds a reference
import shutil  # noqa: E402
import signal  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import pytest  # noqa: E402
from e2e.browsing import chromium_command  # noqa: E402
from hypothesis import settings  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from redis import Redis  # noqa: E402

READY = "mongolite ready on "

# The same tree passes or fails the same way each time; new examples are what `make fuzz` looks for.
settings.register_profile("suite", deadline=None, derandomize="FUZZ_EXAMPLES" not in os.environ)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a MongoDB server: MONGO_URL, or the embedded one as a child process."""
    if url := os.environ.get("MONGO_URL"):
        yield url
        return
    folder = tmp_path_factory.mktemp("mongolite")
    command = [sys.executable, "-m", "mongolite", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=stack()) as server:
        try:
            yield f"mongodb://{first_address(server)}"
        finally:
            server.send_signal(signal.SIGTERM)


def first_address(server: "subprocess.Popen[str]") -> str:
    """Return host:port from the line that the server prints when it listens."""
    assert server.stdout is not None
    line = server.stdout.readline()
    assert line.startswith(READY), f"the Mongo server did not start; it printed {line!r}"
    return line.removeprefix(READY).strip()


def stack() -> Path:
    """Return the folder from which `python -m mongolite` works without installation."""
    return Path(__file__).parents[1] / "stack"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give one headless Chromium for the whole run: Playwright cannot be started twice.

    It is the system's; CHROMIUM names another one.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(**chromium_command())
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the socket of a Redis server that ends with the test run."""
    socket = tmp_path_factory.mktemp("redis") / "redis.sock"
    program = shutil.which("redis-server")
    assert program, "redis-server is missing. Install it with: apt-get install redis-server"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            ready = any("accept connections" in line for line in server.stdout)
            assert ready, "redis-server ended before it was ready"
            yield socket
        finally:
            server.terminate()


@pytest.fixture
def redis(redis_socket: Path) -> Iterator["Redis[Any]"]:
    """Give a connection to an empty database."""
    with Redis(unix_socket_path=str(redis_socket)) as connection:
        connection.flushall()
        yield connection
