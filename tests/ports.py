"""Ports of 127.0.0.1 for servers that tests start, without a race between test processes."""

import random
import socket

ROW = 16
FIRST, LAST = 10_000, 32_000  # below the ports that Linux gives to outgoing connections

_claims: list[socket.socket] = []


def free_port() -> int:
    """Return a port that is free, as are the 15 above it; nobody else gets them from here.

    A UDP socket on the first port is the claim: it does not stand in the way of TCP, and ends with
    this process. Raises OSError when a thousand tries found none.
    """
    for _ in range(1000):
        port = random.randrange(FIRST, LAST, ROW)
        if _claim(port) and all(_is_free(port + step) for step in range(ROW)):
            return port
    raise OSError("No row of free ports. End the servers that listen between 10000 and 32000.")


def _claim(port: int) -> bool:
    claim = socket.socket(type=socket.SOCK_DGRAM)
    try:
        claim.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
