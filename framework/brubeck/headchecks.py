"""What a request is refused for by its head alone, before any handler sees it."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from brubeck.errors import BadRequest, HeadersTooLarge, LengthRequired

if TYPE_CHECKING:
    from brubeck.request import Request

LARGEST_LENGTH = 2**31 - 1  # Mongrel2 takes more for nothing
# A registered name, an address, and a port (RFC 9110, 7.2; RFC 3986, 3.2.2).
_HOST = re.compile(r"(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::\d*)?", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,10}[ \t]*", re.ASCII)


def check(request: "Request") -> None:
    """Raise the HTTPError that a request with a misleading or too large head gets."""
    headers = request.headers
    if ("transfer-encoding" in headers or "content-length" in headers) and not request.is_wsgi:
        _check_framing(request)
    host = headers.get("host")
    if type(host) is not str or not is_host(host):
        _check_host(request)
    limits = request.limits
    if request.head_size > limits.header_size or len(headers) > limits.header_count:
        _check_headers(request)


def _check_host(request: "Request") -> None:
    """Refuse a request whose host is anybody's guess."""
    host = request.headers.get("host")
    if isinstance(host, list):
        raise BadRequest("The request names more than one host. Send one Host header.")
    if isinstance(host, str):
        raise BadRequest("The host that the request names cannot be one. Send a name and a port.")
    if host is None and request.version == "HTTP/1.1" and _is_seen_whole(request):
        raise BadRequest("The request names no host. Send a Host header.")


@lru_cache(maxsize=256)
def is_host(text: str) -> bool:
    """Tell whether a Host header is a name or an address, perhaps with a port."""
    return _HOST.fullmatch(text.strip()) is not None


def _is_seen_whole(request: "Request") -> bool:
    """Tell whether a header that is missing was not sent, so that HTTP's rules hold (RFC 9112, 3.2).

    A WSGI environ need not have a host, its server has a name (PEP 3333); those of our own
    servers are as they came.
    """
    return not request.is_wsgi or "brubeck.hang_up" in request.headers


def _check_framing(request: "Request") -> None:
    """Refuse what Mongrel2 and a proxy in front of it may divide differently (CWE-444)."""
    length = request.headers.get("content-length")
    is_chunked = "transfer-encoding" in request.headers
    if isinstance(length, list) or (is_chunked and length is not None):
        raise BadRequest("The request gives its length more than once. Send one Content-Length.")
    if is_chunked:
        raise LengthRequired
    if length is None or not _LENGTH.fullmatch(length) or int(length) > LARGEST_LENGTH:
        # Mongrel2 takes it for 0 or cuts it, and what follows for a request.
        raise BadRequest("Content-Length is no number of bytes. Send one, in digits.")


def _check_headers(request: "Request") -> None:
    """Measure the client's headers: only when all that came with them is over a limit."""
    names = [
        name
        for name, value in request.headers.items()
        # Servers keep values of all kinds in a WSGI environ, also under lower-case names.
        if isinstance(value, str | list) and not (name.isupper() or "." in name)
    ]
    if len(names) > request.limits.header_count:
        raise HeadersTooLarge
    sizes = (len(name) + len(request.header(name, "")) for name in names)
    if sum(sizes) > request.limits.header_size:
        raise HeadersTooLarge
