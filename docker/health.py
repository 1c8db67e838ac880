#!/usr/bin/python3 -IS
"""Ask whether a container is well, and end with an error if not.

`health site HOST PATH` asks a site through Mongrel2, as a visitor would; HOST is put before
SITE_DOMAIN. `health zeromq PORT` asks whether ZeroMQ greets on a port of this container, and `health
http PORT PATH` whether a page is there. It starts fast, because it is asked often: nothing but the standard library is loaded.
"""

import os
import socket
import sys

PATIENCE = 4  # seconds
GREETING = b"\xff"  # with which every ZeroMQ socket begins (ZMTP 3.1, section 3)


def begins(answer: socket.socket, *beginnings: bytes) -> bool:
    """Say whether what comes begins with one of these."""
    received = b""
    while len(received) < max(map(len, beginnings)) and (data := answer.recv(100)):
        received += data
    return received.startswith(beginnings)


def site(host: str, path: str) -> bool:
    """Say whether a site answers a request with 200."""
    domain = os.environ.get("SITE_DOMAIN", "localhost")
    port = os.environ.get("SITE_PORT", "6767")
    front = os.environ.get("FRONT", "mongrel2")  # of several, any: one that is away is no illness
    name = f"{host}.{domain}".lstrip(".")
    request = f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n"
    return is_answered(front, int(port), request)


def http(port: str, path: str) -> bool:
    """Say whether this container answers a request with 200."""
    return is_answered("127.0.0.1", int(port), f"GET {path} HTTP/1.0\r\n\r\n")


def is_answered(server: str, port: int, request: str) -> bool:
    """Say whether a request is answered with 200."""
    with socket.create_connection((server, port), PATIENCE) as connection:
        connection.sendall(request.encode())
        return begins(connection, b"HTTP/1.1 200 ", b"HTTP/1.0 200 ")


def zeromq(port: str) -> bool:
    """Say whether somebody listens on a port who speaks ZeroMQ."""
    with socket.create_connection(("127.0.0.1", int(port)), PATIENCE) as connection:
        return begins(connection, GREETING)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["site", host, path]:
            is_well = site(host, path)
        case ["zeromq", port]:
            is_well = zeromq(port)
        case ["http", port, path]:
            is_well = http(port, path)
        case _:
            sys.exit("Usage: health site HOST PATH | health zeromq PORT | health http PORT PATH")
    sys.exit(0 if is_well else 1)
