"""Reading index specifications, and telling whether one is there already."""

import math

from mongolite.collection import Collection
from mongolite.commands.request import check_collation
from mongolite.errors import MongoError, RefusedError
from mongolite.filters import compile_filter
from mongolite.indexspec import ID_INDEX, IndexSpec
from mongolite.textsearch import TextFields
from mongolite.values import Document, Value, is_number

CANNOT_CREATE = 67
SAME_KEY_OTHER_OPTIONS = 85
SAME_NAME_OTHER_KEY = 86
_KEPT = {"unique", "sparse", "partialFilterExpression", "expireAfterSeconds", "hidden"}
_TEXT = {"weights", "default_language", "language_override", "textIndexVersion"}
_IGNORED = {"v", "key", "name", "background", "ns", "collation", "storageEngine"}
_KINDS = {"text", "hashed"}
_REFUSED_KINDS = {"2d", "2dsphere", "geoHaystack"}
LONGEST_TTL = 2**31 - 1


def parse_index(entry: Value) -> IndexSpec:
    """Return the specification in an entry of `createIndexes`; raises MongoError."""
    if type(entry) is not dict or type(entry.get("key")) is not dict or not entry["key"]:
        raise MongoError(CANNOT_CREATE, "an index needs a key with at least one field")
    fields = entry["key"]
    for name, kind in fields.items():
        _check_field(name, kind)
    check_collation(entry)
    options = {name: value for name, value in entry.items() if name in _KEPT | _TEXT}
    for name in entry.keys() - _KEPT - _TEXT - _IGNORED:
        raise RefusedError(f"the index option {name}")
    _check_options(fields, options)
    name = entry.get("name") or "_".join(f"{field}_{kind}" for field, kind in fields.items())
    options = {key: value for key, value in options.items() if value is not False}
    spec = IndexSpec(name, fields, options)
    if spec.text:
        TextFields.of(spec)
    return spec


def _check_field(name: str, kind: Value) -> None:
    if not name or ".." in f".{name}.":
        raise MongoError(CANNOT_CREATE, "Index keys cannot be an empty field.")
    if name.startswith("$") and name != "$**":
        raise MongoError(CANNOT_CREATE, f"Index key contains an illegal field name: '{name}'")
    if kind in _REFUSED_KINDS:
        raise RefusedError(f"a {kind} index")
    if is_number(kind) and kind != 0 and not math.isnan(kind):
        return
    if kind not in _KINDS:
        raise MongoError(CANNOT_CREATE, f"Values in v:2 index key pattern: {kind!r} is not allowed")


def _check_options(fields: Document, options: Document) -> None:
    if options.get("unique") and "hashed" in fields.values():
        raise MongoError(16764, "Currently hashed indexes cannot guarantee uniqueness")
    if "partialFilterExpression" in options:
        compile_filter(options["partialFilterExpression"])
        _check_partial(options["partialFilterExpression"])
        if options.get("sparse"):
            raise MongoError(CANNOT_CREATE, "cannot mix partialFilterExpression and sparse")
    if "expireAfterSeconds" in options:
        seconds = options["expireAfterSeconds"]
        if len(fields) > 1 or "_id" in fields:
            raise MongoError(CANNOT_CREATE, "TTL indexes are single-field indexes, not on _id")
        if not is_number(seconds) or not 0 <= seconds <= LONGEST_TTL:
            raise MongoError(CANNOT_CREATE, "TTL index 'expireAfterSeconds' must be 0 or more")


_IN_PARTIAL = {"$eq", "$exists", "$gt", "$gte", "$lt", "$lte", "$type", "$and", "$or", "$in"}


def _check_partial(expression: Document) -> None:
    """Raise MongoError (67) for operators that MongoDB does not take in a partial index."""
    for name, argument in expression.items():
        parts = argument if type(argument) is list else [argument]
        nested = [part for part in parts if type(part) is dict]
        if name.startswith("$") and (
            name not in _IN_PARTIAL or (name, argument) == ("$exists", False)
        ):
            raise MongoError(CANNOT_CREATE, f"Expression not supported in partial index: {name}")
        for part in nested:
            _check_partial(part)


def same_index(spec: IndexSpec, collection: Collection) -> bool:
    """Say whether the index is there; raises MongoError for one that is there but differs."""
    if list(spec.fields) == ["_id"] and spec.fields["_id"] == 1:
        return True
    named = collection.indexes.get(spec.name)
    if spec.name == ID_INDEX or (named and _shape(named.spec) != _shape(spec)):
        raise MongoError(
            SAME_NAME_OTHER_KEY,
            "An existing index has the same name as the requested index: "
            f"{spec.name}. Requested index and existing index differ",
        )
    if named:
        return True
    for index in collection.indexes.values():
        if index.spec.text and spec.text:
            raise MongoError(SAME_KEY_OTHER_OPTIONS, "there can be one text index only")
        if list(index.spec.fields.items()) == list(spec.fields.items()):
            raise MongoError(
                SAME_KEY_OTHER_OPTIONS,
                f"Index already exists with a different name: {index.spec.name}",
            )
    return False


def _shape(spec: IndexSpec) -> tuple[list[tuple[str, Value]], Document]:
    return list(spec.fields.items()), {
        name: value for name, value in spec.options.items() if name not in _TEXT
    }
