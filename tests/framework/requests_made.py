"""Requests as Mongrel2 and WSGI servers hand them over, for tests of what is read of them."""

import json
from io import BytesIO
from typing import Any

from brubeck.limits import Limits
from brubeck.request import Request
from brubeck.wire import Headers

FORM = "application/x-www-form-urlencoded"


def request(
    method: str = "GET",
    path: str = "/",
    body: bytes = b"",
    *,
    limits: Limits | None = None,
    trusted_proxies: tuple[str, ...] = (),
    **headers: Any,
) -> Request:
    """Make a request; `content_type="x"` is the header content-type, QUERY stays as it is."""
    named: Headers = {"METHOD": method, "VERSION": "HTTP/1.1", "PATH": path}
    for name, value in headers.items():
        named[name if name.isupper() else name.replace("_", "-")] = value
    return Request(
        "snd-1",
        "3",
        path,
        named,
        body,
        limits=limits or Limits(),
        trusted_proxies=trusted_proxies,
    )


def message(headers: dict[str, object], body: str = "", path: str = "/") -> str:
    text = json.dumps(headers)
    return f"snd-1 3 {path} {len(text)}:{text},{len(body)}:{body},"


def environ(**values: object) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        **values,
    }


def form(body: bytes, method: str = "POST", content_type: str = FORM, **more: Any) -> Request:
    return request(method, body=body, content_type=content_type, **more)
