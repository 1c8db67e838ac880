"""What clients send to an API, before it is documents."""

from collections.abc import Callable
from typing import Any, NamedTuple

from brubeck.errors import BadRequest

Errors = list[dict[str, Any]]


class InvalidDocuments(BadRequest):
    """400, with everything that is wrong in `errors`: dicts of item, field and message."""

    default_detail = "Nothing was stored. Correct what `errors` lists."

    def __init__(self, errors: Errors) -> None:
        super().__init__()
        self.errors = errors


class Refused(NamedTuple):
    """One of several documents that were sent, and what is wrong with it."""

    id: str
    errors: Errors


def error(position: int, field: Any, message: str) -> dict[str, Any]:
    """Return what is wrong with a field of the item at a position of what was sent."""
    return {"item": position, "field": field, "message": message}


def check_objects(data: Any) -> None:
    """Raise BadRequest unless data is an object or a list of some, and storable as text."""
    items = data if isinstance(data, list) else [data]
    if not items or not all(isinstance(item, dict) for item in items):
        raise BadRequest(
            "A JSON object, or a list of objects, is needed. Send it as application/json, "
            "or in the argument data."
        )
    if not _is_text(data):
        raise BadRequest(
            "The JSON contains half a surrogate pair, or a name with a null character, which "
            "no store can keep. Remove it."
        )


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value)
    if isinstance(value, dict):
        return all("\x00" not in name and _is_text(name) for name in value) and all(
            map(_is_text, value.values())
        )
    return all(map(_is_text, value)) if isinstance(value, list) else True


def patches(
    data: Any, ids: list[str], id_in: Callable[[dict[str, Any]], Any]
) -> list[tuple[str, dict[str, Any]]]:
    """Return an id with the patch for it, for each document to be changed.

    Raises BadRequest if neither the address nor the patches say which documents that are, or if
    they say different things.
    """
    if ids and isinstance(data, dict) and id_in(data) is None:
        return [(text, data) for text in ids]
    found = [(id_in(item), item) for item in (data if isinstance(data, list) else [data])]
    if any(key is None for key, _ in found):
        raise BadRequest(
            "Nothing was changed: neither the address nor the data names an id. Add one and "
            "try again."
        )
    return [(str(key), item) for key, item in found]
