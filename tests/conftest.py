"""What every test shares: the coroutine library, a Mongo server, and free ports.

The library is chosen before anything else is imported, as every Brubeck program must do it.
"""

from brubeck import concurrency

concurrency.use()

import os  # noqa: E402  the standard library is patched above, before anybody holds a reference
import signal  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402

READY = "mongolite ready on "


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
