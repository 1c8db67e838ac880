"""SIGTERM and SIGINT as something that a greenlet can wait for."""

import logging
import signal
import socket
from contextlib import suppress
from types import FrameType
from typing import Any, Self

from brubeck.concurrency.base import Concurrency

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopRequest:
    """A wish to end: by a signal, or by `set()`.

    Used as a context manager in the main thread it takes over SIGTERM and SIGINT, and gives
    them back. A second Ctrl-C raises KeyboardInterrupt: whoever presses it twice does not
    want to wait.

    The wish travels through a socket. Signal handlers may not block, and eventlet's sleeping
    hub does not notice what they schedule; it does notice a descriptor. The interpreter itself
    writes to it: a signal that comes just before the hub goes to sleep would otherwise have its
    Python handler run only when something else wakes the hub.
    """

    def __init__(self, concurrency: Concurrency) -> None:
        # Not os.pipe: eventlet's os.write asks the hub before it writes, a socket afterwards.
        self._reader, self._writer = socket.socketpair()
        self._watch = concurrency.watch(self._reader.fileno())
        self._interrupted = False
        self._previous: dict[signal.Signals, Any] = {}
        self._previous_wakeup = -1
        self.is_set = False
        for end in (self._reader, self._writer):
            end.setblocking(False)

    def __enter__(self) -> Self:
        # Only the main thread may take signals; in others `set()` is the only way.
        with suppress(ValueError):
            self._previous_wakeup = signal.set_wakeup_fd(self._writer.fileno())
            self._previous = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_set = True  # whoever asks from now on is late
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        if self._previous:
            signal.set_wakeup_fd(self._previous_wakeup)
        self._reader.close()
        self._writer.close()

    def set(self) -> None:
        """Ask for the end; safe in a signal handler."""
        if not self.is_set:
            self.is_set = True
            with suppress(BlockingIOError):  # full, so it wakes whoever waits already
                self._writer.send(b".")

    def wait(self) -> None:
        """Park until somebody asks for the end."""
        while not self.is_set:
            self._watch.wait()
            with suppress(BlockingIOError):
                self._reader.recv(4096)  # other signals wake us as well
        log.info("Asked to stop; what is in hand will be finished.")

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT and self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = number == signal.SIGINT
        self.set()
