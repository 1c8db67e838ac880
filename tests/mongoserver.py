"""The embedded Mongo server as a child process, wherever a test needs one of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from pymongo import MongoClient

STACK = Path(__file__).parents[1] / "stack"
READY = "mongolite ready on "
Document = dict[str, Any]


class ServerProcess:
    """A `python -m mongolite` and where it listens."""

    def __init__(self, *arguments: str) -> None:
        """Start the server and wait for its first line; `line` stays empty if it refuses."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mongolite", "--port", "0", *arguments],
            cwd=STACK,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline().strip()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.line.removeprefix(READY).partition(":")
        return host, int(port)

    @property
    def url(self) -> str:
        """What a client connects to."""
        return "mongodb://{}:{}".format(*self.address)

    def client(self, **options: Any) -> MongoClient[Document]:
        """Return a client that gives up soon."""
        return MongoClient(self.url, serverSelectionTimeoutMS=5000, **options)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        self.process.send_signal(number)
        return self.finished()

    def finished(self) -> int:
        """Wait for the end and return the exit code; `errors` holds what was logged."""
        _, self.errors = self.process.communicate(timeout=30)
        return self.process.returncode

    def close(self) -> None:
        """Make sure that the process is gone."""
        if self.process.poll() is None:
            self.end(signal.SIGKILL)
