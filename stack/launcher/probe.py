"""Ask a site whether it works, the way a browser would: HTTP with a Host header."""

import http.client


def status_of(address: str, port: int, host: str, path: str, *, seconds: float = 1.0) -> int | None:
    """Return the status of ``GET path``, or None when nobody answers within the time."""
    connection = http.client.HTTPConnection(reachable(address), port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}", "Connection": "close"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def reachable(address: str) -> str:
    """Return an address to connect to for an address to listen on."""
    return "127.0.0.1" if address == "0.0.0.0" else address  # noqa: S104 - compared, not bound
