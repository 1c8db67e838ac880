"""Sorting documents as MongoDB does: by type, then by value, arrays by their smallest or largest."""

from collections.abc import Iterable, Mapping
from functools import cmp_to_key
from operator import itemgetter

from mongolite.errors import BadValue, MongoError, NotImplementedHere
from mongolite.keys import document_keys, split_all
from mongolite.values import Document, Key, Value, is_number

BAD_SORT = 15974


def parse_sort(order: Value) -> dict[str, int]:
    """Return field name -> 1 or -1 for a sort document; raises MongoError for anything else."""
    if type(order) is not dict:
        raise MongoError(14, "Expected field sort to be of type object")
    if len(order) > 32:
        raise MongoError(13103, "too many compound keys")
    return {_field(name): _direction(name, value) for name, value in order.items()}


def _field(name: str) -> str:
    if not name or name.startswith(".") or name.endswith(".") or ".." in name:
        raise MongoError(15998, "FieldPath field names may not be empty strings")
    if name.startswith("$") and name != "$natural":
        raise MongoError(16410, f"FieldPath field names may not start with '$': {name}")
    return name


def _direction(name: str, value: Value) -> int:
    if type(value) is dict and "$meta" in value:
        raise NotImplementedHere(f"sorting by {{$meta: {value['$meta']!r}}} in this place")
    if not is_number(value) or value not in {1, -1}:
        raise MongoError(BAD_SORT, f"$sort key ordering must be 1 (ascending) or -1: {name}")
    return int(value)


def sorted_documents(documents: Iterable[Document], order: Mapping[str, int]) -> list[Document]:
    """Return the documents in order; equal ones stay as they came."""
    if "$natural" in order:
        return _natural(documents, order)
    directions = list(order.values())
    paths = split_all(list(order))
    keyed = [(_sort_key(document, paths, directions), document) for document in documents]
    for index in reversed(range(len(directions))):
        keyed.sort(key=lambda pair: pair[0][index], reverse=directions[index] < 0)  # noqa: B023  used at once
    return list(map(itemgetter(1), keyed))


def _natural(documents: Iterable[Document], order: Mapping[str, int]) -> list[Document]:
    if len(order) > 1:
        raise BadValue("$natural sort cannot be combined with other fields")
    listed = list(documents)
    return listed if order["$natural"] > 0 else listed[::-1]


def _sort_key(
    document: Document, paths: list[tuple[str, ...]], directions: list[int]
) -> tuple[Key, ...]:
    try:
        keys = document_keys(document, paths)
    except MongoError as error:
        raise BadValue("cannot sort with keys that are parallel arrays") from error
    if len(keys) == 1:
        return keys[0]
    return min(keys, key=cmp_to_key(lambda one, other: _compare(one, other, directions)))


def _compare(one: tuple[Key, ...], other: tuple[Key, ...], directions: list[int]) -> int:
    for mine, yours, direction in zip(one, other, directions, strict=True):
        if mine != yours:
            return direction if mine > yours else -direction
    return 0
