"""Projections: which fields of a document are answered, and what is computed besides."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mongolite.errors import BadValueError, MongoError
from mongolite.expressions import compile_expression, evaluate
from mongolite.expressions.arrays import sliced
from mongolite.expressions.compiler import Run
from mongolite.fieldtree import Tree, add_ancestors, assigned, excluded, included, insert
from mongolite.filters import element_test
from mongolite.paths import split
from mongolite.positional import matched_index
from mongolite.values import MISSING, Document, Value, is_number, truth, whole

Project = Callable[[Document], Document]
ArrayChange = Callable[[Value, Document], Value]
MIXED_EXCLUSION = 31254


@dataclass
class Specification:
    """A projection taken apart."""

    kept: Tree = field(default_factory=dict)
    dropped: Tree = field(default_factory=dict)
    computed: Tree = field(default_factory=dict)
    changed: dict[str, ArrayChange] = field(default_factory=dict)
    identity: Value = None  # the word about `_id`, True or False, None without one
    selective: bool = False  # something computed or matched: the other fields are left out

    @property
    def inclusive(self) -> bool:
        """Whether fields that are not named are left out."""
        if self.kept or self.selective:
            return True
        only_id = not self.dropped and not self.changed and not self.computed
        return only_id and self.identity is True


def compile_projection(
    specification: Document, query: Document, variables: Mapping[str, Value] | None = None
) -> Project:
    """Return the projection of `find`: fields, `$slice`, `$elemMatch`, `$`, expressions."""
    if not specification:
        return lambda document: document
    taken = Specification()
    for name, want in specification.items():
        if type(want) is dict and set(want) == {"$meta"}:
            insert(taken.computed, name, compile_expression(want, variables or {}))
        elif not _find_operator(taken, name, want, query):
            _field(taken, name, want, variables or {})
    return _project(taken, variables or {})


def compile_project_stage(specification: Value, variables: Mapping[str, Value]) -> Project:
    """Return the projection of the stage `$project`: fields and expressions."""
    if type(specification) is not dict or not specification:
        raise MongoError(51272, "Invalid $project :: specification must have at least one field")
    taken = Specification()
    for name, want in specification.items():
        _field(taken, name, want, variables)
    return _project(taken, variables)


def _project(taken: Specification, variables: Mapping[str, Value]) -> Project:
    _check(taken)
    shape = _including(taken) if taken.inclusive else _excluding(taken)

    def project(document: Document) -> Document:
        result = shape(document)
        for path, change in taken.changed.items():
            result = _changed_at(result, split(path), change, document)
        if taken.computed:
            result = assigned(
                result, taken.computed, lambda run: evaluate(run, document, variables)
            )
        return result

    return project


def _check(taken: Specification) -> None:
    if taken.inclusive and taken.dropped:
        first = next(iter(taken.dropped))
        raise MongoError(
            MIXED_EXCLUSION, f"Cannot do exclusion on field {first} in inclusion projection"
        )


def _including(taken: Specification) -> Project:
    tree = dict(taken.kept)
    for path in taken.changed:
        insert(tree, path, True)
    add_ancestors(tree, taken.computed)
    if taken.identity is not False and "_id" not in taken.computed:
        tree.setdefault("_id", True)
    return lambda document: included(document, tree)


def _excluding(taken: Specification) -> Project:
    tree = dict(taken.dropped)
    if taken.identity is False:
        tree["_id"] = False
    return lambda document: excluded(document, tree)


# --- fields -----------------------------------------------------------------------------------


def _field(taken: Specification, name: str, want: Value, variables: Mapping[str, Value]) -> None:
    check_path(name)
    if name == "_id" and is_flag(want):
        taken.identity = truth(want)
    elif is_flag(want):
        insert(taken.kept if truth(want) else taken.dropped, name, True)
    elif type(want) is dict and not next(iter(want), "$").startswith("$"):
        for inner, value in want.items():
            _field(taken, f"{name}.{inner}", value, variables)
    elif want == {}:
        raise MongoError(51270, "An empty sub-projection is not a valid value")
    else:
        taken.selective = True
        insert(taken.computed, name, compile_expression(want, variables))


def is_flag(want: Value) -> bool:
    """Say whether a word in a projection includes or excludes a field."""
    return is_number(want) or type(want) is bool


def check_path(name: str) -> None:
    """Raise MongoError for a field path that is empty somewhere or begins with a dollar."""
    for part in name.split("."):
        if not part:
            raise MongoError(40352, f"FieldPath cannot be constructed with empty parts: '{name}'")
        if part.startswith("$"):
            raise MongoError(16410, f"FieldPath field names may not start with '$': {name}")


def compile_assignments(specification: Value, variables: Mapping[str, Value]) -> Project:
    """Return the function of the stage `$addFields`: computed fields are set, others stay."""
    if type(specification) is not dict or not specification:
        raise MongoError(40272, "$addFields specification stage must have at least one field")
    tree: Tree = {}
    for path, run in _assignments(specification, variables):
        insert(tree, path, run)
    return lambda document: assigned(document, tree, lambda run: evaluate(run, document, variables))


def _assignments(
    fields: Document, variables: Mapping[str, Value], prefix: str = ""
) -> Iterable[tuple[str, Run]]:
    for name, want in fields.items():
        path = f"{prefix}{name}"
        check_path(path)
        if type(want) is dict and want and not next(iter(want)).startswith("$"):
            yield from _assignments(want, variables, f"{path}.")
        else:
            yield path, compile_expression(want, variables)


def compile_removal(specification: Value) -> Project:
    """Return the function of the stage `$unset`."""
    names = specification if type(specification) is list else [specification]
    if not names or any(type(name) is not str for name in names):
        raise MongoError(31002, "$unset specification must be a string or an array of strings")
    tree: Tree = {}
    for name in names:
        check_path(name)
        insert(tree, name, True)
    return lambda document: excluded(document, tree)


# --- what only find has -----------------------------------------------------------------------


def _find_operator(taken: Specification, name: str, want: Value, query: Document) -> bool:
    """Take a `$slice`, `$elemMatch` or positional projection; return whether it was one."""
    if name.endswith(".$"):
        taken.selective = True
        taken.changed[_once(taken, name[:-2])] = _positional(name[:-2], query)
    elif (
        type(want) is dict and set(want) == {"$slice"} and not _is_expression_slice(want["$slice"])
    ):
        taken.changed[_once(taken, name)] = _slice(want["$slice"])
    elif type(want) is dict and set(want) == {"$elemMatch"}:
        if "." in name:
            raise MongoError(31275, "Cannot use $elemMatch projection on a nested field")
        taken.selective = True
        taken.changed[_once(taken, name)] = _element_match(want["$elemMatch"])
    else:
        return False
    return True


def _once(taken: Specification, path: str) -> str:
    check_path(path)
    if path in taken.changed:
        raise MongoError(31250, f"Path collision at {path}")
    return path


def _is_expression_slice(argument: Value) -> bool:
    return type(argument) is list and bool(argument) and not is_number(argument[0])


def _slice(argument: Value) -> ArrayChange:
    bounds = argument if type(argument) is list else [argument]
    try:
        numbers = [whole(bound, "$slice") for bound in bounds]
    except TypeError as error:
        raise MongoError(28667, f"Invalid $slice syntax: {error}") from error
    if not 1 <= len(numbers) <= 2 or (len(numbers) == 2 and numbers[1] <= 0):
        raise MongoError(28724, "Invalid $slice syntax: a count, or a position and a count above 0")
    return lambda value, _: sliced(value, numbers) if type(value) is list else value


def _element_match(argument: Value) -> ArrayChange:
    test = element_test(argument)

    def change(value: Value, _document: Document) -> Value:
        if type(value) is not list:
            return MISSING
        return next(([item] for item in value if test(item)), MISSING)

    return change


def _positional(path: str, query: Document) -> ArrayChange:
    parts = split(path)

    def change(value: Value, document: Document) -> Value:
        if type(value) is not list:
            return value
        try:
            return [value[matched_index(query, document, parts)]]
        except BadValueError as error:
            raise MongoError(
                51246,
                "Executor error during find command :: caused by :: positional operator "
                f"'.$' couldn't find a matching element in the array '{path}'",
            ) from error

    return change


def _changed_at(
    node: Value, parts: tuple[str, ...], change: ArrayChange, document: Document
) -> Value:
    """Return a node with the value at a path changed; elements of arrays on the way each."""
    if type(node) is list:
        return [_changed_at(item, parts, change, document) for item in node]
    if type(node) is not dict or parts[0] not in node:
        return node
    name, *rest = parts
    if rest:
        value = _changed_at(node[name], tuple(rest), change, document)
    else:
        value = change(node[name], document)
    if value is MISSING:
        return {key: item for key, item in node.items() if key != name}
    return node | {name: value}
