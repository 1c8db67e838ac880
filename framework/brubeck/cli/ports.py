"""Listening sockets: bound before anything else starts, and shared by several processes."""

import errno
import socket

from brubeck.cli.errors import CommandError

BACKLOG = 1024
EXPLANATIONS = {
    errno.EADDRINUSE: "is taken. Stop the program that uses it, or choose another one with --port",
    errno.EACCES: "needs more rights than you have. Choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "cannot be had: no network of this machine has that address. Change --host",
}


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a listening socket, empty host for all interfaces, port 0 for any free port.

    With `shared`, other processes may bind the same port that way too (SO_REUSEPORT), and the
    system spreads connections over them. Raises CommandError when the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    _check(host, port, family)
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=shared)
    except OSError as error:
        reason = EXPLANATIONS.get(error.errno or 0, f"cannot be had: {error.strerror}. Change it")
        raise CommandError(f"Port {port} of {host or 'all interfaces'} {reason}.") from error


def _check(host: str, port: int, family: socket.AddressFamily) -> None:
    if not 0 <= port <= 65_535:
        raise CommandError(f"{port} is no port. Choose one of 1 to 65535 with --port.")
    try:
        socket.getaddrinfo(host or None, port, family, socket.SOCK_STREAM)
    except OSError as error:
        raise CommandError(
            f"There is no host {host!r}: {error.strerror}. Change --host."
        ) from error


def inherited(descriptor: int) -> socket.socket:
    """Return the listening socket that the parent process has opened."""
    return socket.socket(fileno=descriptor)
