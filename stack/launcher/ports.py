"""TCP ports on this machine."""

import errno
import socket

from launcher.errors import LaunchError


def open_port(address: str, port: int) -> int | None:
    """Bind this port for a moment and return its number (0 takes any), or None if it is taken.

    SO_REUSEADDR, as Mongrel2 sets it, so that connections of a previous run do not count.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return None
            raise LaunchError(_refused(address, port, error)) from None
        return int(probe.getsockname()[1])


def require_port(address: str, port: int) -> int:
    """Return the port if it is free; raise LaunchError with the way out if it is not."""
    if (found := open_port(address, port)) is None:
        raise LaunchError(
            f"Port {port} is taken by another program. Stop that program (this shows it: "
            f"ss -ltnp 'sport = :{port}'), or choose another port: SITE_PORT={_other(port)} make demo"
        )
    return found


def next_port(address: str, above: int) -> int:
    """Return the first free port above this one."""
    for port in range(above + 1, 65536):
        if open_port(address, port):
            return port
    raise LaunchError(f"No port above {above} is free. Choose a lower SITE_PORT.")


def _other(port: int) -> int:
    return port + 1000 if port < 64000 else port - 1000


def _refused(address: str, port: int, error: OSError) -> str:
    if error.errno == errno.EACCES:
        return f"Port {port} may only be opened by root. Choose one above 1023: SITE_PORT=6767 make demo"
    return (
        f"Cannot listen on {address}, port {port}: {error.strerror}. Check SITE_BIND and SITE_PORT."
    )
