"""Calling hooks that programs override with fewer arguments than they have today."""

import functools
import inspect
from collections.abc import Callable
from typing import Any


def call_render_error(
    handler: Any, status_code: int, error_handler: Callable[[], object] | None, **context: Any
) -> Any:
    """Call a handler's `render_error` with what its own version of it takes.

    The earliest programs take the status alone. Their answer is made when the error handler
    runs, which can still add headers to it.
    """
    accepted = _keywords(type(handler).render_error)
    offered = {"error_handler": error_handler, **context}
    if accepted is not None:
        offered = {name: value for name, value in offered.items() if name in accepted}
    result = handler.render_error(status_code, **offered)
    if error_handler is not None and "error_handler" not in offered:
        error_handler()
    return result


@functools.cache
def _keywords(function: Callable[..., Any]) -> frozenset[str] | None:
    """Return the names of a function's parameters, or None when it takes any keyword."""
    parameters = inspect.signature(function).parameters
    if any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        return None
    return frozenset(parameters)
