"""The launcher as a child process: started on free ports, waited for, looked after."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[3]
SAMPLES = Path(__file__).parent / "samples"
PATH_OF_PYTHON = os.pathsep.join(
    str(path) for path in (ROOT / "framework", ROOT / "apps/listsurf", ROOT / "stack", SAMPLES)
)
SECONDS = 100.0  # more than the launcher itself waits


class Launch:
    """One run of the launcher."""

    def __init__(
        self, folder: Path, program: list[str], arguments: list[str], environ: dict[str, str]
    ) -> None:
        self.ready_file = folder / "ready.json"
        self.screen = folder / f"screen-{time.monotonic_ns()}.txt"
        self.var = environ["VAR_DIR"]
        with self.screen.open("ab") as screen:
            self.process = subprocess.Popen(
                [sys.executable, *program, "--ready-file", str(self.ready_file), *arguments],
                env=environ,
                stdout=screen,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )

    def said(self) -> str:
        """Return what is on the screen."""
        return self.screen.read_text(encoding="utf-8")

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Wait until this holds; fail with what is on the screen when it does not come."""
        deadline = time.monotonic() + SECONDS
        pause = threading.Event()
        while not condition():
            assert time.monotonic() < deadline, f"no {what} came: {self.said()}"
            pause.wait(0.05)

    def ready(self) -> dict:
        """Wait for the ready file and return its facts."""
        self.wait_for(lambda: self.ready_file.exists() or self._ended(), "ready file")
        assert self.ready_file.exists(), self.said()
        return json.loads(self.ready_file.read_text(encoding="utf-8"))

    def _ended(self) -> bool:
        return self.process.poll() is not None

    def exit_code(self) -> int:
        """Wait for the end and return the exit code."""
        self.wait_for(self._ended, "end of the launcher")
        return self.process.returncode

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.exit_code()

    def left_over(self) -> list[str]:
        """Return the command lines of living processes of this run, found by their VAR_DIR."""
        mark = f"VAR_DIR={self.var}".encode()
        return [
            line
            for entry in Path("/proc").glob("[0-9]*")
            if mark in _read(entry / "environ").split(b"\0")
            and (line := _read(entry / "cmdline").replace(b"\0", b" ").decode())
        ]

    def leaves_nothing(self) -> None:
        """Wait until no process of this run is left: the killed need a moment."""
        self.wait_for(lambda: not self.left_over(), "end of all processes")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it ended meanwhile


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Launch]]:
    """Give a function that starts the launcher; at the end nothing of it may be left."""
    launches: list[Launch] = []

    samples = [str(SAMPLES / "run_samples.py")]

    def start(*arguments: str, program: list[str] = samples, **variables: str) -> Launch:
        environ = {**os.environ, "PYTHONPATH": PATH_OF_PYTHON, "VAR_DIR": str(tmp_path / "var")}
        environ |= {"SITE_PORT": "0", **variables}
        launches.append(Launch(tmp_path, program, list(arguments), environ))
        return launches[-1]

    yield start
    for one in launches:
        if one.process.poll() is None:
            one.end()
    for one in launches:
        one.leaves_nothing()


@pytest.fixture
def fetch() -> Callable[..., tuple[int, bytes]]:
    """Give a function that gets an address from this machine, whatever its host name says."""

    def get(address: str, path: str = "/", host: str = "") -> tuple[int, bytes]:
        url = urlsplit(address)
        connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=SECONDS)
        connection.request("GET", path, headers={"Host": host or url.netloc})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    return get
