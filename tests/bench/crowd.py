"""A crowd of visitors, in a process of its own so that it disturbs the measuring as little as possible."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

TESTS = Path(__file__).parents[1]


class Crowd:
    """Visitors who are there, and what they say."""

    def __init__(self, orders: IO[str], reports: IO[str]) -> None:
        self._orders = orders
        self._reports = reports
        self._is_ready = False
        self.wait()

    def publish(self) -> list[float]:
        """Publish news; return after how many seconds each visitor had them, the first first."""
        self.wait()
        self._orders.write("publish\n")
        self._orders.flush()
        self._is_ready = False
        times: list[float] = json.loads(self._line())
        return times

    def wait(self) -> None:
        """Wait until everybody is there, after news once more."""
        if self._is_ready:
            return
        line = self._line()
        if line != "ready\n":
            raise RuntimeError(f"The crowd is not ready; it says {line!r}.")
        self._is_ready = True

    def _line(self) -> str:
        line = self._reports.readline()
        if not line:
            raise RuntimeError("The crowd has gone; its complaint is above.")
        return line


@contextmanager
def gathered(kind: str, port: int, count: int) -> Iterator[Crowd]:
    """Let visitors be there until the end of the block: `polls` that are held, or `idle` ones."""
    command = [sys.executable, "-m", "bench.visitors", kind, str(port), str(count)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=TESTS, text=True, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Crowd(process.stdin, process.stdout)
        finally:
            process.kill()
