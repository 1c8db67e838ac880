"""The listening socket and its connections: a thread for each, which runs its commands in turn."""

import itertools
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bson.errors import BSONError

from mongolite import wire
from mongolite.commands import Context, run_command
from mongolite.errors import MongoError

log = logging.getLogger("mongolite")

BACKLOG = 512
MOST_CONNECTIONS = 4_000
STACK_BYTES = 4 * 1024 * 1024
ACCEPT_PAUSE = 0.05  # seconds after a failed accept, for instance without file descriptors


class Server:
    """Accepts connections on one address until it is closed."""

    def __init__(self, context: Context, host: str, port: int) -> None:
        """Bind the address; raises OSError when it is taken."""
        self.context = context
        self._listener = socket.create_server((host, port), backlog=BACKLOG)
        self.host, self.port = self._listener.getsockname()[:2]
        self._connections: dict[int, socket.socket] = {}
        self._guard = threading.Lock()
        self._numbers = itertools.count(1)
        self._closing = threading.Event()
        context.connections = lambda: len(self._connections)

    def serve(self) -> None:
        """Accept connections; returns when the server is closed."""
        threading.stack_size(STACK_BYTES)
        while not self._closing.is_set():
            try:
                connection, peer = self._listener.accept()
            except OSError as error:
                log.debug("nothing to accept: %s", error)
                self._closing.wait(ACCEPT_PAUSE)
                continue
            if len(self._connections) >= MOST_CONNECTIONS:
                log.warning("refused %s: there are %d connections", peer, MOST_CONNECTIONS)
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection, peer), daemon=True).start()

    def close(self) -> None:
        """Stop accepting, let the writes in hand finish, and cut the connections."""
        self._closing.set()
        with _ignoring_closed():
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.context.catalog.wait_for_writers()
        with self._guard:
            connections = list(self._connections.values())
        for connection in connections:
            with _ignoring_closed():
                connection.shutdown(socket.SHUT_RDWR)

    def _serve(self, connection: socket.socket, peer: tuple[str, int]) -> None:
        number = next(self._numbers)
        with self._guard:
            self._connections[number] = connection
        try:
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                Conversation(self.context, connection, number).run()
        except wire.BadMessageError as error:
            log.warning("closed the connection from %s: %s", peer, error)
        except OSError as error:
            log.debug("lost the connection from %s: %s", peer, error)
        finally:
            with self._guard:
                del self._connections[number]


class Conversation:
    """The messages of one connection."""

    def __init__(self, context: Context, connection: socket.socket, number: int) -> None:
        self._context = context
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._number = number
        self._replies = itertools.count(1)

    def run(self) -> None:
        """Answer messages until the client leaves; raises BadMessageError for what is no message."""
        with self._stream:
            while (header := self._header()) is not None:
                message = wire.parse(header, self._exactly(header.length - wire.HEADER.size))
                answer = run_command(self._context, message.body, self._number)
                if not message.silent:
                    self._connection.sendall(self._encoded(message, answer))

    def _encoded(self, message: wire.Message, answer: dict[str, object]) -> bytes:
        number = next(self._replies)
        try:
            return wire.reply(message, number, answer)
        except (BSONError, OverflowError, RecursionError) as error:
            refusal = MongoError(1, f"the answer cannot be written as BSON: {error}")
            return wire.reply(message, number, refusal.as_reply())

    def _header(self) -> wire.Header | None:
        data = self._stream.read(wire.HEADER.size)
        if not data:
            return None
        if len(data) < wire.HEADER.size:
            raise wire.BadMessageError("the connection ended inside a header")
        return wire.parse_header(data)

    def _exactly(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise wire.BadMessageError("the connection ended inside a message")
        return data


@contextmanager
def _ignoring_closed() -> Iterator[None]:
    try:
        yield
    except OSError:
        log.debug("a socket was closed already")
