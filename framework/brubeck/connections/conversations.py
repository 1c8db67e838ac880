"""Who is being answered: one request at a time for each client connection.

Mongrel2 delivers pipelined requests all at once and sends replies in the order in which they
come, so the order of the requests is kept here.
"""

from collections import deque
from collections.abc import Callable, Iterator

from brubeck.request import Request

MAX_WAITING = 32  # pipelined requests of one connection

Key = tuple[str, str]


class Line:
    """Requests that a client has sent ahead; too many are none."""

    __slots__ = ("overrun", "requests")

    def __init__(self) -> None:
        self.requests: deque[Request] = deque()
        self.overrun = False

    def append(self, request: Request) -> None:
        """Have a request wait, or nobody any more."""
        self.overrun = self.overrun or len(self.requests) >= MAX_WAITING
        if self.overrun:
            self.requests.clear()
        else:
            self.requests.append(request)


class Conversations:
    """All client connections that wait for an answer; iteration gives the requests in hand."""

    def __init__(self) -> None:
        self._open: dict[Key, Request] = {}
        # Apart from the former, because hardly any client sends ahead.
        self._lines: dict[Key, Line] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Request]:
        return iter(list(self._open.values()))

    def hold(
        self,
        request: Request,
        answer: Callable[[Request], bool],
        hang_up: Callable[[Request], object],
    ) -> None:
        """Answer a request and those that arrive behind it meanwhile, in order.

        `answer` returns whether the connection stays open. A connection that sends more than
        32 requests ahead is hung up on once its present request has been answered.
        """
        key = request.sender, request.conn_id
        if key in self._open:
            self._lines.setdefault(key, Line()).append(request)
            return
        self._open[key] = request
        try:
            while answer(request) and self._lines and (behind := self._next(request)):
                request = behind
            if self._lines and self._has_overrun(request):
                hang_up(request)
        finally:
            if self._open.get(key) is request:
                del self._open[key]
                self._lines.pop(key, None)

    def _next(self, request: Request) -> Request | None:
        """Put the request that waits behind an answered one in its place, and return it."""
        line = self._line_of(request)
        if not (line and line.requests):
            return None
        following = self._open[request.sender, request.conn_id] = line.requests.popleft()
        return following

    def _has_overrun(self, request: Request) -> bool:
        line = self._line_of(request)
        return line is not None and line.overrun

    def _line_of(self, request: Request) -> Line | None:
        key = request.sender, request.conn_id
        return self._lines.get(key) if self._open.get(key) is request else None

    def is_open(self, request: Request) -> bool:
        """Say whether an answer would still reach the one who asked."""
        return self._open.get((request.sender, request.conn_id)) is request

    def leave(self, request: Request) -> None:
        """Forget what a client asked ahead; he has closed his connection."""
        self._lines.pop((request.sender, request.conn_id), None)

    def forget(self, prefix: str) -> None:
        """Drop all conversations with the Mongrel2 whose ident begins so."""
        for key in [key for key in self._open if key[0].startswith(prefix)]:
            del self._open[key]
            self._lines.pop(key, None)
