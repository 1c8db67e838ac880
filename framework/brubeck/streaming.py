"""Answers whose body is made while it is sent.

    return self.stream(row.as_csv() for row in report())

The head goes out together with the first piece. So an error before that is answered as any other;
after it the connection is cut, because a client must not take half an answer for a whole one.
No coroutines here: who runs the generator is the business of the transports.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from brubeck.eventstream import CONTENT_TYPE, HEADERS, HEARTBEAT, event_of, write
from brubeck.heads import HeaderList
from brubeck.response import HTML, Response

if TYPE_CHECKING:
    from brubeck.request import Request

Piece = str | bytes


class LengthError(Exception):
    """The pieces are more or fewer bytes than the Content-Length has promised."""


class LastingResponse(Response):
    """An answer that needs its connection for longer than the time to send it."""

    __slots__ = ()

    is_lasting: ClassVar[bool] = True

    def discard(self) -> None:
        """Give up what has not been begun: nobody wants the answer any more."""

    def is_bodiless(self, request: "Request") -> bool:
        """Tell whether the head is all that a request gets."""
        return request.is_head or self._is_bodiless


class StreamedResponse(LastingResponse):
    """An answer whose body comes in pieces, text or bytes.

    When there is none for `silence` seconds, `heartbeat` is sent in between. An `endless` one is
    ended when the process is asked to stop; others are given time to finish.
    """

    __slots__ = ("endless", "heartbeat", "pieces", "silence")

    def __init__(
        self,
        status_code: int = 200,
        body: Iterable[Piece] = (),
        headers: Mapping[str, object] | Iterable[tuple[str, object]] = (),
        status_msg: str | None = None,
        *,
        heartbeat: bytes = b"",
        silence: float | None = None,
        endless: bool = False,
    ) -> None:
        super().__init__(status_code, None, headers, status_msg)
        # Which framing it is to be depends on the client, and is ours to say.
        self.headers = [pair for pair in self.headers if pair[0].lower() != "transfer-encoding"]
        self.pieces = iter([body] if isinstance(body, str | bytes) else body)
        self.heartbeat = heartbeat
        self.silence = silence
        self.endless = endless

    def discard(self) -> None:
        """Close what the pieces come from."""
        close(self.pieces)

    def encoded(self) -> Iterator[bytes]:
        """Yield the pieces as bytes, without the empty ones, which would end a chunked body.

        Text without a Content-Type is HTML, as elsewhere; the first piece decides.
        Raises TypeError for what is neither text nor bytes.
        """
        for piece in self.pieces:
            if isinstance(piece, str) and self.header("content-type") is None:
                self.headers.append(("Content-Type", HTML))
            if data := _bytes(piece):
                yield data

    @property
    def given_length(self) -> int | None:
        """The Content-Length that the handler has promised, None without one."""
        given = self._length(head=True)
        return None if given is None else int(given)

    def framing(self, *, version: str, keep_alive: bool) -> "Framing":
        """Return how a client of this HTTP version learns where the body ends."""
        length = self.given_length
        if length is not None:
            return Framing(length, keep_alive=keep_alive)
        is_chunked = version != "HTTP/1.0"
        return Framing(None, is_chunked=is_chunked, keep_alive=keep_alive and is_chunked)

    def to_wsgi(self, *, head: bool = False) -> tuple[str, HeaderList, bytes]:  # noqa: ARG002
        """Return status line and headers; the server asks the stream for the body."""
        return super().to_wsgi(head=True)

    def whole(self) -> Response:
        """Return the same answer, with a body that is there."""
        body = b"".join(self.encoded())
        answer = Response(self.status_code, body, self.headers, self.status_msg)
        answer.common = self.common
        return answer

    def start(self, framing: "Framing") -> bytes:
        """Return the head."""
        measure = ""
        if framing.is_chunked:
            measure = "Transfer-Encoding: chunked\r\n"
        elif framing.length is not None:
            measure = f"Content-Length: {framing.length}\r\n"
        return self._head(measure, keep_alive=framing.keep_alive)[0]


def whole(answer: Response) -> Response:
    """Return an answer that can be sent at once."""
    return answer.whole() if isinstance(answer, StreamedResponse) else answer


def event_stream(
    events: Iterable[object], headers: Mapping[str, object], *, silence: float
) -> StreamedResponse:
    """Return an answer of Server-Sent Events."""
    response = StreamedResponse(200, EventLines(events), headers, silence=silence)
    as_event_stream(response)
    return response


def as_event_stream(response: StreamedResponse) -> None:
    """Give a stream what makes it one of Server-Sent Events."""
    response.heartbeat = HEARTBEAT
    response.endless = True
    for name, value in (("Content-Type", CONTENT_TYPE), *HEADERS):
        response.set_header(name, value)


class EventLines:
    """Events as the pieces of a stream. The first is a comment: a page knows that it is connected."""

    def __init__(self, events: Iterable[object]) -> None:
        self._source = events
        self._events = iter(events)
        self._has_begun = False

    def __iter__(self) -> "EventLines":
        return self

    def __next__(self) -> bytes:
        """Return the lines of the next event."""
        if not self._has_begun:
            self._has_begun = True
            return HEARTBEAT
        return write(event_of(next(self._events)))

    def close(self) -> None:
        """Close what the events come from."""
        close(self._source)


class Framing:
    """How one body is divided on the wire (RFC 9112, 6.3).

    `length` is the promised number of bytes, None without a promise: then the body is chunked, or
    ends with the connection.
    """

    def __init__(
        self, length: int | None, *, is_chunked: bool = False, keep_alive: bool = True
    ) -> None:
        self.length = length
        self.is_chunked = is_chunked
        self.keep_alive = keep_alive
        self._left = length

    def wrap(self, data: bytes) -> bytes:
        """Return some bytes of the body as they go over the wire. Raises LengthError."""
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise LengthError(f"The pieces are more than the promised {self.length} bytes.")
        return chunk(data) if self.is_chunked and data else data

    def end(self) -> bytes:
        """Return what ends the body. Raises LengthError when it is too short."""
        if self._left:
            raise LengthError(f"{self._left} of the promised {self.length} bytes never came.")
        return b"0\r\n\r\n" if self.is_chunked else b""


def chunk(data: bytes) -> bytes:
    """Return one chunk of a chunked body (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def close(pieces: Any) -> None:
    """Close a generator, a file, or whatever else the pieces come from."""
    if callable(method := getattr(pieces, "close", None)):
        method()


def _bytes(piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, str):
        return piece.encode("utf-8", "replace")
    if isinstance(piece, bytearray | memoryview):
        return bytes(piece)
    raise TypeError(f"A stream was given {piece!r:.99}. Yield text or bytes.")


class Endings:
    """What has to be told when the process is to end, because it would go on for ever."""

    def __init__(self) -> None:
        self._functions: set[Callable[[], object]] = set()
        self.are_due = False

    def add(self, function: Callable[[], object]) -> None:
        """Have a function called at the end, which must not block; at once when it is there."""
        self._functions.add(function)
        if self.are_due:
            function()

    def discard(self, function: Callable[[], object]) -> None:
        """Forget a function: what it would end has ended."""
        self._functions.discard(function)

    def end(self) -> None:
        """Call all functions."""
        self.are_due = True
        for function in list(self._functions):
            function()
