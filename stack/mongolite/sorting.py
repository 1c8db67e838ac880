"""Sorting documents as MongoDB does: by type, then by value, arrays by their smallest or largest."""

from collections.abc import Callable, Iterable, Mapping
from functools import cmp_to_key, partial

from mongolite.errors import BadValueError, MongoError
from mongolite.keys import document_keys, split_all
from mongolite.values import Document, Key, Value, is_number, order_key

BAD_SORT = 15974
Score = Callable[[Document], Value]
Order = Mapping[str, "int | Score"]


def parse_sort(order: Value, score: Score | None = None) -> dict[str, "int | Score"]:
    """Return field name -> 1, -1 or `score` (for textScore) for a sort document.

    Raises MongoError for anything else.
    """
    if type(order) is not dict:
        raise MongoError(14, "Expected field sort to be of type object")
    if len(order) > 32:
        raise MongoError(13103, "too many compound keys")
    return {_field(name): _direction(name, value, score) for name, value in order.items()}


def _field(name: str) -> str:
    if not name or name.startswith(".") or name.endswith(".") or ".." in name:
        raise MongoError(15998, "FieldPath field names may not be empty strings")
    if name.startswith("$") and name != "$natural":
        raise MongoError(16410, f"FieldPath field names may not start with '$': {name}")
    return name


def _direction(name: str, value: Value, score: Score | None) -> "int | Score":
    if value == {"$meta": "textScore"}:
        if score is None:
            raise BadValueError("query requires text score metadata, but it is not available")
        return score
    if not is_number(value) or value not in {1, -1}:
        raise MongoError(BAD_SORT, f"$sort key ordering must be 1 (ascending) or -1: {name}")
    return int(value)


def sorted_documents(documents: Iterable[Document], order: Order) -> list[Document]:
    """Return the documents in order; equal ones stay as they came."""
    if "$natural" in order:
        return _natural(documents, order)
    fields = {name: way for name, way in order.items() if isinstance(way, int)}
    paths, directions = split_all(list(fields)), list(fields.values())
    listed = list(documents)
    keys = [_sort_key(document, paths, directions) for document in listed]
    ranking = list(range(len(listed)))
    column = len(directions)
    for way in reversed(list(order.values())):
        if isinstance(way, int):
            column -= 1
            ranking.sort(key=[key[column] for key in keys].__getitem__, reverse=way < 0)
        else:
            scores = [order_key(way(document)) for document in listed]
            ranking.sort(key=scores.__getitem__, reverse=True)
    return [listed[at] for at in ranking]


def _natural(documents: Iterable[Document], order: Order) -> list[Document]:
    if len(order) > 1:
        raise BadValueError("$natural sort cannot be combined with other fields")
    listed = list(documents)
    return listed if order["$natural"] == 1 else listed[::-1]


def _sort_key(
    document: Document, paths: list[tuple[str, ...]], directions: list[int]
) -> tuple[Key, ...]:
    try:
        keys = document_keys(document, paths)
    except MongoError as error:
        raise BadValueError("cannot sort with keys that are parallel arrays") from error
    if len(keys) == 1:
        return keys[0]
    compare: Callable[[tuple[Key, ...], tuple[Key, ...]], int]
    compare = partial(_compare, directions)
    return min(keys, key=cmp_to_key(compare))


def _compare(directions: list[int], one: tuple[Key, ...], other: tuple[Key, ...]) -> int:
    for mine, yours, direction in zip(one, other, directions, strict=True):
        if mine != yours:
            return direction if mine > yours else -direction
    return 0


def element_sort(order: Value) -> Callable[[list[Value]], list[Value]]:
    """Return the function that sorts an array: by itself (1, -1) or by fields of its elements."""
    if type(order) is dict and order:
        fields = parse_sort(order)
        return lambda values: _sorted_by_fields(values, fields)
    if not is_number(order) or order not in {1, -1}:
        raise BadValueError("The $sort element value must be either 1 or -1")
    return lambda values: sorted(values, key=order_key, reverse=order == -1)


def _sorted_by_fields(values: list[Value], fields: Order) -> list[Value]:
    wrapped = [{"v": value} for value in values]
    inner = {f"v.{name}": direction for name, direction in fields.items()}
    return [item["v"] for item in sorted_documents(wrapped, inner)]
