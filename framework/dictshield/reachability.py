"""Whether a URL answers: the one question for which this package goes to the network.

Only public addresses are asked, so that a stranger's URL cannot explore the network that the program
runs in (CWE-918).
"""

import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlsplit

TIMEOUT = 5.0  # seconds, for each step of the connection


def is_reachable(url: str) -> bool:
    """Say whether a server at a public address answers for `url` with anything but an error.

    A redirection counts as an answer and is not followed. Blocks up to a few times TIMEOUT.
    """
    try:
        return is_found(url)
    except (OSError, HTTPException, ValueError):
        return False


def is_found(url: str) -> bool:
    """Ask for `url`; raise OSError, HTTPException or ValueError when there is no answer."""
    parts = urlsplit(url)
    connection_class = HTTPSConnection if parts.scheme.lower() == "https" else HTTPConnection
    connection = connection_class(parts.netloc, timeout=TIMEOUT)
    # http.client has no public way to choose the address, and asking twice would let a name change between.
    connection._create_connection = connect_publicly  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        connection.request("HEAD", f"{parts.path or '/'}?{parts.query}".removesuffix("?"))
        return connection.getresponse().status < 400
    finally:
        connection.close()


def connect_publicly(
    address: tuple[str, int], timeout: float, source: tuple[str, int] | None = None
) -> socket.socket:
    """Connect like `socket.create_connection`, but raise OSError for addresses that are not public."""
    host, port = address
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, target in found:
        if is_public(str(target[0])):
            return socket.create_connection((str(target[0]), port), timeout, source)
    msg = f"{host} has no public address"
    raise OSError(msg)


def is_public(address: str) -> bool:
    """Say whether the IP address belongs to the public Internet."""
    return ip_address(address).is_global
