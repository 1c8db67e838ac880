"""Operators that compare, combine and choose."""

from collections.abc import Callable

from mongolite.errors import MongoError
from mongolite.expressions.compiler import (
    Names,
    Run,
    Variables,
    compile_expression,
    is_nullish,
    named_arguments,
    operator,
    special,
)
from mongolite.values import Key, Value, order_key, truth

TEXT_SCORE = "@textScore"  # no name that a user could write: it holds the score's function


def _compare(name: str, judge: Callable[[Key, Key], Value]) -> None:
    operator(name, least=2, most=2)(lambda one, other: judge(order_key(one), order_key(other)))


_compare("$eq", lambda one, other: one == other)
_compare("$ne", lambda one, other: one != other)
_compare("$lt", lambda one, other: one < other)
_compare("$lte", lambda one, other: one <= other)
_compare("$gt", lambda one, other: one > other)
_compare("$gte", lambda one, other: one >= other)
_compare("$cmp", lambda one, other: (one > other) - (one < other))


def _compiled_list(argument: Value, names: Names) -> list[Run]:
    listed = argument if type(argument) is list else [argument]
    return [compile_expression(item, names) for item in listed]


@special("$and")
def _and(argument: Value, names: Names) -> Run:
    runs = _compiled_list(argument, names)
    return lambda variables: all(truth(run(variables)) for run in runs)


@special("$or")
def _or(argument: Value, names: Names) -> Run:
    runs = _compiled_list(argument, names)
    return lambda variables: any(truth(run(variables)) for run in runs)


@operator("$not")
def _not(value: Value) -> Value:
    return not truth(value)


@special("$cond")
def _cond(argument: Value, names: Names) -> Run:
    if type(argument) is list:
        if len(argument) != 3:
            raise MongoError(
                16020, f"Expression $cond takes exactly 3 arguments, not {len(argument)}"
            )
        parts = argument
    else:
        fields = named_arguments("$cond", argument, ("if", "then", "else"))
        parts = [fields["if"], fields["then"], fields["else"]]
    test, yes, no = (compile_expression(part, names) for part in parts)
    return lambda variables: yes(variables) if truth(test(variables)) else no(variables)


@special("$ifNull")
def _if_null(argument: Value, names: Names) -> Run:
    if type(argument) is not list or len(argument) < 2:
        raise MongoError(1257300, "$ifNull needs at least two arguments")
    *runs, last = _compiled_list(argument, names)

    def run(variables: Variables) -> Value:
        for one in runs:
            value = one(variables)
            if not is_nullish(value):
                return value
        return last(variables)

    return run


@special("$switch")
def _switch(argument: Value, names: Names) -> Run:
    fields = named_arguments("$switch", argument, ("branches",), ("default",))
    if type(fields["branches"]) is not list or not fields["branches"]:
        raise MongoError(40068, "$switch requires at least one branch.")
    branches = [_branch(branch, names) for branch in fields["branches"]]
    default = compile_expression(fields["default"], names) if "default" in fields else None

    def run(variables: Variables) -> Value:
        for test, result in branches:
            if truth(test(variables)):
                return result(variables)
        if default is None:
            raise MongoError(
                40066, "$switch could not find a matching branch for an input, and no default"
            )
        return default(variables)

    return run


def _branch(branch: Value, names: Names) -> tuple[Run, Run]:
    fields = named_arguments("$switch branch", branch, ("case", "then"))
    return compile_expression(fields["case"], names), compile_expression(fields["then"], names)


@special("$literal")
def _literal(argument: Value, _names: Names) -> Run:
    return lambda _: argument


@special("$let")
def _let(argument: Value, names: Names) -> Run:
    fields = named_arguments("$let", argument, ("vars", "in"))
    if type(fields["vars"]) is not dict:
        raise MongoError(10065, "invalid parameter: expected an object (vars)")
    runs = {
        check_name(name): compile_expression(one, names) for name, one in fields["vars"].items()
    }
    inner = compile_expression(fields["in"], names | runs.keys())

    def run(variables: Variables) -> Value:
        return inner({**variables, **{name: one(variables) for name, one in runs.items()}})

    return run


def check_name(name: str) -> str:
    """Return the name of a variable; raises MongoError unless it begins with a small letter."""
    first = name[:1]
    if name != "CURRENT" and not (first.islower() or ord(first or "A") > 127):
        raise MongoError(
            16867, f"'{name}' starts with an invalid character for a user variable name"
        )
    return name


@special("$meta")
def _meta(argument: Value, names: Names) -> Run:
    if argument != "textScore":
        raise MongoError(17308, f"Unsupported argument to $meta: {argument}")
    if TEXT_SCORE not in names:
        raise MongoError(40218, "query requires text score metadata, but it is not available")
    return lambda variables: variables[TEXT_SCORE](variables["ROOT"])
