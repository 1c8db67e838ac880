"""What a request is refused for by its head alone, before any handler sees it."""

from typing import TYPE_CHECKING

from brubeck.errors import BadRequest, HeadersTooLarge, LengthRequired

if TYPE_CHECKING:
    from brubeck.request import Request


def check(request: "Request") -> None:
    """Raise the HTTPError that a request with a misleading or too large head gets."""
    headers = request.headers
    if ("transfer-encoding" in headers or "content-length" in headers) and not request.is_wsgi:
        _check_framing(request)
    if type(headers.get("host")) is not str:
        _check_host(request)
    limits = request.limits
    if request.head_size > limits.header_size or len(headers) > limits.header_count:
        _check_headers(request)


def _check_host(request: "Request") -> None:
    """Refuse a request whose host is anybody's guess."""
    host = request.headers.get("host")
    if isinstance(host, list):
        raise BadRequest("The request names more than one host. Send one Host header.")
    if host is None and request.version == "HTTP/1.1" and _is_seen_whole(request):
        raise BadRequest("The request names no host. Send a Host header.")


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
