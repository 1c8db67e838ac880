"""Who is being answered: one request at a time for each client connection.

Mongrel2 delivers pipelined requests all at once and sends replies in the order in which they
come, so the order of the requests is kept here.
"""

from collections import deque
from collections.abc import Callable, Iterator

from brubeck.request import Request

MAX_WAITING = 32  # pipelined requests of one connection


class Conversation:
    """One client connection that waits for an answer."""

    __slots__ = ("overrun", "request", "waiting")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.waiting: deque[Request] = deque()
        self.overrun = False


class Conversations:
    """All client connections that wait for an answer."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Conversation] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Conversation]:
        return iter(list(self._open.values()))

    def hold(
        self,
        request: Request,
        answer: Callable[[Conversation], bool],
        hang_up: Callable[[Request], object],
    ) -> None:
        """Answer a request and those that arrive behind it meanwhile, in order.

        `answer` returns whether the connection stays open. A connection that sends more than
        32 requests ahead is hung up on once its present request has been answered.
        """
        key = request.sender, request.conn_id
        if key in self._open:
            _line_up(self._open[key], request)
            return
        conversation = self._open[key] = Conversation(request)
        try:
            while answer(conversation) and conversation.waiting:
                conversation.request = conversation.waiting.popleft()
            if conversation.overrun:
                hang_up(request)
        finally:
            if self._open.get(key) is conversation:
                del self._open[key]

    def is_open(self, conversation: Conversation) -> bool:
        """Say whether an answer would still reach the one who asked."""
        request = conversation.request
        return self._open.get((request.sender, request.conn_id)) is conversation

    def leave(self, request: Request) -> None:
        """Forget what a client asked ahead; he has closed his connection."""
        conversation = self._open.get((request.sender, request.conn_id))
        if conversation:
            conversation.waiting.clear()

    def forget(self, prefix: str) -> None:
        """Drop all conversations with the Mongrel2 whose ident begins so."""
        for key in [key for key in self._open if key[0].startswith(prefix)]:
            self._open.pop(key).waiting.clear()


def _line_up(conversation: Conversation, request: Request) -> None:
    conversation.overrun = conversation.overrun or len(conversation.waiting) >= MAX_WAITING
    if conversation.overrun:
        conversation.waiting.clear()
    else:
        conversation.waiting.append(request)
