"""Filters: a query document becomes a function that says whether a document matches.

Compiled once for a command, and strict: what is not understood raises, even on an empty collection.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bson import Regex

from mongolite.errors import BadValueError, RefusedError
from mongolite.expressions import compile_expression, evaluate
from mongolite.paths import candidates, split
from mongolite.predicates import LEAVES, Leaf, Test, expression
from mongolite.values import MISSING, Document, Value, truth

Matcher = Callable[[Document], bool]
TextSearch = Callable[[Document], bool]


class Scope(NamedTuple):
    """What a filter may refer to besides the document: variables and the text search at hand."""

    variables: Mapping[str, Value] = {}
    text: TextSearch | None = None


NO_SCOPE = Scope()
_REFUSED = {"$where", "$jsonSchema", "$sampleRate"}
_GEO = {
    "$near",
    "$nearSphere",
    "$geoWithin",
    "$geoIntersects",
    "$within",
    "$maxDistance",
    "$minDistance",
}


def compile_filter(query: Value, scope: Scope = NO_SCOPE) -> Matcher:
    """Return the function that says whether a document matches `query`.

    Raises MongoError for a query that MongoDB would refuse or this server cannot answer.
    """
    if type(query) is not dict:
        raise BadValueError("the match filter must be an expression in an object")
    tests = [_clause(name, argument, scope) for name, argument in query.items()]
    return _all_of([test for test in tests if test is not None])


def _clause(name: str, argument: Value, scope: Scope) -> Matcher | None:
    if not name.startswith("$"):
        return field_matcher(name, argument, scope)
    if name == "$comment":
        return None
    if name in _LOGICAL:
        return _LOGICAL[name](_alternatives(name, argument, scope))
    if name == "$expr":
        return _expression(argument, scope)
    if name == "$text" and scope.text is not None:
        return scope.text
    if name in _REFUSED or name in _GEO:
        raise RefusedError(f"the query operator {name}")
    if name == "$text":
        raise BadValueError("$text is allowed only at the top of a filter, outside of $or and $nor")
    raise BadValueError(
        f"unknown top level operator: {name}. If you have a field name that starts with a '$' "
        "symbol, consider using $getField or $setField."
    )


def _alternatives(name: str, argument: Value, scope: Scope) -> list[Matcher]:
    if type(argument) is not list or not argument:
        raise BadValueError(f"{name} must be a nonempty array")
    if any(type(item) is not dict for item in argument):
        raise BadValueError(f"{name} argument's entries must be objects")
    inner = scope if name == "$and" else scope._replace(text=None)
    return [compile_filter(item, inner) for item in argument]


def _all_of(tests: list[Matcher]) -> Matcher:
    if not tests:
        return lambda _: True
    if len(tests) == 1:
        return tests[0]
    return lambda document: all(test(document) for test in tests)


_LOGICAL: dict[str, Callable[[list[Matcher]], Matcher]] = {
    "$and": _all_of,
    "$or": lambda tests: lambda document: any(test(document) for test in tests),
    "$nor": lambda tests: lambda document: not any(test(document) for test in tests),
}


def _expression(argument: Value, scope: Scope) -> Matcher:
    run = compile_expression(argument, scope.variables)
    return lambda document: truth(evaluate(run, document, scope.variables))


# --- conditions on a field --------------------------------------------------------------------


def is_operators(condition: Value) -> bool:
    """Say whether the condition on a field is a document of operators, not a value.

    A DBRef ({$ref, $id}) is a value although its names begin with a dollar.
    """
    if type(condition) is not dict or not condition:
        return False
    first = next(iter(condition))
    return first.startswith("$") and first not in {"$ref", "$id", "$db"}


def field_matcher(path: str, condition: Value, scope: Scope = NO_SCOPE) -> Matcher:
    """Return the matcher for the condition on one path."""
    return _all_of([_along(path, rule) for rule in _rules(condition, scope)])


class Not(NamedTuple):
    """The negation of several rules taken together."""

    rules: list["Leaf | Not | Every"]


class Every(NamedTuple):
    """Several rules of which each must find a value of its own (`$all`)."""

    rules: list["Leaf | Not | Every"]


Rule = Leaf | Not | Every


def _rules(condition: Value, scope: Scope) -> list[Rule]:
    if not is_operators(condition):
        return [_value_rule(condition)]
    rules: list[Rule] = []
    for name, argument in condition.items():
        if name == "$options" and "$regex" in condition:
            continue
        rules.append(_rule(name, argument, condition, scope))
    return rules


def _value_rule(value: Value) -> Leaf:
    return expression(value) if isinstance(value, Regex) else LEAVES["$eq"](value)


def _rule(name: str, argument: Value, condition: Document, scope: Scope) -> Rule:
    if name in LEAVES:
        return LEAVES[name](argument)
    if name == "$regex":
        return expression(argument, condition.get("$options"))
    if name in _SPECIAL:
        return _SPECIAL[name](argument, scope)
    if name in _GEO or name in _REFUSED:
        raise RefusedError(f"the query operator {name}")
    raise BadValueError(f"unknown operator: {name}")


def _not(argument: Value, scope: Scope) -> Rule:
    if isinstance(argument, Regex):
        return Not([expression(argument)])
    if not is_operators(argument):
        raise BadValueError("$not needs a regex or a document")
    return Not(_rules(argument, scope))


def _all(argument: Value, scope: Scope) -> Rule:
    if type(argument) is not list:
        raise BadValueError("$all needs an array")
    if not argument:
        return Leaf(lambda _: False)
    return Every([_member_rule(item, scope) for item in argument])


def _member_rule(item: Value, scope: Scope) -> Rule:
    if not is_operators(item):
        return _value_rule(item)
    if set(item) != {"$elemMatch"}:
        raise BadValueError("no $ expressions in $all")
    return _elem_match(item["$elemMatch"], scope)


def _elem_match(argument: Value, scope: Scope) -> Leaf:
    test = element_test(argument, scope)
    return Leaf(lambda value: type(value) is list and any(map(test, value)), expand=False)


def element_test(argument: Value, scope: Scope = NO_SCOPE) -> Test:
    """Return the test that `$elemMatch` makes on one element of an array."""
    if type(argument) is not dict:
        raise BadValueError("$elemMatch needs an Object")
    if is_operators(argument) and next(iter(argument)) not in _LOGICAL:
        rules = _rules(argument, scope)
        return lambda element: all(_holds(rule, element) for rule in rules)
    matches = compile_filter(argument, scope._replace(text=None))
    return lambda element: _is_nested(element) and matches(_as_document(element))


def _is_nested(element: Value) -> bool:
    return type(element) in {dict, list}


def _as_document(element: Value) -> Document:
    if type(element) is list:
        return {str(index): item for index, item in enumerate(element)}
    return element


_SPECIAL: dict[str, Callable[[Value, Scope], Rule]] = {
    "$not": _not,
    "$all": _all,
    "$elemMatch": _elem_match,
}


def _holds(rule: Rule, value: Value) -> bool:
    """Say whether a rule holds for a single value, without looking into arrays."""
    if isinstance(rule, Leaf):
        return rule.test(value) != rule.negate
    found = all(_holds(inner, value) for inner in rule.rules)
    return found if isinstance(rule, Every) else not found


def _along(path: str, rule: Rule) -> Matcher:
    """Return the matcher that applies a rule to the values along a path."""
    if isinstance(rule, Leaf):
        return _leaf_along(path, rule)
    matches = _all_of([_along(path, inner) for inner in rule.rules])
    return matches if isinstance(rule, Every) else lambda document: not matches(document)


def _leaf_along(path: str, leaf: Leaf) -> Matcher:
    test, expand, negate = leaf
    parts = split(path)
    if len(parts) > 1:
        return lambda document: any(map(test, candidates(document, parts, expand=expand))) != negate

    def matches(document: Document) -> bool:
        value = document.get(path, MISSING)
        if expand and type(value) is list:
            return (any(map(test, value)) or test(value)) != negate
        return test(value) != negate

    return matches
