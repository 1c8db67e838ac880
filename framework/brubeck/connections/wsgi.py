"""WSGI: an application behind the coroutine library's HTTP server, or behind any other."""

import errno
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from brubeck.concurrency import current
from brubeck.concurrency.signals import StopRequest
from brubeck.connections import websockets
from brubeck.connections.base import Connection, in_time
from brubeck.connections.streams import Stream, StreamedBody
from brubeck.errors import BadRequest, HTTPError
from brubeck.jsonlogs import announce
from brubeck.parking import Parked
from brubeck.request import Request
from brubeck.response import Response
from brubeck.streaming import Framing, LastingResponse, StreamedResponse
from brubeck.uploads import UploadRequest
from brubeck.websockets.handshake import Upgrade

if TYPE_CHECKING:
    from brubeck.application import Brubeck

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Body = list[bytes] | StreamedBody

GRACE = 10.0
PATIENCE = 30.0
SLOWEST = 16_384  # bytes per second that a client must send of a body
BACKLOG = 1024
UPLOAD = "brubeck.upload"  # where the environ keeps a body that is a file
CHUNK = 65_536
DRAIN_SIZE = 8_388_608
DRAIN_TIME = 2.0
TOO_SLOW = "The request came too slowly and was given up. Try again on a faster connection."
NO_WEBSOCKETS = (
    "The server that this site runs behind cannot do WebSockets. "
    "Run it with Mongrel2 or by `brubeck run`."
)
TAKE_OVER = "brubeck.take_over"
NO_ROOM = "The server has no room for this file at the moment. Try again later."
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
CUT_OFF = "The request ended before all of it had arrived. Send it again."

log = logging.getLogger(__name__)


