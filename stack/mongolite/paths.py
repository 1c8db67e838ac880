"""Dotted paths: which values of a document a path in a filter speaks of.

The rules are those of MongoDB's matcher: arrays on the way are entered one level deep, a number in
the path is an array position as well as a field name.
"""

from collections.abc import Iterator, Sequence

from mongolite.values import MISSING, Document, Value


def split(path: str) -> tuple[str, ...]:
    """Return the components of a dotted path."""
    return tuple(path.split("."))


def position(name: str) -> int | None:
    """Return the array position that a path component can mean, or None."""
    if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0"):
        return int(name)
    return None


def candidates(
    node: Value, parts: Sequence[str], start: int = 0, *, expand: bool = True
) -> Iterator[Value]:
    """Yield the values that a filter on this path looks at; MISSING where the path ends early.

    With `expand` an array at the end yields its elements and then itself, otherwise only itself.
    """
    for index in range(start, len(parts)):
        if type(node) is dict:
            node = node.get(parts[index], MISSING)
        elif type(node) is list:
            yield from _in_array(node, parts, index, expand=expand)
            return
        else:
            yield MISSING
            return
    if expand and type(node) is list:
        yield from node
    yield node


def _in_array(
    array: list[Value], parts: Sequence[str], index: int, *, expand: bool
) -> Iterator[Value]:
    for element in array:
        if type(element) is dict:
            yield from candidates(element, parts, index, expand=expand)
    place = position(parts[index])
    if place is None or place >= len(array):
        return
    if index + 1 == len(parts):
        yield array[place]
    elif type(array[place]) in {dict, list}:
        yield from candidates(array[place], parts, index + 1, expand=expand)


def lookup(node: Value, parts: Sequence[str]) -> Value:
    """Return the value at a path through documents and explicit array positions, or MISSING."""
    for name in parts:
        if type(node) is dict:
            node = node.get(name, MISSING)
        elif type(node) is list:
            place = position(name)
            node = node[place] if place is not None and place < len(node) else MISSING
        else:
            return MISSING
    return node


def first_array(node: Value, parts: Sequence[str]) -> int | None:
    """Return after how many components the path meets its first array, or None."""
    for count, name in enumerate(parts):
        if type(node) is list:
            return count
        if type(node) is not dict or name not in node:
            return None
        node = node[name]
    return len(parts) if type(node) is list else None


def replaced(node: Document, parts: Sequence[str], value: Value) -> Document:
    """Return a shallow copy of a document with another value at a path that exists in it."""
    name, *rest = parts
    return node | {name: replaced(node[name], rest, value) if rest else value}


def overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether one of two paths leads through or to the other."""
    shared = min(len(one), len(other))
    return tuple(one[:shared]) == tuple(other[:shared])
