"""Names and types of what clients send, looked at before documents are made of it.

Documents are lenient: they leave out what they have no field for, and read `true` as a number. A
client who mistypes a name rather wants to know.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from brubeck.autoapi import bodies
from brubeck.handlers.documents import public_schema

IDS = ("id", "_id")
_KINDS = {"string": str, "boolean": bool, "array": list, "object": dict}
_WORDS = {"string": "a text", "boolean": "true or false", "array": "a list", "number": "a number"}


def mistakes(
    model: Any, items: list[dict[str, Any]], *, is_patch: bool
) -> Iterator[dict[str, Any]]:
    """Yield what is wrong with items: names that the model does not have, values of another type.

    A patch may have null for every field that is not required (RFC 7396).
    """
    for position, item in enumerate(items):
        for name, value in item.items():
            if problem := _problem(model, name, value, is_patch=is_patch):
                yield bodies.error(position, name, problem)


def _problem(model: Any, name: str, value: Any, *, is_patch: bool) -> str:
    properties, required = _schema(model)
    if name in IDS:
        return "" if isinstance(value, str) else "This must be a text."
    if name not in properties:
        return f"There is no such field. Use: {', '.join(each for each in properties if each != '_id')}."
    if value is None and is_patch and name not in required:
        return ""
    kind = properties[name].get("type")
    return "" if _fits(kind, value) else f"This must be {_WORDS.get(kind, 'an object')}."


def _fits(kind: Any, value: Any) -> bool:
    if kind in {"number", "integer"}:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return not isinstance(kind, str) or isinstance(value, _KINDS.get(kind, object))


@cache
def _schema(model: Any) -> tuple[dict[str, Any], frozenset[str]]:
    schema = public_schema(model)
    return schema["properties"], frozenset(schema.get("required", ()))
