"""How deep values may be nested."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

# MongoDB stores no document that is nested deeper (its manual, "MongoDB Limits and Thresholds").
MAX_DEPTH = 100


# What is nested is looked through once, from outside, or the work would grow with the square of the depth.
is_scanned: ContextVar[bool] = ContextVar("is_scanned", default=False)

# Inside an item that will be validated as a whole, its own items need not be.
is_item_pending: ContextVar[bool] = ContextVar("is_item_pending", default=False)


def run_scanned(value: object, run: Callable[[], T]) -> T:
    """Return what `run` returns, which works its way into `value`; raise RecursionError if that is too deep."""
    if is_scanned.get():
        return run()
    if is_too_deep(value):
        msg = f"more than {MAX_DEPTH} levels"
        raise RecursionError(msg)
    return run_with(is_scanned, run)


def run_with(flag: ContextVar[bool], run: Callable[[], T]) -> T:
    """Return what `run` returns while `flag` is set."""
    token = flag.set(True)
    try:
        return run()
    finally:
        flag.reset(token)


def is_too_deep(value: object) -> bool:
    """Say whether `value` holds more than MAX_DEPTH levels of containers, or contains itself.

    It goes level by level and looks at each container once a level, so that neither depth nor sharing
    can exhaust the stack or the time.
    """
    level = [value]
    for _ in range(MAX_DEPTH):
        level = inner_containers(level)
        if not level:
            return False
    return True


def inner_containers(level: Iterable[object]) -> list[object]:
    """Return what the containers of `level` hold, each object once."""
    found = {id(item): item for container in level for item in contents(container)}
    return list(found.values())


def contents(container: object) -> Iterable[object]:
    """Return the containers directly inside `container`; nothing for any other value."""
    items: Iterable[object]
    if isinstance(container, dict):
        items = dict.values(container)  # a MultiValueDict shows its last values only
    elif isinstance(container, list | tuple):
        items = container
    else:
        items = getattr(container, "_data", {}).values()
    return [item for item in items if is_container(item)]


def is_container(value: object) -> bool:
    """Say whether `value` is a dictionary, a list, a tuple or a document."""
    return isinstance(value, dict | list | tuple) or hasattr(value, "_data")
