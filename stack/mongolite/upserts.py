"""The document that an upsert starts from: what the filter demands by equality."""

from collections.abc import Iterable

from bson import Regex

from mongolite.errors import MongoError
from mongolite.filters import is_operators
from mongolite.paths import lookup, split
from mongolite.placing import set_at
from mongolite.values import MISSING, Document, Value, copied


def seed(query: Document, *, only_id: bool = False) -> Document:
    """Return the fields that every match of `query` has; only `_id` for a replacement.

    Raises MongoError when the filter demands two things of one field.
    """
    document: Document = {}
    for path, value in _equalities(query):
        if not only_id or path == "_id":
            _put(document, path, value)
    return document


def _put(document: Document, path: str, value: Value) -> None:
    parts = split(path)
    taken = next(
        (
            size
            for size in range(1, len(parts))
            if type(lookup(document, parts[:size])) not in _OPEN
        ),
        None,
    )
    if taken is not None or lookup(document, parts) is not MISSING:
        raise MongoError(54, f"cannot infer query fields to set, path '{path}' is matched twice")
    set_at(document, parts, lambda _: copied(value), creates=True)


_OPEN = {dict, type(MISSING)}


def _equalities(query: Document) -> Iterable[tuple[str, Value]]:
    for name, condition in query.items():
        if name == "$and":
            for part in condition:
                yield from _equalities(part)
        elif name == "$or" and len(condition) == 1:
            yield from _equalities(condition[0])
        elif not name.startswith("$"):
            for value in _required(condition):
                yield name, value


def _required(condition: Value) -> Iterable[Value]:
    if not is_operators(condition):
        if not isinstance(condition, Regex):
            yield condition
        return
    for operator, argument in condition.items():
        if operator == "$eq":
            yield argument
        elif operator in {"$in", "$all"} and len(argument) == 1 and _plain(argument[0]):
            yield argument[0]


def _plain(value: Value) -> bool:
    return not isinstance(value, Regex) and not is_operators(value)
