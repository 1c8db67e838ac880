"""How much a stream has sent ahead of its reader, as far as Mongrel2 says."""

from time import monotonic
from typing import Protocol


class Gauge(Protocol):
    """Who knows what has been written."""

    def written(self, conn_id: str) -> int | None:
        """Return how many bytes a connection has been sent; None where nobody can tell."""

    def wait(self) -> None:
        """Wait for new figures."""


class Window:
    """What one stream has been given and its reader may not have got yet.

    Mongrel2 drops a connection for which more than 16 messages wait, and keeps all of them in its
    memory until then. So there are fewer, of a bounded size together.
    """

    MESSAGES = 10
    SIZE = 8_388_608  # bytes
    # So many small messages are sent before anybody is asked; most streams are over then, and the
    # system has taken them off Mongrel2's hands.
    UNASKED = 4
    SMALL = 65_536  # bytes
    PATIENCE = 60.0  # seconds; who has taken nothing for so long is gone

    def __init__(self, gauge: Gauge, conn_id: str) -> None:
        self._gauge = gauge
        self._conn_id = conn_id
        # What the connection had been sent before the stream: when that is asked for first, what
        # the stream has sent until then has been written.
        self._before: int | None = None
        self._sent = 0
        self._written = 0
        self._ends: list[int] = []  # of the messages that may wait, in bytes of the stream

    def note(self, size: int) -> None:
        """Note a message of so many bytes."""
        self._sent += size
        self._ends.append(self._sent)

    def wait(self, size: int) -> bool:
        """Wait until there is room for a message; False when the reader takes nothing."""
        if self._before is None and (size >= self.SMALL or len(self._ends) >= self.UNASKED):
            self._look()
        deadline = monotonic() + self.PATIENCE
        while self._is_full():
            before = self._written
            self._look()
            if self._written > before:
                deadline = monotonic() + self.PATIENCE
            elif monotonic() > deadline:
                return False
        return True

    def _is_full(self) -> bool:
        return len(self._ends) >= self.MESSAGES or self._sent - self._written > self.SIZE

    def _look(self) -> None:
        self._gauge.wait()
        total = self._gauge.written(self._conn_id)
        if total is None:  # nobody can tell, so the stream goes on
            self._before, self._written = None, self._sent
        else:
            if self._before is None or total - self._before > self._sent:
                self._before = total - self._sent
            self._written = total - self._before
        self._ends = [end for end in self._ends if end > self._written]
