"""Output of many small pieces, on its way in few large messages."""

from collections.abc import Callable
from time import monotonic

from brubeck.concurrency import current
from brubeck.concurrency.base import Event

MEGABYTE = 1_048_576
LIMIT = MEGABYTE  # bytes that may wait before whoever writes has to wait

# Mongrel2 drops a connection for which more than 16 messages wait, without a word about how many
# those are. So what is sent to one connection is joined, and paced: up to 8 messages at once, then
# one each 3 ms. Measured with 100,000 single bytes to a reader in a hurry: with 0.2 ms between
# messages 4 of 5 streams broke, with 0.5 ms 1 of 5, with 1 ms none, and 3 ms leave room for a
# machine that is busy with something else.
GAP = 0.003
BURST = 8 * GAP
# Who reads more slowly than this is dropped as soon as 16 messages of `LARGEST` bytes wait for him;
# that is all that a reader who does not read can make Mongrel2 keep.
RATE = 32 * MEGABYTE
LARGEST = 2 * MEGABYTE
# Mongrel2 must get rid of all this: what it does not, ZeroMQ keeps in the memory of this process.
TOTAL_RATE = 64 * MEGABYTE


class Pace:
    """When the next message may go: a leaky bucket of time.

    A message costs `gap` seconds and those that its bytes take at `rate` bytes a second. Up to
    `BURST` seconds may be owed.
    """

    def __init__(self, rate: float = RATE, gap: float = GAP) -> None:
        self._rate = rate
        self._gap = gap
        self._free_at = 0.0

    def delay(self) -> float:
        """Return how many seconds there are until the next message may go."""
        return max(0.0, self._free_at - BURST - monotonic())

    def spend(self, size: int) -> None:
        """Note a message of so many bytes."""
        self._free_at = max(self._free_at, monotonic()) + self._gap + size / self._rate


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
        self._changed: Event | None = None
        self.is_closed = False

    def write(self, data: bytes) -> bool:
        """Have something sent; False when nobody takes it any more."""
        while self._size >= LIMIT and not self.is_closed:
            self._wait()
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

    def drain(self) -> None:
        """Wait until everything has been sent, or given up."""
        while self._is_sending and not self.is_closed:
            self._wait()

    def close(self) -> None:
        """Give up what has not been sent."""
        self.is_closed = True
        self._pieces.clear()
        self._note_change()

    def _send_all(self) -> None:
        try:
            while self._pieces:
                together = b"".join(self._pieces)
                self._pieces.clear()
                self._size = 0
                self._note_change()
                self._send(together)
        except OSError:
            self.close()
        finally:
            self._is_sending = False
            self._note_change()

    def _wait(self) -> None:
        if self._changed is None:
            self._changed = current().event()
        self._changed.wait()

    def _note_change(self) -> None:
        if self._changed is not None:
            changed, self._changed = self._changed, None
            changed.set()
