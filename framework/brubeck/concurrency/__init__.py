"""The choice of the coroutine library: once in a process, before anything blocks."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec

from brubeck.concurrency.base import Concurrency

__all__ = ["Concurrency", "active", "current", "use"]

VARIABLE = "BRUBECK_CONCURRENCY"
LIBRARIES = {"gevent": "Gevent", "eventlet": "Eventlet"}
INSTALL = {"gevent": "pip install brubeck", "eventlet": "pip install brubeck[eventlet]"}

_chosen: list[Concurrency] = []


def use(name: str | None = None) -> Concurrency:
    """Choose the coroutine library and patch the standard library for it.

    The argument wins over the environment variable BRUBECK_CONCURRENCY, which wins over
    gevent, which wins over eventlet. Call it before anything else is imported; without a
    call, the first import of `brubeck.request_handling` or `brubeck.application` chooses.

    Raises EnvironmentError for a library that is unknown or not installed, RuntimeError
    when the process runs on another one already.
    """
    running = active()
    if running is None:
        return _choose(_known(name or os.environ.get(VARIABLE) or _first_installed()))
    if name is not None and name != running.name:
        raise _too_late(running.name, name)
    return running


def current() -> Concurrency:
    """Return the chosen library; choose it now if nobody has."""
    return _chosen[0] if _chosen else use()


def active() -> Concurrency | None:
    """Return the chosen library, or None as long as nobody has chosen."""
    return _chosen[0] if _chosen else None


def refuse_beside(name: str) -> None:
    """Raise RuntimeError when another library has patched this process already.

    Each library's module asks before it patches anything: two of them in one process end in
    errors from the depths of the import system.
    """
    for other in LIBRARIES:
        if other != name and f"{__name__}.{other}" in sys.modules:
            raise _too_late(other, name)


def _too_late(running: str, wanted: str) -> RuntimeError:
    return RuntimeError(
        f"This process runs on {running} already, so it cannot change to {wanted}. "
        f"Call brubeck.concurrency.use({wanted!r}) before any other import of brubeck, "
        f"or set {VARIABLE}={wanted}."
    )


def _choose(name: str) -> Concurrency:
    library: Concurrency = getattr(import_module(f"{__name__}.{name}"), LIBRARIES[name])()
    _chosen.append(library)
    return library


def _known(name: str) -> str:
    if name not in LIBRARIES:
        raise OSError(
            f"There is no coroutine library {name!r} to run on. "
            f"Set {VARIABLE} to one of: {', '.join(LIBRARIES)}."
        )
    if find_spec(name) is None:
        raise OSError(f"{name} is not installed. Install it with: {INSTALL[name]}")
    return name


def _first_installed() -> str:
    return next((name for name in LIBRARIES if find_spec(name)), "gevent")
