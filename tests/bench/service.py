"""A candidate that runs: its own processes, Mongrel2 in front of it if it needs that, a port."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import load, processes
from bench.candidates import Candidate
from framework.conformance.servers import (
    Process,
    eventually,
    is_answering,
    start_mongrel2,
)
from ports import free_port

TESTS = Path(__file__).parents[1]
MANY = 20_000  # connections that Mongrel2 may have
WARM_UP = 1  # second


class Service:
    """The processes of a candidate, in a folder of their own."""

    def __init__(
        self, candidate: Candidate, folder: Path, workers: int = 1, routes: int = 5
    ) -> None:
        self.candidate = candidate
        self.port = free_port()
        self._folder = folder
        self._workers = workers
        self._environment = {"PYTHONPATH": str(TESTS), "BENCH_ROUTES": str(routes)}
        self._mongrel2: list[Process] = []
        self._programs: list[Process] = []

    def start(self) -> None:
        """Start everything, and wait until it answers."""
        if self.candidate.is_behind_mongrel2:
            self._mongrel2.append(start_mongrel2(self._folder, self.port, max_fd=MANY))
        for number, command in enumerate(self.candidate.commands):
            words = [word.format(port=self.port, workers=self._workers) for word in command]
            self._programs.append(
                Process(words, self._folder, f"program{number}", **self._environment)
            )
        name = self.candidate.name
        eventually(lambda: self._has_failed() or is_answering(self.port), f"an answer of {name}")
        if self._has_failed():
            raise RuntimeError(f"{name} ended before it had answered anything.")

    def _has_failed(self) -> bool:
        return any(one.child.poll() is not None for one in [*self._mongrel2, *self._programs])

    def own_pids(self) -> list[int]:
        """Return the processes of Python."""
        return [pid for one in self._programs for pid in processes.family(one.child.pid)]

    def all_pids(self) -> list[int]:
        """Return these, and Mongrel2."""
        return [*self.own_pids(), *(one.child.pid for one in self._mongrel2)]

    def output(self) -> str:
        """Return the last words of all processes."""
        return "\n".join(one.text()[-2_000:] for one in [*self._programs, *self._mongrel2])

    def end(self) -> None:
        """Make sure that all processes are gone; nobody waits for polls that are still held."""
        processes.kill({pid: processes.birth(pid) for pid in self.all_pids()})
        for one in [*self._programs, *self._mongrel2]:
            one.end()


@contextmanager
def running(candidate: Candidate, workers: int = 1, routes: int = 5) -> Iterator[Service]:
    """Run a candidate, warm, until the end of the block; what fails is told with its output."""
    with tempfile.TemporaryDirectory() as name:
        service = Service(candidate, Path(name), workers, routes)
        try:
            service.start()
            load.run(service.port, "/hello", WARM_UP)
            yield service
        except Exception as error:
            error.add_note(service.output())
            raise
        finally:
            service.end()
