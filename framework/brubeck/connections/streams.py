"""Streamed answers: from an answer's pieces to what goes over the wire."""

import logging
from collections.abc import Iterator
from errno import EPIPE
from typing import TYPE_CHECKING

from brubeck.concurrency.pump import FULL, Pump
from brubeck.request import Request
from brubeck.response import Response
from brubeck.streaming import Framing, StreamedResponse, whole

if TYPE_CHECKING:
    from brubeck.application import Brubeck

log = logging.getLogger(__name__)


class CutOffError(BrokenPipeError):
    """The body cannot be completed. The connection must be closed before its end is sent.

    It looks like a client who has gone, about which servers are silent: the reason is logged here.
    """

    def __init__(self) -> None:
        super().__init__(EPIPE, "The answer was cut off.")


class Stream:
    """One streamed answer under way, the same for every transport.

    `begin` has the first piece made and returns the answer to send: this one, or an error that is
    sent as a whole. `body` yields the rest, divided as the framing says.
    """

    def __init__(
        self,
        application: "Brubeck",
        request: Request,
        response: StreamedResponse,
        largest: int = FULL,
    ) -> None:
        self._application = application
        self._request = request
        self.response = response
        self._pump = Pump(response.encoded(), response.discard, largest)
        self._first: bytes | None = None
        if response.endless:
            application.endings.add(self.stop)

    def begin(self) -> Response:
        """Wait for the first piece; returns this answer, or that to the error before it."""
        try:
            self._first = self._pump.take()
        except Exception as error:  # noqa: BLE001  fail() logs it and says what is shown of it
            self.stop()
            return whole(self._application.fail(self._request, error))
        return self.response

    def body(self, framing: Framing) -> Iterator[bytes]:
        """Yield what goes over the wire behind the head. Raises CutOffError; then it is logged."""
        try:
            data = self._first
            while data != b"":
                yield framing.wrap(self.response.heartbeat if data is None else data)
                data = self._pump.take(self.response.silence)
            yield framing.end()
        except Exception as error:
            log.exception("%s %s was cut off", self._request.method, self._request.path)
            raise CutOffError from error
        finally:
            self.stop()

    def stop(self) -> None:
        """Close what the pieces come from; the body ends."""
        self._application.endings.discard(self.stop)
        self._pump.stop()


class StreamedBody:
    """The body of a streamed answer as a WSGI server wants it (PEP 3333)."""

    def __init__(self, stream: Stream, framing: Framing) -> None:
        self._stream = stream
        self._pieces = stream.body(framing)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces. Raises CutOffError, at which servers close the connection."""
        return self._pieces

    def close(self) -> None:
        """Close the generator; servers call it whatever happens."""
        self._stream.stop()
