"""A generator that runs in a greenlet of its own, and its output, joined."""

import logging
from collections.abc import Callable, Iterator

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.concurrency.change import Change

FULL = 65_536  # bytes; with as many not taken yet the iterator waits
PIECES_A_TURN = 100  # so many without a break, then others are let run

log = logging.getLogger(__name__)


class Pump:
    """Runs an iterator of bytes until nobody wants more of it.

    Whoever takes gets all that the iterator has given before it had to wait for something. So
    many small pieces cost as little as one large one, and a slow taker makes the iterator wait.

    For an iterator that is never waited for, what is taken grows from 64 KB to `largest` bytes.
    """

    def __init__(
        self, pieces: Iterator[bytes], close: Callable[[], object], largest: int = FULL
    ) -> None:
        self._pieces = pieces
        self._close = close
        self._waiting: list[bytes] = []
        self._size = 0
        self._full = FULL
        self._largest = largest
        self._error: Exception | None = None
        self._has_begun = False
        self._has_ended = False
        self._is_stopped = False
        self._arrived = Change()
        self._taken = Change()
        self._task: Task = current().spawn(self._run)

    def take(self, seconds: float | None = None) -> bytes | None:
        """Wait for output: bytes, empty at the end, None when nothing came in so many seconds.

        Raises what the iterator has raised, after all that it gave before.
        """
        if not self._waiting and not self._has_ended:
            self._arrived.wait(seconds)
        if self._waiting:
            return self._all()
        if self._error is not None and not self._is_stopped:
            raise self._error
        return b"" if self._has_ended else None

    def stop(self) -> None:
        """End the iterator where it is; its `finally` blocks run, and `take` sees the end."""
        if not self._has_ended:
            self._has_ended = self._is_stopped = True
            self._arrived.announce()
            current().spawn(self._end)

    def _end(self) -> None:
        self._task.kill()
        if not self._has_begun:
            self._close_pieces()

    def _all(self) -> bytes:
        waiting, self._waiting = self._waiting, []
        self._size = 0
        self._taken.announce()
        return b"".join(waiting)

    def _run(self) -> None:
        self._has_begun = True
        try:
            for number, piece in enumerate(self._pieces, 1):
                self._put(piece, number)
        except Exception as error:  # noqa: BLE001  raised again where the output is taken
            self._error = error
        except BaseException as error:  # noqa: BLE001  time limits, and the end that stop() brings
            self._error = RuntimeError(f"The stream was ended by {error!r}.")
        finally:
            self._close_pieces()
            self._has_ended = True
            self._arrived.announce()

    def _put(self, piece: bytes, number: int) -> None:
        self._waiting.append(piece)
        self._size += len(piece)
        self._arrived.announce()
        if self._size >= self._full:
            self._full = min(2 * self._full, self._largest)
            self._taken.wait()
        elif number % PIECES_A_TURN == 0:
            current().yield_turn()

    def _close_pieces(self) -> None:
        try:
            self._close()
        except Exception:
            log.exception("What made a stream failed when it was closed")
