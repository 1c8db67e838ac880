"""Updates: an update document becomes a function from the old document to the new one.

Three kinds: a replacement, operators ($set, ...), an aggregation pipeline. The old document is
never changed: readers may still hold it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from mongolite.arrayfilters import ArrayFilters
from mongolite.errors import BadValueError, FailedToParseError, MongoError, RefusedError
from mongolite.operators import OPERATORS
from mongolite.paths import lookup, overlap, position, split
from mongolite.placing import Modify, set_at
from mongolite.positional import matched_index
from mongolite.stages import compile_document_stages
from mongolite.values import MISSING, Document, Value, copied, identical, type_name

IMMUTABLE = 66
CONFLICT = 40


class Situation(NamedTuple):
    """What an update may depend on: the filter that found the document, whether it is new."""

    query: Document
    inserting: bool = False


Updater = Callable[[Document, Situation], Document]


def compile_update(
    update: Value,
    array_filters: Sequence[Document] = (),
    variables: dict[str, Value] | None = None,
) -> Updater:
    """Return the function that applies `update`; raises MongoError for one that cannot be read."""
    if type(update) is list:
        return _pipeline(update, variables or {})
    if type(update) is not dict:
        raise FailedToParseError("Update argument must be either an object or an array")
    if not next(iter(update), "").startswith("$"):
        if array_filters:
            raise FailedToParseError("arrayFilters may not be specified for a replacement")
        return _replacement(update)
    return _operators(update, ArrayFilters(array_filters))


def is_replacement(update: Value) -> bool:
    """Say whether an update replaces the whole document."""
    return type(update) is dict and not next(iter(update), "").startswith("$")


def _replacement(new: Document) -> Updater:
    for name in new:
        if name.startswith("$"):
            raise MongoError(
                52, f"The dollar ($) prefixed field '{name}' is not allowed in a replacement"
            )

    def apply(old: Document, _situation: Situation) -> Document:
        if "_id" not in old:
            return copied(new)
        document = {"_id": old["_id"]} | copied(new)
        return _with_same_id(old, document)

    return apply


def _pipeline(stages: list[Value], variables: dict[str, Value]) -> Updater:
    run = compile_document_stages(stages, variables)

    def apply(old: Document, _situation: Situation) -> Document:
        return _with_same_id(old, run(copied(old)))

    return apply


def _with_same_id(old: Document, new: Document) -> Document:
    """Return the new document with `_id` first; raises MongoError (66) if it was altered."""
    if "_id" not in old:
        return new
    if "_id" in new and not identical(old["_id"], new["_id"]):
        raise MongoError(
            IMMUTABLE,
            "Performing an update on the path '_id' would modify the immutable field '_id'",
        )
    return {"_id": old["_id"]} | new


# --- operators --------------------------------------------------------------------------------


class Change(NamedTuple):
    """One operator on one path."""

    operator: str
    path: tuple[str, ...]
    modify: Modify
    creates: bool


class Rename(NamedTuple):
    """A field that moves."""

    source: tuple[str, ...]
    path: tuple[str, ...]


def _operators(update: Document, filters: ArrayFilters) -> Updater:
    changes: list[Change | Rename] = []
    for name, fields in update.items():
        changes.extend(_changes(name, fields))
    _refuse_conflicts(changes)
    filters.check_used(change.path for change in changes)
    changes.sort(key=lambda change: [_path_order(part) for part in change.path])

    def apply(old: Document, situation: Situation) -> Document:
        document = copied(old)
        for change in changes:
            _apply(change, document, old, situation, filters)
        return _with_same_id(old, document)

    return apply


def _path_order(part: str) -> tuple[int, int, str]:
    """Return the place of a path component: numbers by size, then names by letters."""
    place = position(part)
    return (1, 0, part) if place is None else (0, place, "")


def _changes(name: str, fields: Value) -> Iterable[Change | Rename]:
    if name != "$rename" and name not in OPERATORS:
        raise FailedToParseError(
            f"Unknown modifier: {name}. Expected a valid update modifier or "
            "pipeline-style update specified as an array"
        )
    if type(fields) is not dict:
        raise FailedToParseError(
            "Modifiers operate on fields but we found type "
            f"{type_name(fields)} instead. For example: {{$mod: {{<field>: ...}}}}"
        )
    for path, argument in fields.items():
        if name == "$rename":
            yield _rename(path, argument)
        else:
            operator = OPERATORS[name]
            yield Change(name, _parts(path), operator.make(argument), operator.creates)


def _parts(path: str) -> tuple[str, ...]:
    parts = split(path)
    for part in parts:
        if not part:
            raise MongoError(56, f"The update path '{path}' contains an empty field name")
        if part.startswith("$") and part != "$" and not part.startswith("$["):
            raise MongoError(52, f"The dollar ($) prefixed field '{part}' is not valid in '{path}'")
    if parts[0].startswith("$"):
        raise BadValueError(
            f"Cannot have a positional element as the first path component: '{path}'"
        )
    return parts


def _rename(source: str, target: Value) -> Rename:
    if type(target) is not str:
        raise BadValueError(f"The 'to' field for $rename must be a string: {source}")
    paths = Rename(_parts(source), _parts(target))
    if any(part.startswith("$") for path in paths for part in path):
        raise BadValueError("The source and target field for $rename must not be dynamic")
    if overlap(*paths):
        raise BadValueError(f"The source and target field for $rename must differ: '{source}'")
    return paths


def _refuse_conflicts(changes: Sequence[Change | Rename]) -> None:
    """Raise MongoError (40) when two operators speak of the same path or one inside the other."""
    touched = [path for change in changes for path in _touched(change)]
    seen: set[tuple[str, ...]] = set()
    prefixes: set[tuple[str, ...]] = set()
    for path in touched:
        heads = [path[:count] for count in range(1, len(path) + 1)]
        if path in prefixes or any(head in seen for head in heads):
            name = ".".join(path)
            raise MongoError(CONFLICT, f"Updating the path '{name}' would create a conflict")
        seen.add(path)
        prefixes.update(heads)


def _touched(change: Change | Rename) -> list[tuple[str, ...]]:
    return [change.path] if isinstance(change, Change) else [change.source, change.path]


def _apply(
    change: Change | Rename,
    document: Document,
    old: Document,
    situation: Situation,
    filters: ArrayFilters,
) -> None:
    if isinstance(change, Rename):
        _move(document, change)
    elif change.operator != "$setOnInsert" or situation.inserting:
        for path in _concrete(document, change.path, old, situation, filters):
            set_at(document, path, change.modify, creates=change.creates)


def _move(document: Document, change: Rename) -> None:
    for path in change:
        if any(type(lookup(document, path[:size])) is list for size in range(1, len(path))):
            raise BadValueError(
                "The source and target field for $rename cannot be an array element"
            )
    value = lookup(document, change.source)
    if value is not MISSING:
        set_at(document, change.source, lambda _: MISSING, creates=False)
        set_at(document, change.path, lambda _: value, creates=True)


def _concrete(
    document: Document,
    path: tuple[str, ...],
    old: Document,
    situation: Situation,
    filters: ArrayFilters,
) -> list[tuple[str, ...]]:
    """Return the paths that a path with `$`, `$[]` or `$[name]` stands for in this document."""
    for at, part in enumerate(path):
        if part.startswith("$"):
            head, tail = path[:at], path[at + 1 :]
            indexes = _indexes(part, head, document, old, situation, filters)
            found = (
                _concrete(document, (*head, str(index), *tail), old, situation, filters)
                for index in indexes
            )
            return [inner for paths in found for inner in paths]
    return [path]


def _indexes(
    part: str,
    head: tuple[str, ...],
    document: Document,
    old: Document,
    situation: Situation,
    filters: ArrayFilters,
) -> Iterable[int]:
    if part == "$":
        if any(position(name) is not None for name in head):
            raise RefusedError("the positional $ below an explicit array position")
        return [matched_index(situation.query, old, head)]
    array = lookup(document, head)
    if array is MISSING:
        name = ".".join(head)
        raise BadValueError(f"The path '{name}' must exist in the document to apply array updates.")
    if type(array) is not list:
        raise BadValueError(f"Cannot apply array updates to non-array element {'.'.join(head)}")
    matches = filters.matcher(part)
    return [index for index, element in enumerate(array) if matches(element)]