class WSGIConnection(Connection):
    """Serve HTTP on a port, without Mongrel2.

    `host` is empty for all interfaces; port 0 takes a free one, which `port` then names.
    Clients get `patience` seconds for the head of a request, handlers `grace` seconds at the
    end of the process. `process_message` is a complete WSGI application once the application
    is bound to it: `functools.partial(connection.process_message, app)`.
    """

    def __init__(
        self,
        port: int = 6767,
        host: str = "",
        *,
        grace: float = GRACE,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__()
        self.port = port
        self.host = host
        self.grace = grace
        self.patience = patience

    # -- one request ---------------------------------------------------------------------------

    def process_message(
        self, application: "Brubeck", environ: Environ, start_response: StartResponse, /
    ) -> Body:
        """Answer one request; returns the body: a list with one element, or its stream (PEP 3333)."""
        stream = environ.setdefault("wsgi.input", BytesIO())  # callers by hand leave it out
        error = self._buffer_body(environ, application)
        request = Request.parse_wsgi_request(
            environ, limits=application.limits, trusted_proxies=application.trusted_proxies
        )
        if (upload := environ.get(UPLOAD)) is not None:
            request = UploadRequest.of(request, upload)
        if error is None:
            response = _waited_for(_handle(application, request)) or Response(204)
        else:
            response = application.refuse(request, error)
        body: Body = []
        if isinstance(response, Upgrade) and TAKE_OVER in environ:
            websockets.serve(application, request, response, environ[TAKE_OVER]())
            return []
        if isinstance(response, LastingResponse):
            response, body = _begun(application, request, response, environ)
        if response.closes_connection:
            _drain(request, stream)
            environ.get("brubeck.hang_up", _do_nothing)()
        status, headers, whole = response.to_wsgi(head=request.is_head)
        start_response(status, headers)
        return body or [whole]

    def _buffer_body(self, environ: Environ, application: "Brubeck") -> HTTPError | None:
        """Put the body into the environ if it is not too large; return what was wrong with it."""
        length = _announced_length(environ, application)
        if length is None:
            return None
        is_large = length > application.limits.body and application.uploads is not None
        # Not a with statement: the request reads it.
        body: IO[bytes] = TemporaryFile() if is_large else BytesIO()  # noqa: SIM115 - see above
        error = self._read_body(environ, length, body)
        size = body.tell()
        body.seek(0)
        if is_large and error is None:
            environ[UPLOAD], body = body, BytesIO()
        environ["wsgi.input"] = body
        environ["CONTENT_LENGTH"] = "0" if is_large or error else str(size)
        return error

    def _read_body(self, environ: Environ, length: int, body: IO[bytes]) -> HTTPError | None:
        """Copy a body; return what was wrong with it."""
        try:
            with current().timeout(self.patience + length / SLOWEST):
                body.writelines(_chunks(environ["wsgi.input"], length))
        except TimeoutError:
            return HTTPError(TOO_SLOW, status_code=408)
        except OSError as error:
            return _no_room(error) if error.errno in FULL else BadRequest(CUT_OFF)
        is_complete = body.tell() >= int(environ.get("CONTENT_LENGTH") or 0)
        return None if is_complete else BadRequest(CUT_OFF)

    # -- life cycle ----------------------------------------------------------------------------

    def recv_forever_ever(self, application: "Brubeck") -> None:
        """Serve an application until SIGTERM, SIGINT or `stop()`.

        Raises OSError when the port cannot be had.
        """
        self._recv_forever_ever(partial(self._serve, application))

    def _serve(self, application: "Brubeck") -> None:
        listener = self._listen()
        announce(f"Serving on port {self.port}...")
        with StopRequest(current()) as self.stop_request:
            server = current().serve_wsgi(
                listener, partial(self.process_message, application), patience=self.patience
            )
            self._announce()
            self.stop_request.wait()
            application.parking.end()
            application.endings.end()
            if not server.stop(self.grace):
                log.warning("Some requests were not finished in %s s.", self.grace)

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            listener = socket.create_server((self.host, self.port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise OSError(
                error.errno,
                f"Port {self.port} of {self.host} cannot be listened on ({error.strerror}). "
                "End the program that has it, or choose another port.",
            ) from error
        self.port = listener.getsockname()[1]
        return listener


def _handle(application: "Brubeck", request: Request) -> Response | Parked | None:
    with in_time(application):
        return application.handle(request)


def _begun(
    application: "Brubeck", request: Request, response: LastingResponse, environ: Environ
) -> tuple[Response, Body]:
    """Have the first piece of a stream made; returns the answer to send, and its body if any."""
    if isinstance(response, Upgrade):
        return application.refuse(request, HTTPError(NO_WEBSOCKETS, status_code=501)), []
    if response.is_bodiless(request) or not isinstance(response, StreamedResponse):
        response.discard()
        return response, []
    # eventlet's server would wait until it has some kilobytes to send.
    environ["eventlet.minimum_write_chunk_size"] = 1
    stream = Stream(application, request, response)
    answer = stream.begin()
    if answer is not response:
        return answer, []
    # The server divides the body; what is checked here is its length.
    return response, StreamedBody(stream, Framing(response.given_length))


def _waited_for(answer: Response | Parked | None) -> Response | None:
    """Return the answer itself; who is parked has a greenlet here that can wait."""
    return answer.wait() if isinstance(answer, Parked) else answer


def _no_room(error: OSError) -> HTTPError:
    log.error(
        "A body could not be kept: %s. Make room in the directory for temporary files.", error
    )
    return HTTPError(NO_ROOM, status_code=507)


def _announced_length(environ: Environ, application: "Brubeck") -> int | None:
    """Return how much of a body to read; None where the request refuses what is announced.

    Of a body without a length, one byte over the limit is enough to know that it is too large.
    """
    limit = application.limits.body
    text = environ.get("CONTENT_LENGTH")
    if text:
        most = limit if application.uploads is None else application.uploads.max_size
        return int(text) if text.isascii() and text.isdigit() and int(text) <= most else None
    is_chunked = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    return limit + 1 if is_chunked or environ.get("wsgi.input_terminated") else 0


def _chunks(stream: Any, length: int) -> Iterator[bytes]:
    while length > 0 and (chunk := stream.read(min(length, CHUNK))):
        length -= len(chunk)
        yield chunk


def _drain(request: Request, stream: Any) -> None:
    """Read some of a body that is refused: who is cut off while sending never sees why."""
    if request.header("expect") is None:
        with suppress(OSError), current().timeout(DRAIN_TIME):  # TimeoutError is an OSError
            for _ in _chunks(stream, DRAIN_SIZE):
                pass


def _do_nothing() -> None:
    """Stand for the way to hang up that other servers do not offer."""
