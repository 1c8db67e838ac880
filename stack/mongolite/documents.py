"""Documents on their way into a collection: completed, and refused when they cannot be stored."""

from collections.abc import Iterable

from bson import ObjectId, Regex, Timestamp

from mongolite.errors import MongoError
from mongolite.instants import timestamps
from mongolite.values import Document, Value, encode
from mongolite.wire import MAX_DOCUMENT

DEEPEST = 180


def storable(document: Document) -> Document:
    """Return a document as it is stored: `_id` first; raises MongoError if it cannot be stored."""
    identity = document["_id"] if "_id" in document else ObjectId()
    document = {"_id": identity} | document
    check_id(document["_id"])
    for name, value in document.items():
        if type(value) is Timestamp and value == Timestamp(0, 0):
            document[name] = timestamps.next()
    check_size(document)
    return document


def check_id(value: Value) -> None:
    """Raise MongoError for a value that cannot be an `_id`."""
    if type(value) is list or isinstance(value, Regex):
        kind = "array" if type(value) is list else "regex"
        raise MongoError(53, f"The '_id' value cannot be of type {kind}")
    if type(value) is dict and any(name.startswith("$") for name in value):
        raise MongoError(52, "_id fields may not contain '$'-prefixed fields")


def check_size(document: Document) -> None:
    """Raise MongoError for a document that is too large or nested too deeply."""
    _check_depth(document)
    size = len(encode(document))
    if size > MAX_DOCUMENT:
        raise MongoError(
            10334, f"BSONObj size: {size} is invalid. Size must be between 0 and {MAX_DOCUMENT}"
        )


def _check_depth(value: Value, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise MongoError(15, f"Document exceeds the limit of {DEEPEST} levels of nesting")
    children: Iterable[Value] = ()
    if type(value) is dict:
        children = value.values()
    elif type(value) is list:
        children = value
    for child in children:
        if type(child) in {dict, list}:
            _check_depth(child, depth + 1)
