"""The wishes of the person at the keyboard and of process managers: Ctrl-C, SIGTERM, SIGHUP."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from launcher.bell import Bell

_ASKING_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# make and the terminal may both deliver the same Ctrl-C.
_SAME_KEYSTROKE_SECONDS = 0.5


class Wishes:
    """``stop`` is true once somebody asked for the end, ``hurry`` once Ctrl-C came again."""

    def __init__(self, bell: Bell) -> None:
        self.hurry = False
        self._asked: float | None = None
        self._bell = bell

    @property
    def stop(self) -> bool:
        """Whether the suite shall end."""
        return self._asked is not None

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen to the signals inside this block."""
        numbers = [number for number in _ASKING_TO_STOP if not _is_under_nohup(number)]
        before = {number: signal.signal(number, self._hear) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked is None:
            self._asked = now
        elif number == signal.SIGINT and now - self._asked > _SAME_KEYSTROKE_SECONDS:
            self.hurry = True
        self._bell.ring()


def _is_under_nohup(number: signal.Signals) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
