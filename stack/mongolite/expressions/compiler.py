"""Aggregation expressions: an expression becomes a function from variables to a value.

The operators themselves are in the other modules of this package; each registers with `operator`
(its arguments are evaluated for it) or `special` (it compiles its arguments itself).
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bson import Decimal128

from mongolite.errors import MongoError, RefusedError
from mongolite.instants import now
from mongolite.values import MISSING, Document, Value

Variables = Mapping[str, Value]
Run = Callable[[Variables], Value]
Names = frozenset[str]
Special = Callable[[Value, Names], Run]

BASE_NAMES: Names = frozenset({"ROOT", "CURRENT", "REMOVE", "NOW", "DESCEND", "PRUNE", "KEEP"})
_SPECIALS: dict[str, Special] = {}
_REFUSED = frozenset(
    [
        "$accumulator",
        "$function",
        "$median",
        "$percentile",
        "$toHashedIndexKey",
        "$tsIncrement",
        "$tsSecond",
        "$encStrStartsWith",
        "$encStrEndsWith",
        "$sampleRate",
        "$sinh",
        "$cosh",
        "$tanh",
        "$asinh",
        "$acosh",
        "$atanh",
        "$createUUID",
        "$toUUID",
        "$dateFromIsoParts",
    ]
)


def special(name: str) -> Callable[[Special], Special]:
    """Register a function that compiles the argument of an operator itself."""

    def register(compile_: Special) -> Special:
        _SPECIALS[name] = compile_
        return compile_

    return register


def operator(
    *names: str, least: int = 1, most: int | None = 1
) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a function of evaluated arguments; `most` None takes any number of them."""

    def register(function: Callable[..., Value]) -> Callable[..., Value]:
        for name in names:
            _SPECIALS[name] = _positional(name, function, least, most)
        return function

    return register


def _positional(name: str, function: Callable[..., Value], least: int, most: int | None) -> Special:
    def compile_(argument: Value, known: Names) -> Run:
        arguments = argument if type(argument) is list else [argument]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            raise MongoError(
                16020, f"Expression {name} takes {least} to {most} arguments, not {len(arguments)}"
            )
        runs = [compile_expression(one, known) for one in arguments]
        return lambda variables: function(*[run(variables) for run in runs])

    return compile_


def named(
    name: str, *required: str, **optional: Value
) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a function of evaluated arguments that are given by name in a document."""

    def register(function: Callable[..., Value]) -> Callable[..., Value]:
        def compile_(argument: Value, known: Names) -> Run:
            fields = named_arguments(name, argument, required, tuple(optional))
            runs = {key: compile_expression(one, known) for key, one in fields.items()}
            return lambda variables: function(
                **(optional | {key: run(variables) for key, run in runs.items()})
            )

        _SPECIALS[name] = compile_
        return function

    return register


def named_arguments(
    name: str, argument: Value, required: Iterable[str], optional: Iterable[str] = ()
) -> Document:
    """Return the document of named arguments; raises MongoError for unknown or absent ones."""
    required, optional = set(required), set(optional)
    if type(argument) is not dict:
        raise MongoError(9, f"{name} takes an object as its argument")
    for field in argument.keys() - required - optional:
        raise MongoError(9, f"Unrecognized argument to {name}: {field}")
    for field in required - argument.keys():
        raise MongoError(9, f"Missing '{field}' parameter to {name}")
    return argument


def compile_expression(expression: Value, known: Iterable[str] = ()) -> Run:
    """Return the function for an expression; raises MongoError for what is no expression.

    `known` are the names of variables that will be given besides the built-in ones.
    """
    names = BASE_NAMES | frozenset(known)
    if type(expression) is str and expression.startswith("$"):
        return _path(expression, names)
    if type(expression) is dict:
        return _document(expression, names)
    if type(expression) is list:
        runs = [compile_expression(item, names) for item in expression]
        return lambda variables: [_or_null(run(variables)) for run in runs]
    return Constant(expression)


class Constant:
    """The function of an expression that is the same for every document."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, _variables: Variables) -> Value:
        """Return the value."""
        return self.value


def _or_null(value: Value) -> Value:
    return None if value is MISSING else value


def _document(expression: Document, names: Names) -> Run:
    first = next(iter(expression), "")
    if first.startswith("$"):
        if len(expression) > 1:
            raise MongoError(
                15983, "an object representing an expression must have exactly one field"
            )
        return _operator(first, expression[first], names)
    runs = {_field(name): compile_expression(item, names) for name, item in expression.items()}
    return lambda variables: present({name: run(variables) for name, run in runs.items()})


def _field(name: str) -> str:
    if name.startswith("$"):
        raise MongoError(16410, f"FieldPath field names may not start with '$': {name}")
    if "." in name or not name:
        raise MongoError(16412, f"FieldPath field names may not contain '.': '{name}'")
    return name


def present(fields: Document) -> Document:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not MISSING}


def _operator(name: str, argument: Value, names: Names) -> Run:
    if name in _SPECIALS:
        return _SPECIALS[name](argument, names)
    if name in _REFUSED:
        raise RefusedError(f"the expression operator {name}")
    raise MongoError(168, f"Unrecognized expression '{name}'")


def _path(text: str, names: Names) -> Run:
    if text.startswith("$$"):
        variable, _, rest = text[2:].partition(".")
    else:
        variable, rest = "CURRENT", text[1:]
        if not rest:
            raise MongoError(16872, "'$' by itself is not a valid FieldPath")
    if variable not in names:
        raise MongoError(17276, f"Use of undefined variable: {variable}")
    if variable == "NOW":
        moment = now()
        return lambda _: moment
    parts = tuple(rest.split(".")) if rest else ()
    if any(not part or part.startswith("$") for part in parts):
        raise MongoError(16410, f"FieldPath field names may not be empty or start with '$': {text}")
    if len(parts) == 1:
        return _field_of(variable, parts[0])
    return lambda variables: along(variables.get(variable, MISSING), parts)


def _field_of(variable: str, name: str) -> Run:
    def run(variables: Variables) -> Value:
        node = variables.get(variable, MISSING)
        if type(node) is dict:
            return node.get(name, MISSING)
        return along(node, (name,))

    return run


def along(node: Value, parts: tuple[str, ...]) -> Value:
    """Return the value at a path of an expression: arrays give an array of what they hold."""
    for index, name in enumerate(parts):
        if type(node) is list:
            found = (along(item, parts[index:]) for item in node if type(item) in {dict, list})
            return [value for value in found if value is not MISSING]
        node = node.get(name, MISSING) if type(node) is dict else MISSING
        if node is MISSING:
            return MISSING
    return node


def evaluate(run: Run, document: Value, variables: Variables | None = None) -> Value:
    """Return the value of a compiled expression for a document; raises MongoError."""
    scope: dict[str, Any] = {"ROOT": document, "CURRENT": document}
    if variables:
        scope.update(variables)
    try:
        return run(scope)
    except (OverflowError, ZeroDivisionError) as error:
        raise MongoError(2, f"a number in an expression is out of range: {error}") from error


def is_nullish(value: Value) -> bool:
    """Say whether a value is null or missing: most operators answer null then."""
    return value is None or value is MISSING


def is_nan(value: Value) -> bool:
    """Say whether a number is not a number."""
    return value.to_decimal().is_nan() if isinstance(value, Decimal128) else math.isnan(value)
