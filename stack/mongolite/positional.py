"""Which element of an array a filter found: the meaning of `$` in updates and projections."""

from collections.abc import Iterable, Sequence

from mongolite.errors import BadValueError, RefusedError
from mongolite.filters import compile_filter, field_matcher, is_operators
from mongolite.paths import lookup, position, replaced, split
from mongolite.values import Document, Value

_NEGATIVE = {"$ne", "$nin", "$not"}


def matched_index(query: Document, document: Document, array_path: Sequence[str]) -> int:
    """Return the index of the element of the array at `array_path` by which `query` matched.

    Raises BadValueError when the query says nothing about that array, and RefusedError when
    conditions on it were met by different elements (MongoDB's choice is an accident then).
    """
    array = lookup(document, array_path)
    found: set[int] = set()
    if type(array) is list:
        for path, condition in _conditions(query, document):
            if _speaks_of(split(path), array_path) and not _negative(condition):
                found.update(_first(path, condition, document, array_path))
    if not found:
        raise BadValueError("The positional operator did not find the match needed from the query.")
    if len(found) > 1:
        raise RefusedError("$ with conditions met by different elements (not $elemMatch)")
    return found.pop()


def _conditions(query: Document, document: Document) -> Iterable[tuple[str, Value]]:
    for name, argument in query.items():
        if name == "$and":
            for part in argument:
                yield from _conditions(part, document)
        elif name == "$or":
            chosen: Document = next(
                (part for part in argument if compile_filter(part)(document)), {}
            )
            yield from _conditions(chosen, document)
        elif not name.startswith("$"):
            yield name, argument


def _negative(condition: Value) -> bool:
    return is_operators(condition) and bool(_NEGATIVE & condition.keys())


def _speaks_of(path: Sequence[str], array_path: Sequence[str]) -> bool:
    size = len(array_path)
    if tuple(path[:size]) != tuple(array_path):
        return False
    return len(path) == size or position(path[size]) is None


def _first(
    path: str, condition: Value, document: Document, array_path: Sequence[str]
) -> Iterable[int]:
    """Yield the first index whose element alone still meets the condition."""
    matches = field_matcher(path, condition)
    for index, element in enumerate(lookup(document, array_path)):
        if matches(replaced(document, array_path, [element])):
            yield index
            return
