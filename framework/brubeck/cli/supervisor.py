"""A small process that keeps others running: it starts, restarts and ends them."""

import logging
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

TICK = 0.2
STEADY = 10.0  # seconds after which a worker counts as one that works
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
GRACE = 15.0  # longer than the workers give their handlers
REFUSED = 2  # exit code of a worker whose program or options cannot work
SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger(__name__)


class Worker(Protocol):
    """A child process, as subprocess.Popen is one."""

    pid: int

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""


@dataclass
class Place:
    """One of the workers that there should be."""

    worker: Worker | None = None
    started: float = 0.0
    due: float = 0.0
    delay: float = 0.0


class Supervisor:
    """Keep `count` workers running until SIGTERM or SIGINT.

    `start` makes a worker, `ended` is told the process id of one that is no more. With
    `changed`, a function that returns the names of changed files, workers are replaced when
    there are any, and a program that cannot start is waited for instead of given up.
    """

    def __init__(
        self,
        start: Callable[[], Worker],
        count: int,
        *,
        ended: Callable[[int], object] = lambda _pid: None,
        changed: Callable[[], list[str]] | None = None,
        grace: float = GRACE,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._start = start
        self._ended = ended
        self._changed = changed
        self._grace = grace
        self._clock = clock
        self._pause = pause
        self._places = [Place() for _ in range(count)]
        self._stop_requests = 0
        self._exit_code: int | None = None

    def run(self) -> int:
        """Return when all workers have ended: 0 after a signal, 2 when they refused to start."""
        with self._signals():
            while not self._stop_requests and self._exit_code is None:
                self._replace_changed()
                for place in self._places:
                    self._look_after(place)
                self._pause(TICK)
            self._end_all()
        return self._exit_code or 0

    def stop(self) -> None:
        """Ask for the end; a second time, for the end at once. Safe in a signal handler."""
        self._stop_requests += 1

    @contextmanager
    def _signals(self) -> Iterator[None]:
        previous = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()

    # -- one worker ----------------------------------------------------------------------------

    def _look_after(self, place: Place) -> None:
        if place.worker is None:
            if self._clock() >= place.due:
                place.worker, place.started = self._start(), self._clock()
        elif (code := place.worker.poll()) is not None:
            self._bury(place, place.worker, code)

    def _bury(self, place: Place, worker: Worker, code: int) -> None:
        place.worker = None
        self._ended(worker.pid)
        if code != REFUSED:
            self._plan_restart(place, worker, code)
        elif self._changed is None:
            self._exit_code = code
        else:
            place.due = math.inf
            log.warning(
                "The program cannot start. It is tried again when one of its files changes."
            )

    def _plan_restart(self, place: Place, worker: Worker, code: int) -> None:
        """Start at once what has worked for long, and ever more slowly what keeps dying."""
        now = self._clock()
        if now - place.started >= STEADY:
            place.delay = 0.0
        else:
            place.delay = min(max(2 * place.delay, FIRST_DELAY), LONGEST_DELAY)
        place.due = now + place.delay
        log.warning(
            "Worker %s %s. Another one starts in %g s.", worker.pid, _ending(code), place.delay
        )

    # -- all workers ---------------------------------------------------------------------------

    def _replace_changed(self) -> None:
        files = self._changed() if self._changed else []
        if files:
            log.info("%s changed. Starting again.", ", ".join(files))
            self._end_all()
            for place in self._places:
                place.due = place.delay = 0.0

    def _end_all(self) -> None:
        """Ask all workers to end; those that do not within the grace are killed."""
        for worker in self._running():
            worker.terminate()
        deadline = self._clock() + self._grace
        while self._running() and self._clock() < deadline and self._stop_requests < 2:
            self._pause(TICK)
        for worker in self._running():
            log.warning("Worker %s does not end and is killed.", worker.pid)
            worker.kill()
        while self._running():
            self._pause(TICK)
        for place in self._places:
            if place.worker:
                self._ended(place.worker.pid)
                place.worker = None

    def _running(self) -> list[Worker]:
        return [
            place.worker for place in self._places if place.worker and place.worker.poll() is None
        ]


def _ending(code: int) -> str:
    """Say how a process ended; negative codes are signals, as subprocess has them."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
