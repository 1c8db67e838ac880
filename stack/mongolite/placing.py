"""Putting a value at a concrete path of a document, through sub-documents and array positions."""

from collections.abc import Callable, Sequence

from mongolite.errors import BadValueError, MongoError
from mongolite.paths import position
from mongolite.values import MISSING, Value, type_name

Modify = Callable[[Value], Value]
PATH_NOT_VIABLE = 28
LONGEST_PADDING = 1_500_000


def set_at(node: Value, path: Sequence[str], modify: Modify, *, creates: bool) -> None:
    """Change the value at a concrete path in place; with `creates` missing documents are made."""
    name, *rest = path
    if type(node) is list:
        place = _place(node, name, creates=creates)
        if place is None:
            return
        child = node[place] if place < len(node) else MISSING
    elif type(node) is dict:
        place, child = None, node.get(name, MISSING)
    elif creates:
        raise MongoError(
            PATH_NOT_VIABLE, f"Cannot create field '{name}' in element of type {type_name(node)}"
        )
    else:
        return
    if rest and child is MISSING:
        if not creates:
            return
        child = {}
    if rest:
        set_at(child, rest, modify, creates=creates)
    _store(node, name if place is None else place, child if rest else modify(child))


def _place(array: list[Value], name: str, *, creates: bool) -> int | None:
    place = position(name)
    if place is None:
        if creates:
            raise MongoError(PATH_NOT_VIABLE, f"Cannot create field '{name}' in an array")
        return None
    if place >= len(array) and not creates:
        return None
    if place - len(array) > LONGEST_PADDING:
        raise BadValueError(f"can't backfill more than {LONGEST_PADDING} elements")
    return place


def _store(node: Value, at: str | int, value: Value) -> None:
    if isinstance(at, int):
        node.extend([None] * (at + 1 - len(node)))
        node[at] = None if value is MISSING else value
    elif value is MISSING:
        node.pop(at, None)
    else:
        node[at] = value
