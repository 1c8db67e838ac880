"""Output of many small pieces, on its way in few large messages."""

from collections.abc import Callable
from time import monotonic

from brubeck.concurrency import current
from brubeck.concurrency.change import Change

LIMIT = 1_048_576  # bytes that may wait before whoever writes has to wait


class Outflow:
    """What one or more greenlets write to somebody, sent as soon as they all wait for something.

    `send` may block; it gets all that has been written until then as one. With `LIMIT` bytes
    waiting, `write` waits, too.
    """

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._send = send
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_sending = False
        self._changed = Change()
        self.is_closed = False

    def write(self, data: bytes) -> bool:
        """Have something sent; False when nobody takes it any more."""
        while self._size >= LIMIT and not self.is_closed:
            self._changed.wait()
        return self.offer(data)

    def offer(self, data: bytes) -> bool:
        """Have something sent if there is room for it now; never blocks."""
        if self.is_closed or self._size >= LIMIT:
            return False
        self._pieces.append(data)
        self._size += len(data)
        if not self._is_sending:
            self._is_sending = True
            current().spawn(self._send_all)
        return True

    def drain(self, seconds: float) -> None:
        """Wait until everything has been sent or given up, so many seconds at the most."""
        deadline = monotonic() + seconds
        while self._is_sending and not self.is_closed and monotonic() < deadline:
            self._changed.wait(max(0, deadline - monotonic()))

    def close(self) -> None:
        """Give up what has not been sent."""
        self.is_closed = True
        self._pieces.clear()
        self._changed.announce()

    def _send_all(self) -> None:
        try:
            while self._pieces:
                together = b"".join(self._pieces)
                self._pieces.clear()
                self._size = 0
                self._changed.announce()
                self._send(together)
        except OSError:
            self.close()
        finally:
            self._is_sending = False
            self._changed.announce()
