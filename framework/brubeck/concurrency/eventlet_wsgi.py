"""eventlet's HTTP server with time limits for slow clients and an orderly end."""

from contextlib import suppress
from socket import socket
from typing import Any, cast

import eventlet
from eventlet import wsgi
from greenlet import GreenletExit  # type: ignore[import-untyped]  # it ships no types

from brubeck.concurrency.base import WsgiApplication, WsgiServer

MAX_CONNECTIONS = 10_000


class Protocol(wsgi.HttpProtocol):  # type: ignore[misc]  # eventlet ships no types
    """One connection."""

    def _read_request_line(self) -> bytes:
        try:
            with eventlet.Timeout(self.server.socket_timeout):
                return cast("bytes", super()._read_request_line())
        except (eventlet.Timeout, OSError):
            return b""

    def parse_request(self) -> bool:
        """Read the header lines; a client who sends them too slowly is sent away."""
        try:
            with eventlet.Timeout(self.server.socket_timeout):
                return cast("bool", super().parse_request())
        except (eventlet.Timeout, OSError):
            self.close_connection = True
            return False

    def get_environ(self) -> dict[str, Any]:
        """Add a way to send the client away with his body unread; tell the real version."""
        environ: dict[str, Any] = super().get_environ()
        del environ["headers_raw"]  # eventlet's own; it would pass for a header of the client
        environ["SERVER_PROTOCOL"] = self.request_version
        environ["brubeck.hang_up"] = self._hang_up
        environ["brubeck.take_over"] = self._give_away
        return environ

    def _give_away(self) -> socket:
        """Give the client's socket to somebody who speaks another protocol over it."""
        wsgi.WSGI_LOCAL.already_handled = True
        return cast("socket", self.connection)

    def _hang_up(self) -> None:
        self.close_connection = True


class Server:
    """The listening socket and its connections."""

    def __init__(self, listener: socket, application: WsgiApplication, patience: float) -> None:
        self._thread = eventlet.spawn(
            wsgi.server,
            listener,
            application,
            protocol=Protocol,
            max_size=MAX_CONNECTIONS,
            log_output=False,
            debug=False,
            socket_timeout=patience,
        )

    def stop(self, grace: float) -> bool:
        """Accept nothing new, finish what is in hand; True when that was possible."""
        eventlet.spawn(self._thread.kill)
        try:
            with eventlet.Timeout(grace), suppress(GreenletExit):
                self._thread.wait()
        except eventlet.Timeout:
            return False
        return True


def serve(listener: socket, application: WsgiApplication, patience: float) -> WsgiServer:
    """Start to serve a WSGI application on a bound socket."""
    return Server(listener, application, patience)
