"""JSON text of what documents hold."""

import json
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from dictshield.base import CHECK_FAILURES, refused


def dumps(value: object, *, sort_keys: bool = False) -> str:
    """Return `value` as JSON text.

    Raises ShieldException when there is no such text: unknown types, endless nesting.
    """
    try:
        return json.dumps(value, sort_keys=sort_keys, default=plain)
    except CHECK_FAILURES as error:
        raise refused(error, None, value) from error


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
