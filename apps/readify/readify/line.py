"""A line between two processes of this machine: documents, each behind its length."""

import json
import socket
import struct
from typing import Any

HEADER = struct.Struct("!Q")


class HungUpError(Exception):
    """The other process is gone."""


def send(sock: socket.socket, document: Any) -> None:
    """Send a document to the other process."""
    content = json.dumps(document).encode()
    sock.sendall(HEADER.pack(len(content)) + content)


def receive(sock: socket.socket) -> Any:
    """Return the next document; raise HungUpError."""
    (length,) = HEADER.unpack(receive_bytes(sock, HEADER.size))
    return json.loads(receive_bytes(sock, length))


def receive_bytes(sock: socket.socket, length: int) -> bytes:
    """Return so many bytes; raise HungUpError."""
    content = bytearray()
    while len(content) < length:
        chunk = sock.recv(min(65536, length - len(content)))
        if not chunk:
            raise HungUpError
        content += chunk
    return bytes(content)
