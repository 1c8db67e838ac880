"""Keys of documents: what an index stores for a document, and what a sort goes by.

The rules are those of MongoDB's key generator: an array gives a key for each element, fields below
the same array are taken element by element, two different arrays in one key are refused.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mongolite.errors import MongoError
from mongolite.paths import first_array, lookup, position, split
from mongolite.values import EMPTY_ARRAY_KEY, MISSING, NULL_KEY, Document, Key, Value, order_key

Paths = Sequence[tuple[str, ...]]
PARALLEL_ARRAYS = 171


def split_all(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the components of several dotted paths."""
    return [split(name) for name in names]


def field_key(value: Value) -> Key:
    """Return the key of one value that is not taken apart; missing counts as null."""
    return NULL_KEY if value is MISSING else order_key(value)


def document_keys(document: Document, paths: Paths) -> list[tuple[Key, ...]]:
    """Return the composite keys of a document, several where a path leads through an array.

    Raises MongoError (171) when two paths lead through different arrays.
    """
    plain = _plain_key(document, paths)
    return _taken_apart(document, paths) if plain is None else [plain]


def _plain_key(document: Document, paths: Paths) -> tuple[Key, ...] | None:
    """Return the key of a document whose fields are at its top and no arrays, else None."""
    values = [document.get(path[0]) for path in paths if len(path) == 1]
    if len(values) < len(paths) or any(type(value) is list for value in values):
        return None
    return tuple(map(order_key, values))


def _taken_apart(document: Document, paths: Paths) -> list[tuple[Key, ...]]:
    arrays = [_array_at(document, path) for path in paths]
    met = {path[:count] for path, count in zip(paths, arrays, strict=True) if count is not None}
    if not met:
        return [tuple(field_key(lookup(document, path)) for path in paths)]
    if len(met) > 1:
        names = [f"[{'.'.join(prefix)}]" for prefix in sorted(met)]
        raise MongoError(PARALLEL_ARRAYS, f"cannot index parallel arrays {' '.join(names)}")
    return _through(document, paths, arrays, met.pop())


def _array_at(document: Document, path: tuple[str, ...]) -> int | None:
    """Return how many components lead to the array that has to be taken apart, if there is one."""
    count = first_array(document, path)
    if count is None or count == len(path) or position(path[count]) is None:
        return count
    inner = lookup(document, path[: count + 1])
    deeper = _array_at(inner, path[count + 1 :]) if type(inner) in {dict, list} else None
    return None if deeper is None else count + 1 + deeper


class Slot(NamedTuple):
    """One field of a composite key at an array: its key, or the rest of its path below the array."""

    key: Key
    rest: tuple[str, ...] | None


def _through(
    document: Document, paths: Paths, arrays: Sequence[int | None], prefix: tuple[str, ...]
) -> list[tuple[Key, ...]]:
    """Return the keys with the array at `prefix` taken apart, without repetition."""
    slots = [
        Slot(field_key(lookup(document, path)), None)
        if count is None
        else Slot(NULL_KEY, path[count:])
        for path, count in zip(paths, arrays, strict=True)
    ]
    array = lookup(document, prefix)
    if not array:
        return [tuple(EMPTY_ARRAY_KEY if rest == () else key for key, rest in slots)]
    found = [key for element in array for key in _of_element(element, slots)]
    return list(dict.fromkeys(found))


def _of_element(element: Value, slots: list[Slot]) -> Iterator[tuple[Key, ...]]:
    """Yield the keys that one element of the array gives."""
    below = [rest for _, rest in slots if rest]
    nested = document_keys(element, below) if type(element) is dict else [()]
    for inner in nested:
        remaining = iter(inner)
        yield tuple(_filled(slot, element, remaining) for slot in slots)


def _filled(slot: Slot, element: Value, remaining: Iterator[Key]) -> Key:
    if slot.rest is None:
        return slot.key
    return next(remaining, NULL_KEY) if slot.rest else field_key(element)
