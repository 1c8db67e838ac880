"""Work that nobody waits for: it begins when the answer has been handed to the transport.

Handlers run without giving up the processor unless they wait, and so does the way of an answer
to Mongrel2. A greenlet that is started when the answer is ready begins after it has gone.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from greenlet import GreenletExit  # type: ignore[import-untyped]  # it ships no types

from brubeck.concurrency import current
from brubeck.concurrency.base import Event, Task
from brubeck.errors import ServiceUnavailable

if TYPE_CHECKING:
    from brubeck.request import Request

LIMIT = 1_000
TOO_MUCH = "The server has too much to do at the moment. Try again in a minute."

log = logging.getLogger(__name__)


class Job:
    """One call of a function."""

    def __init__(self, function: Callable[..., object], args: tuple[object, ...]) -> None:
        self._function = function
        self._args = args
        self.task: Task | None = None

    def __str__(self) -> str:
        return getattr(self._function, "__qualname__", None) or repr(self._function)

    def __call__(self) -> None:
        """Do the work."""
        self._function(*self._args)


class Background:
    """The work of one application: at most `limit` jobs at a time, promised ones included.

    `done` and `failed` count those that have ended.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.done = 0
        self.failed = 0
        self.promised: dict[Request, list[Job]] = {}
        self._running: dict[Job, None] = {}
        self._quiet: Event | None = None

    def __len__(self) -> int:
        return len(self._running) + sum(map(len, self.promised.values()))

    def promise(self, request: "Request", function: Callable[..., object], *args: object) -> None:
        """Have a function called after the answer to a request, whatever that is.

        Soon, if the answer is under way already, as that of a stream. Raises ServiceUnavailable
        when there is too much to do.
        """
        self._check_limit(function)
        if request.is_answered:
            self._start(Job(function, args))
        else:
            self.promised.setdefault(request, []).append(Job(function, args))

    def start(self, function: Callable[..., object], *args: object) -> None:
        """Have a function called soon. Raises ServiceUnavailable when there is too much to do."""
        self._check_limit(function)
        self._start(Job(function, args))

    def keep_promises(self, request: "Request") -> None:
        """Start what was promised for after the answer."""
        for job in self.promised.pop(request, ()):
            self._start(job)

    def break_promises(self, request: "Request") -> None:
        """Forget what was promised: there is no answer, because the process ends."""
        for job in self.promised.pop(request, ()):
            log.warning("%s was not begun: its request was given up.", job)

    def wait(self, seconds: float) -> list[str]:
        """Wait until all work is done, or so many seconds; return the names of what is not."""
        if self._running:
            quiet = self._quiet = self._quiet or current().event()
            quiet.wait(seconds)
        return list(map(str, self._running))

    def finish(self, seconds: float) -> None:
        """Wait for all work at the end of a process; what takes longer is ended, and logged."""
        for name in self.wait(seconds):
            log.warning("%s did not finish in %s s and was ended.", name, seconds)
        unfinished = list(self._running)
        self._running.clear()
        for job in unfinished:
            if job.task is not None:
                job.task.kill()

    def _check_limit(self, function: Callable[..., object]) -> None:
        if len(self) >= self.limit:
            log.error("There are %d jobs already, so %r is refused.", self.limit, function)
            raise ServiceUnavailable(TOO_MUCH)

    def _start(self, job: Job) -> None:
        self._running[job] = None
        job.task = current().spawn(self._run, job)

    def _run(self, job: Job) -> None:
        try:
            job()
            self.done += 1
        except GreenletExit:
            raise
        except BaseException:  # the time limits of both libraries are not Exceptions
            self.failed += 1
            log.exception("%s failed, after the answer", job)
        finally:
            self._running.pop(job, None)
            if self._quiet is not None and not self._running:
                self._quiet.set()
                self._quiet = None
