"""A time limit that is meant: it ends also what waits again while it is being ended."""

from typing import Self

from greenlet import getcurrent  # type: ignore[import-untyped]  # it ships no types

from brubeck.concurrency import current
from brubeck.concurrency.base import OutOfTime


class TimeLimit:
    """Raises OutOfTime in a block that takes longer than so many seconds, and again after as long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> Self:
        self._member = getcurrent()
        self._start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def _start(self) -> None:
        self._timer = current().call_later(self._seconds, self._run_out)

    def _run_out(self) -> None:
        self._timer.cancel()
        self._start()
        self._member.throw(OutOfTime(f"It took longer than {self._seconds} s."))
