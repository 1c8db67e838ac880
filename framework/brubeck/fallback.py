"""Answers of the base handler: to paths without a route, wrong methods, forged requests."""

import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from brubeck.handlers import WebMessageHandler
from brubeck.handlers.protection import may_change_something

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request


def not_found_handler(base: type) -> type:
    """Return a kind of the base handler that answers every method with 404.

    What a base handler defines itself stays: a method it implements, or its own `unsupported`.
    """
    if not issubclass(base, WebMessageHandler):
        return base
    members: dict[str, Any] = {
        name: _not_found
        for name in ("unsupported", "options")
        if getattr(base, name) is getattr(WebMessageHandler, name)
    }
    # Made by the base handler's own metaclass, as a class statement would.
    return types.new_class(
        base.__name__, (base,), exec_body=lambda body: body.update(csrf_exempt=True, **members)
    )


def csrf_guard(base: type) -> type:
    """Return a kind of the base handler that refuses requests without a token for functions.

    Functions have nothing to check a token with; the base handler knows cookies and session.
    """
    kind = base if issubclass(base, WebMessageHandler) else WebMessageHandler
    members: dict[str, Any] = {"csrf_exempt": False, "_respond": kind.csrf_failed}
    return types.new_class(kind.__name__, (kind,), exec_body=lambda body: body.update(members))


def refusal_of_forged(
    application: "Brubeck", guard: type, function: object, message: "Request"
) -> Callable[[], Any] | None:
    """Return a handler that refuses a request to a function, None when it may go on."""
    if getattr(function, "csrf_exempt", False) or not may_change_something(message):
        return None
    methods = getattr(function, "methods", None)
    if methods and message.method not in methods:
        return None  # 405 says more
    handler: Any = guard(application, message)
    return handler if handler.needs_csrf_check() and not handler.has_csrf_token() else None


def _not_found(handler: WebMessageHandler, *_args: object, **_kwargs: object) -> Any:
    return handler.render_error(handler._NOT_FOUND)  # noqa: SLF001  a method of it, given below


def wrong_method(application: "Brubeck", message: "Request", methods: Sequence[str]) -> Any:
    """Return what the base handler says about a method that a route does not have."""
    handler: Any = application.base_handler(application, message)
    result = handler.unsupported()
    if isinstance(result, dict) and result.get("status_code") == 405:
        result["headers"]["Allow"] = ", ".join(methods)
    return result
