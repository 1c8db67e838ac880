"""Requests and applications for tests of handlers, without sockets."""

from types import SimpleNamespace
from typing import Any

from brubeck.cookies import cookie_encode
from brubeck.request import Request

SECRET = "a secret of sufficient length, for tests"


def make_request(
    method: str = "GET",
    path: str = "/",
    *,
    query: str = "",
    body: bytes | str = b"",
    cookies: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Request:
    """Return a request as Mongrel2 would have sent it."""
    sent = {"METHOD": method, "PATH": path, "VERSION": "HTTP/1.1", "host": "localhost:6767"}
    if query:
        sent["QUERY"] = query
    if cookies:
        sent["cookie"] = "; ".join(f'{name}="{value}"' for name, value in cookies.items())
    if method in {"POST", "PUT", "PATCH"}:
        sent["content-type"] = "application/x-www-form-urlencoded"
    data = body.encode() if isinstance(body, str) else body
    return Request("sender", "7", path, sent | (headers or {}), data)


def asked(path: str, conn_id: str = "1") -> Request:
    """Return a request of one connection of a Mongrel2."""
    request = make_request(path=path)
    request.sender, request.conn_id = "send", conn_id
    return request


def make_application(**attributes: Any) -> Any:
    """Return what handlers need of an application."""
    defaults = {
        "cookie_secret": SECRET,
        "csrf": False,
        "db_conn": None,
        "login_url": None,
        "sessions": None,
        "MULTIPLE_ITEM_SEP": ",",
    }
    return SimpleNamespace(**(defaults | attributes))


def signed(name: str, value: Any, secret: str = SECRET) -> str:
    """Return a cookie value as `set_cookie(name, value, secret)` would have made it."""
    return cookie_encode((name, value), secret)


def header(result: Any, name: str) -> Any:
    """Return a header of a result."""
    return result["headers"].get(name)


def set_cookies(result: Any) -> list[str]:
    """Return the Set-Cookie lines of a result."""
    lines = header(result, "Set-Cookie") or []
    return [lines] if isinstance(lines, str) else lines


def sent_cookies(result: Any) -> dict[str, str]:
    """Return what a browser would send back after a result."""
    pairs = (line.partition(";")[0].partition("=") for line in set_cookies(result))
    return {name: value.strip('"') for name, _, value in pairs}
