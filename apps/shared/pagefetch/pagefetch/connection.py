"""One request over a connection to an address that was checked, within a time for everything.

Notice the deadline. A time limit for each read would let a server send one byte a second for ever;
here every read gets what is left of the whole.
"""

import io
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any


class Deadline:
    """A point in time until which something has to be finished."""

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raise TimeoutError when there are none."""
        seconds = self.ends_at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("The time is over.")
        return seconds


class DeadlineReader(io.RawIOBase):
    """Reads from a socket, and waits no longer than a deadline allows."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock = sock
        self.deadline = deadline
        # It keeps the connection open when http.client closes its side before the body is read.
        self.raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what has come into a buffer; return the number of bytes."""
        self.sock.settimeout(self.deadline.left())
        return self.raw.readinto(buffer)

    def close(self) -> None:
        """Hang up."""
        self.raw.close()
        super().close()


class DeadlineSocket:
    """What http.client needs of a socket, reading until a deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock = sock
        self.deadline = deadline

    def sendall(self, content: bytes) -> None:
        """Send everything."""
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(content)

    def makefile(self, *_args: object) -> io.BufferedReader:
        """Return the side to read from."""
        return io.BufferedReader(DeadlineReader(self.sock, self.deadline))

    def close(self) -> None:
        """Hang up when the other side has been closed, too."""
        self.sock.close()


class PinnedConnection(HTTPConnection):
    """A connection to one of the addresses given, whatever the name of the host resolves to now."""

    def __init__(
        self, host: str, port: int, addresses: Sequence[str], deadline: Deadline, *, tls: bool
    ) -> None:
        super().__init__(host, port)
        self.default_port = 443 if tls else 80  # what the header Host leaves out
        self.addresses = addresses
        self.deadline = deadline
        self.tls = tls

    def connect(self) -> None:
        """Connect to the first address that answers; raise OSError if none does."""
        sock = self.connected()
        if self.tls:
            sock.settimeout(self.deadline.left())
            sock = secured(sock, self.host)
        self.sock = DeadlineSocket(sock, self.deadline)

    def connected(self) -> socket.socket:
        """Return a socket that is connected to one of the addresses."""
        *others, last = self.addresses
        for number, address in enumerate(others):
            # An address that does not answer leaves the others their share of the time.
            share = self.deadline.left() / (len(self.addresses) - number)
            with suppress(OSError):
                return socket.create_connection((address, self.port), share)
        return socket.create_connection((last, self.port), self.deadline.left())


def secured(sock: socket.socket, host: str) -> socket.socket:
    """Return a socket that speaks TLS with the very host that was named; it closes a failed one."""
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except OSError:
        sock.close()
        raise
