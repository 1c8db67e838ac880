"""Who is being answered: one request at a time for each client connection.

Mongrel2 delivers pipelined requests all at once and sends replies in the order in which they
come, so the order of the requests is kept here. What comes behind a request after which the
connection ends is no request: it may be the body of that one (RFC 9112, 9.6 and 11.2; CWE-444).
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

from brubeck.request import Request

MAX_WAITING = 32  # pipelined requests of one connection
MAX_CLOSED = 1000  # connections of which it is remembered that they have been closed

Key = tuple[str, str]


class Held(Protocol):
    """What stands for a request whose answer comes later, without a greenlet."""

    sender: str
    conn_id: str


class Line:
    """Requests that a client has sent ahead; too many are none."""

    __slots__ = ("joined", "overrun", "requests")

    def __init__(self) -> None:
        self.requests: deque[Request] = deque()
        self.joined = 0
        self.overrun = False

    def append(self, request: Request) -> None:
        """Have a request wait, or nobody any more."""
        self.joined += 1
        self.overrun = self.overrun or len(self.requests) >= MAX_WAITING
        if self.overrun:
            self.requests.clear()
        else:
            self.requests.append(request)


class Conversations:
    """All client connections that wait for an answer.

    `answer` has a request answered; it returns whether the connection stays open, or what holds
    the connection until the answer is there. `hang_up` closes the connection of a request that
    more than 32 others have been sent behind. `on_gone` is told of what was held for a client who
    has left. `go_on` has a request worked off that has waited behind another one.

    `on_end`, if it is set, is told when all that a connection has asked is dealt with: with its
    sender, its id, and the number of requests that were. `on_closed` is told of connections that
    are closed from here.
    """

    on_end: Callable[[str, str, int], object] | None = None
    on_closed: Callable[[str, str], object] | None = None

    def __init__(
        self,
        answer: Callable[[Request], bool | Held],
        hang_up: Callable[[Request | Held], object],
        on_gone: Callable[[Held], object],
        go_on: Callable[[Request], object],
    ) -> None:
        self._answer = answer
        self._hang_up = hang_up
        self._on_gone = on_gone
        self._go_on = go_on
        self._open: dict[Key, Request | Held] = {}
        # Apart from the former, because hardly any client sends ahead.
        self._lines: dict[Key, Line] = {}
        self._closed: dict[Key, None] = {}  # as a set, the oldest first

    def __len__(self) -> int:
        return len(self._open)

    def keys(self) -> list[Key]:
        """Return sender and connection id of everybody who waits for an answer."""
        return list(self._open)

    def requests(self) -> Iterator[Request]:
        """Yield the requests that greenlets are working at."""
        return (each for each in list(self._open.values()) if isinstance(each, Request))

    def take(self, request: Request) -> None:
        """Have a request answered, or wait behind the one before it."""
        key = request.sender, request.conn_id
        if key in self._closed and key not in self._open:
            self._report_end(key, 1)
        elif key in self._open:
            self._lines.setdefault(key, Line()).append(request)
        else:
            self._open[key] = request
            self.work_off(request)

    def work_off(self, request: Request) -> None:
        """Have a request answered, and go on with the one that has arrived behind it meanwhile."""
        key = request.sender, request.conn_id
        try:
            outcome = self._answer(request)
            if not isinstance(outcome, bool):
                self._hold(request, outcome)
            elif self._lines:
                self._turn_to_next(request, keep_alive=outcome)
        except BaseException:
            if self.is_open(request):  # nobody is left to wait for ever
                self._hang_up(request)
            raise
        finally:
            if self._open.get(key) is request:
                self._end(key)

    def _hold(self, request: Request, held: Held) -> None:
        """Keep what stands for a request, unless its client has left in the meantime."""
        if self.is_open(request) and not request.is_gone:
            self._open[request.sender, request.conn_id] = held
        else:
            self._on_gone(held)

    def _turn_to_next(self, answered: Request | Held, *, keep_alive: bool) -> None:
        line = self._line_of(answered)
        if line is None:
            return
        if line.overrun:
            self._hang_up(answered)
        elif keep_alive and line.requests:
            following = self._open[answered.sender, answered.conn_id] = line.requests.popleft()
            self._go_on(following)

    def release(self, held: Held, *, keep_alive: bool = True) -> None:
        """End a wait that has its answer, and go on with the request behind it."""
        if not keep_alive:
            self.note_closed(held.sender, held.conn_id)
        if self._lines:
            self._turn_to_next(held, keep_alive=keep_alive)
        self._close(held)

    def conclude(self, held: Held, *, keep_alive: bool) -> None:
        """End an answer that is complete, or after which the connection must be closed."""
        if not keep_alive and self.is_open(held):
            self._hang_up(held)
        self.release(held, keep_alive=keep_alive)

    def note_closed(self, sender: str, conn_id: str) -> None:
        """Answer nothing more on a connection that is being closed from here.

        Mongrel2 sends no notice of that, so only the latest are remembered; it gives no number twice.
        """
        self._closed[sender, conn_id] = None
        if self.on_closed is not None:
            self.on_closed(sender, conn_id)
        if len(self._closed) > MAX_CLOSED:
            del self._closed[next(iter(self._closed))]

    def leave(self, sender: str, conn_id: str) -> None:
        """Forget what a client has asked; he has closed his connection."""
        key = sender, conn_id
        self._closed.pop(key, None)
        self._lines.pop(key, None)
        inside = self._open.get(key)
        if isinstance(inside, Request):
            inside.leave()
        elif inside is not None:
            self._end(key)
            self._on_gone(inside)

    def forget(self, prefix: str) -> None:
        """Drop all conversations with the Mongrel2 whose ident begins so."""
        for sender, conn_id in [key for key in self._open if key[0].startswith(prefix)]:
            self.leave(sender, conn_id)
            if (sender, conn_id) in self._open:
                self._end((sender, conn_id))

    def is_open(self, asked: Request | Held) -> bool:
        """Say whether an answer would still reach the one who asked."""
        return self._open.get((asked.sender, asked.conn_id)) is asked

    def held_for(self, request: Request) -> Request | Held | None:
        """Return what the connection of a request is occupied with, if anything."""
        return self._open.get((request.sender, request.conn_id))

    def _line_of(self, asked: Request | Held) -> Line | None:
        key = asked.sender, asked.conn_id
        return self._lines.get(key) if self._open.get(key) is asked else None

    def _close(self, asked: Request | Held) -> None:
        key = asked.sender, asked.conn_id
        if self._open.get(key) is asked:
            self._end(key)

    def _end(self, key: Key) -> None:
        del self._open[key]
        line = self._lines.pop(key, None) if self._lines else None
        self._report_end(key, 1 if line is None else 1 + line.joined)

    def _report_end(self, key: Key, requests: int) -> None:
        if self.on_end is not None:
            self.on_end(*key, requests)
