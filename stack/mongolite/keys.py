"""Keys of documents: what an index stores for a document, and what a sort goes by.

The rules are those of MongoDB's key generator: an array gives a key for each element, fields below
the same array are taken element by element, two different arrays in one key are refused.
"""

from collections.abc import Iterator, Sequence

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


def _through(
    document: Document, paths: Paths, arrays: Sequence[int | None], prefix: tuple[str, ...]
) -> list[tuple[Key, ...]]:
    """Return the keys with the array at `prefix` taken apart, without repetition."""
    found: dict[tuple[Key, ...], None] = {}
    array = lookup(document, prefix)
    rests = [
        None if count is None else path[count:] for path, count in zip(paths, arrays, strict=True)
    ]
    fixed = [
        field_key(lookup(document, path)) if rest is None else NULL_KEY
        for path, rest in zip(paths, rests, strict=True)
    ]
    if not array:
        return [tuple(map(_empty_key, fixed, rests))]
    below = [rest for rest in rests if rest]
    for element in array:
        for inner in document_keys(element, below) if type(element) is dict else [None]:
            remaining = iter(inner or ())
            found[
                tuple(
                    _element_key(element, key, rest, remaining)
                    for key, rest in zip(fixed, rests, strict=True)
                )
            ] = None
    return list(found)


def _empty_key(fixed: Key, rest: tuple[str, ...] | None) -> Key:
    return EMPTY_ARRAY_KEY if rest == () else fixed


def _element_key(
    element: Value, fixed: Key, rest: tuple[str, ...] | None, remaining: Iterator[Key]
) -> Key:
    if rest is None:
        return fixed
    if not rest:
        return field_key(element)
    return next(remaining, NULL_KEY)
