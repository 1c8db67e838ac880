"""The import path that programs know: everything for answering requests.

Importing this module chooses the coroutine library, if nobody has done so, and patches the
standard library for it; import it first.
"""

from brubeck.concurrency import current

CORO_LIBRARY = current().name
coro_pool = current().pool_class

from collections.abc import Callable  # noqa: E402  after the patching
from typing import Any  # noqa: E402  after the patching

from dictshield.base import ShieldException  # noqa: E402  after the patching

from brubeck import version  # noqa: E402  after the patching
from brubeck.application import Brubeck  # noqa: E402  after the patching
from brubeck.cookies import (  # noqa: E402  after the patching
    cookie_decode,
    cookie_encode,
    cookie_is_encoded,
)
from brubeck.errors import FourOhFourException  # noqa: E402  after the patching
from brubeck.handlers import (  # noqa: E402  after the patching
    HTTP_METHODS,
    JSONMessageHandler,
    JsonSchemaMessageHandler,
    MessageHandler,
    WebMessageHandler,
)
from brubeck.request import Request, to_bytes, to_unicode  # noqa: E402  after the patching
from brubeck.response import (  # noqa: E402  after the patching
    HTTP_FORMAT,
    Response,
    http_response,
    render,
)
from brubeck.timekeeping import curtime  # noqa: E402  after the patching

__all__ = [
    "CORO_LIBRARY",
    "HTTP_FORMAT",
    "HTTP_METHODS",
    "Brubeck",
    "FourOhFourException",
    "JSONMessageHandler",
    "JsonSchemaMessageHandler",
    "MessageHandler",
    "Request",
    "ShieldException",
    "WebMessageHandler",
    "cookie_decode",
    "cookie_encode",
    "cookie_is_encoded",
    "coro_pool",
    "coro_spawn",
    "curtime",
    "http_response",
    "receive_wsgi_message",
    "render",
    "request_handler",
    "result_handler",
    "route_message",
    "to_bytes",
    "to_unicode",
    "version",
]


def coro_spawn(
    function: Callable[..., object], app: Brubeck, message: Any, *args: Any, **kwargs: Any
) -> None:
    """Run function(app, message, ...) in a greenlet of the application's pool."""
    app.pool.spawn(function, app, message, *args, **kwargs)


def route_message(app: Brubeck, message: Request) -> None:
    """Find what answers a message, and answer it in a greenlet of the application's pool."""
    coro_spawn(request_handler, app, message, app.route_message(message))


def request_handler(app: Brubeck, message: Request, handler: Callable[[], Any]) -> None:
    """Call what answers a message, and send the result."""
    result_handler(app, message, handler())


def result_handler(app: Brubeck, message: Request, response: Any) -> None:
    """Send what a handler returned to the client who sent a message."""
    answer = Response.of(response)
    if answer is not None:
        app.msg_conn.reply(message, answer.to_http())


def receive_wsgi_message(app: Brubeck, environ: dict[str, Any], start_response: Any) -> Any:
    """Answer one WSGI request."""
    return app.msg_conn.process_message(app, environ, start_response)
