"""WebSockets over both transports: one greenlet each, in which the handler runs its loop."""

from socket import socket
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.concurrency.outflow import Outflow
from brubeck.connections.lasting import Lasting
from brubeck.request import Request
from brubeck.websockets.frames import Reader
from brubeck.websockets.handshake import Upgrade
from brubeck.websockets.socket import WebSocket, converse

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.connections.mongrel2 import Mongrel2Connection

TICK = 30.0
TICKS_TO_FINISH = 2
CHUNK = 65_536


class LastingWebSocket(Lasting):
    """One WebSocket through Mongrel2, which sends each frame as a message of its own."""

    def __init__(
        self,
        carrier: "Mongrel2Connection",
        application: "Brubeck",
        request: Request,
        upgrade: Upgrade,
    ) -> None:
        super().__init__(carrier, request)
        self._upgrade = upgrade
        self._endings = application.endings
        self._outflow = Outflow(self.send)
        reader = Reader(is_masked=False, max_size=upgrade.max_size)
        self._socket = WebSocket(self._outflow, reader, upgrade.subprotocol)
        self._ticks_left = TICKS_TO_FINISH
        self._outflow.write(upgrade.to_http())  # before anybody can ask the client with a ping
        self._endings.add(self.stop_kindly)

    def stop(self) -> None:
        """Have the handler notice that its client has gone."""
        self._socket.lose()

    def stop_kindly(self) -> None:
        """Tell the client that this process ends."""
        self._socket.go_away()

    def work(self) -> bool:
        """Send the head, and have the handler talk."""
        try:
            converse(self._upgrade, self._socket, self._request.path)
            self._socket.say_farewell()
        finally:
            self._endings.discard(self.stop_kindly)
        return False

    def take_frame(self, request: Request) -> None:
        """Take one frame: its first byte is in Mongrel2's header FLAGS."""
        self._socket.feed_frame(int(str(request.headers["FLAGS"]), 16), request.body)

    def tick(self) -> None:
        """Ask whether the client is there; a handler that does not notice the end is ended."""
        self._socket.tick()
        if not self._socket.is_open:
            self._ticks_left -= 1
            if self._ticks_left == 0:
                self.kill()


def serve(application: "Brubeck", request: Request, upgrade: Upgrade, connection: socket) -> None:
    """Talk with a client over the socket that a WSGI server has given away."""
    connection.settimeout(TICK)
    outflow = Outflow(connection.sendall)
    reader = Reader(is_masked=True, max_size=upgrade.max_size)
    opened = WebSocket(outflow, reader, upgrade.subprotocol)
    application.endings.add(opened.go_away)
    outflow.write(upgrade.to_http())
    feeder = current().spawn(_feed, opened, connection)
    try:
        converse(upgrade, opened, request.path)
        opened.say_farewell()
    finally:
        application.endings.discard(opened.go_away)
        opened.lose()
        feeder.kill()


def _feed(opened: WebSocket, connection: socket) -> None:
    while data := _receive(opened, connection):
        opened.feed(data)
        opened.wait_for_room()
    opened.lose()


def _receive(opened: WebSocket, connection: socket) -> bytes:
    """Return what comes next, nothing when the client has gone."""
    while not opened.is_lost:
        try:
            return connection.recv(CHUNK)
        except TimeoutError:
            opened.tick()
        except OSError:
            break
    return b""
