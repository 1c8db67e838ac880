"""gevent's HTTP server with time limits for slow clients and an orderly end."""

from socket import SHUT_RD, socket
from typing import Any, cast

import gevent  # type: ignore[import-untyped]  # it ships no types
from gevent.pywsgi import (  # type: ignore[import-untyped]  # it ships no types
    WSGIHandler,
    WSGIServer,
)

from brubeck.concurrency.base import WsgiApplication, WsgiServer

MAX_CONNECTIONS = 10_000


class Handler(WSGIHandler):  # type: ignore[misc]  # gevent ships no types
    """One connection."""

    response_headers: list[tuple[bytes, bytes]]

    def read_requestline(self) -> str:
        """Read the first line; a client that is silent for too long is sent away."""
        self.server.resting.add(self.socket)
        try:
            with gevent.Timeout(self.server.patience):
                return cast("str", super().read_requestline())
        except gevent.Timeout:
            return ""
        finally:
            self.server.resting.discard(self.socket)

    def read_request(self, raw_requestline: str) -> bool:
        """Read the header lines; the client gets 400 when they come too slowly."""
        try:
            with gevent.Timeout(self.server.patience):
                return cast("bool", super().read_request(raw_requestline))
        except gevent.Timeout:
            return False

    def get_environ(self) -> dict[str, Any]:
        """Add a way to send the client away with his body unread."""
        environ: dict[str, Any] = super().get_environ()
        environ["brubeck.hang_up"] = self._hang_up
        environ["brubeck.take_over"] = self._give_away
        return environ

    def finalize_headers(self) -> None:
        """Tell the client when the connection ends after this answer (RFC 9112, 9.6)."""
        super().finalize_headers()
        if self.command == "HEAD" and self.provided_content_length is None:
            self._forget_length()
        if self.server.ending:
            self.close_connection = True
        if self.close_connection and self.request_version != "HTTP/1.0":
            self.response_headers.append((b"Connection", b"close"))

    def _give_away(self) -> socket:
        """Give the client's socket to somebody who speaks another protocol over it."""
        self.close_connection = True
        return cast("socket", self.socket)

    def _forget_length(self) -> None:
        """Take back the length of no body, which is not that of the body that GET would get."""
        self.response_headers = [
            pair for pair in self.response_headers if pair[0] != b"Content-Length"
        ]

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wsgi_input.chunked_input = False  # so that the rest of the body is not read either
        self.wsgi_input.content_length = None


class Server(WSGIServer):  # type: ignore[misc]  # gevent ships no types
    """The listening socket and its connections."""

    def __init__(self, listener: socket, application: WsgiApplication, patience: float) -> None:
        super().__init__(
            listener,
            application,
            log=None,
            error_log=None,
            handler_class=Handler,
            spawn=MAX_CONNECTIONS,
        )
        self.patience = patience
        self.ending = False
        self.resting: set[socket] = set()  # connections between two requests

    def stop(self, grace: float | None = None) -> bool:
        """Accept nothing new, finish what is in hand; True when that was possible."""
        self.close()
        self.ending = True
        for connection in list(self.resting):
            connection.shutdown(SHUT_RD)
        return bool(self.pool.join(grace))


def serve(listener: socket, application: WsgiApplication, patience: float) -> WsgiServer:
    """Start to serve a WSGI application on a bound socket."""
    server = Server(listener, application, patience)
    server.start()
    return cast("WsgiServer", server)
