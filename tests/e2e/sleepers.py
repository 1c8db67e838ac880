"""Readers of a room of no.js by the thousand: each holds a request, and does what the pages say."""

import http.client
import re
import socket
from contextlib import suppress
from urllib.parse import urljoin

from e2e.nojsserver import NoJsServer
from gevent import Greenlet, joinall, sleep
from gevent.pool import Pool

NEXT = re.compile(r'http-equiv="refresh" content="(\d+)(?:; url=(messages\?v=[^#"]*))?')
PATIENCE = 60.0  # seconds until something must come
AT_A_TIME = 50  # who connect: Mongrel2's backlog has 128 places
AGAIN = 0.5  # seconds until somebody comes back who was told to come back in some seconds


class Sleeper:
    """One reader with a connection of his own."""

    def __init__(self, server: NoJsServer, room: str) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=2 * PATIENCE
        )
        self._room = f"/r/{room}/"
        self._page = ""
        self.has_gone = False

    def comes(self) -> None:
        """Open the page of messages."""
        self._page = self._get("messages")

    def reads_until(self, text: str) -> str:
        """Return the page as soon as a text is there, or when the reader has gone."""
        while text not in self._page and not self.has_gone:
            self._page = self._get(self._next())
        return self._page

    def goes(self) -> None:
        """Close the connection."""
        self.has_gone = True
        if (open_socket := self._connection.sock) is not None:
            with suppress(OSError):  # the server may have closed it
                open_socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _next(self) -> str:
        found = NEXT.search(self._page)
        if found and int(found[1]):  # an error page that comes back by itself
            sleep(AGAIN)
        return (found and found[2]) or "messages"

    def _get(self, path: str) -> str:
        try:
            self._connection.request("GET", urljoin(self._room, path))
            return self._connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens it again
            return ""


class Sleepers:
    """Many of them, in one room."""

    def __init__(self, server: NoJsServer, room: str, count: int) -> None:
        self._all = [Sleeper(server, room) for _ in range(count)]
        self._waiting: list[Greenlet] = []
        arriving = Pool(AT_A_TIME)
        for each in self._all:
            arriving.spawn(each.comes)
        arriving.join(raise_error=True)

    def sleep_until(self, text: str) -> None:
        """Let all of them read until a text is there; this returns at once."""
        self._waiting = [Greenlet.spawn(each.reads_until, text) for each in self._all]

    def see_all_reading(self) -> None:
        """Wait until everybody has read what he slept for."""
        awake = joinall(self._waiting, timeout=PATIENCE)
        assert len(awake) == len(self._all), f"{len(awake)} of {len(self._all)} have read it"

    def leave(self) -> None:
        """Close all connections."""
        for each in self._all:
            each.goes()
        for waiting in self._waiting:
            waiting.join(PATIENCE)
