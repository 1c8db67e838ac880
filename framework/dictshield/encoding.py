"""JSON text of what documents hold."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from dictshield.base import CHECK_FAILURES, ShieldException, refused


def dumps(value: object, *, sort_keys: bool = False) -> str:
    """Return `value` as JSON text.

    Raises ShieldException when there is no such text: unknown types, endless nesting. Its path begins with the key
    whose value is to blame.
    """
    try:
        return json.dumps(value, sort_keys=sort_keys, default=plain)
    except CHECK_FAILURES as error:
        raise located(error, value) from error


def located(error: Exception, value: object) -> ShieldException:
    """Return `error`, which stopped the writing of `value`, with the key of what stopped it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not is_writable(inner):
                return refused(error, str(key), inner)
    return refused(error, None, value)


def is_writable(value: object) -> bool:
    """Say whether `value` has a form in JSON."""
    try:
        json.dumps(value, default=plain)
    except CHECK_FAILURES:
        return False
    return True


def plain(value: object) -> object:
    """Return what JSON knows in place of `value`.

    Raises TypeError for a type that has no obvious text.
    """
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal) or type(value).__name__ == "ObjectId":
        return str(value)
    if isinstance(value, set | frozenset):
        return list(value)
    document_to_json = getattr(value, "to_json", None)
    if document_to_json is not None:
        return document_to_json(encode=False)
    msg = f"{type(value).__name__} has no form in JSON"
    raise TypeError(msg)
