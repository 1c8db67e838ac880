"""A small process that keeps others running: it starts, restarts, renews and ends them."""

import logging
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Protocol

TICK = 0.2
STEADY = 10.0  # seconds after which a worker counts as one that works
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
GRACE = 15.0  # longer than the workers give their handlers
LONGEST_START = 60.0  # seconds that a new worker may take until it serves
REFUSED = 2  # exit code of a worker whose program or options cannot work
ENDING = (signal.SIGTERM, signal.SIGINT)
RENEWING = signal.SIGHUP

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
    """One of the processes that there should be.

    `start` makes one, or returns None while it is not needed yet. While a worker is renewed
    there is a `second` one.
    """

    start: Callable[[], Worker | None]
    name: str = "Worker"
    worker: Worker | None = None
    second: Worker | None = None
    started: float = 0.0
    due: float = 0.0
    delay: float = 0.0

    @property
    def running(self) -> list[Worker]:
        """The processes that have not ended."""
        both = (self.worker, self.second)
        return [worker for worker in both if worker and worker.poll() is None]


class Supervisor:
    """Keep `count` workers running until SIGTERM or SIGINT; replace them one by one at SIGHUP.

    `start` makes the worker with a number, from 1 on, `ended` is told the process id of one that is no more, `is_ready` says
    whether one can serve. A dispatcher, if one can be started, is ended before the workers. With
    `changed`, a function that returns the names of changed files, workers are replaced when
    there are any, and a program that cannot start is waited for instead of given up.
    """

    def __init__(
        self,
        start: Callable[[int], Worker],
        count: int,
        *,
        start_dispatcher: Callable[[], Worker | None] | None = None,
        ended: Callable[[int], object] = lambda _pid: None,
        is_ready: Callable[[int], bool] = lambda _pid: True,
        changed: Callable[[], list[str]] | None = None,
        grace: float = GRACE,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._ended = ended
        self._is_ready = is_ready
        self._changed = changed
        self._grace = grace
        self._clock = clock
        self._pause = pause
        self._workers = [Place(partial(start, number)) for number in range(1, count + 1)]
        self._dispatchers = [Place(start_dispatcher, "Dispatcher")] if start_dispatcher else []
        self._stop_requests = 0
        self._is_renewal_wanted = False
        self._renewal: Iterator[None] | None = None
        self._exit_code: int | None = None

    def run(self) -> int:
        """Return when all workers have ended: 0 after a signal, 2 when they refused to start."""
        with self._signals():
            while not self._stop_requests and self._exit_code is None:
                self._replace_changed()
                self._renew()
                for place in self._places():
                    self._look_after(place)
                self._pause(TICK)
            self._end(self._dispatchers)
            self._end(self._workers)
        return self._exit_code or 0

    def stop(self) -> None:
        """Ask for the end; a second time, for the end at once. Safe in a signal handler."""
        self._stop_requests += 1

    def renew(self) -> None:
        """Ask for new workers in place of those that run. Safe in a signal handler."""
        self._is_renewal_wanted = True

    @contextmanager
    def _signals(self) -> Iterator[None]:
        numbers = (*ENDING, RENEWING)
        previous = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == RENEWING:
            self.renew()
        else:
            self.stop()

    def _places(self) -> list[Place]:
        return [*self._workers, *self._dispatchers]

    # -- one process ---------------------------------------------------------------------------

    def _look_after(self, place: Place) -> None:
        if place.worker is None:
            if self._clock() >= place.due:
                place.worker, place.started = place.start(), self._clock()
        elif place.second is None and (code := place.worker.poll()) is not None:
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
            "%s %s %s. Another one starts in %g s.",
            place.name, worker.pid, _ending(code), place.delay,
        )  # fmt: skip

    # -- new workers, one by one ---------------------------------------------------------------

    def _renew(self) -> None:
        """Go on with a renewal, or begin one that is wanted."""
        if self._is_renewal_wanted and self._renewal is None:
            self._is_renewal_wanted = False
            self._renewal = self._renewing()
        if self._renewal is not None:
            try:
                next(self._renewal)
            except StopIteration:
                self._renewal = None

    def _renewing(self) -> Iterator[None]:
        log.info("All workers are renewed, one by one.")
        for place in self._workers:
            if place.worker is None:
                continue  # it is being restarted anyway
            yield from self._start_second(place)
            if place.second is None:
                return
            place.worker, place.second = place.second, place.worker
            place.started, place.delay = self._clock(), 0.0
            yield from self._end_second(place)
        log.info("All workers are new.")

    def _start_second(self, place: Place) -> Iterator[None]:
        """Start a worker beside another one, and wait until it serves."""
        place.second = worker = place.start()
        deadline = self._clock() + LONGEST_START
        while worker is not None and not self._is_ready(worker.pid):
            code = worker.poll()
            if code is None and self._clock() < deadline:
                yield
                continue
            worker.kill()
            how = "takes too long to start" if code is None else _ending(code)
            log.error(
                "New worker %s %s. The others stay as they are; send SIGHUP again when what "
                "keeps it from serving is corrected.", worker.pid, how,
            )  # fmt: skip
            yield from self._end_second(place)
            worker = None

    def _end_second(self, place: Place) -> Iterator[None]:
        """Ask the worker that is one too many to end, and wait for that."""
        worker = place.second
        if worker is None:
            return
        worker.terminate()
        deadline = self._clock() + self._grace
        while worker.poll() is None:
            if self._clock() >= deadline:
                log.warning("Worker %s does not end and is killed.", worker.pid)
                worker.kill()
                deadline = math.inf
            yield
        self._ended(worker.pid)
        place.second = None

    # -- all processes -------------------------------------------------------------------------

    def _replace_changed(self) -> None:
        files = self._changed() if self._changed else []
        if files:
            log.info("%s changed. Starting again.", ", ".join(files))
            self._renewal = None
            self._end(self._workers)
            for place in self._workers:
                place.due = place.delay = 0.0

    def _end(self, places: list[Place]) -> None:
        """Ask processes to end; those that do not within the grace are killed."""
        for worker in _running(places):
            worker.terminate()
        deadline = self._clock() + self._grace
        while _running(places) and self._clock() < deadline and self._stop_requests < 2:
            self._pause(TICK)
        for worker in _running(places):
            log.warning("Worker %s does not end and is killed.", worker.pid)
            worker.kill()
        while _running(places):
            self._pause(TICK)
        for place in places:
            for worker in filter(None, (place.worker, place.second)):
                self._ended(worker.pid)
            place.worker = place.second = None


def _running(places: list[Place]) -> list[Worker]:
    return [worker for place in places for worker in place.running]


def _ending(code: int) -> str:
    """Say how a process ended; negative codes are signals, as subprocess has them."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
