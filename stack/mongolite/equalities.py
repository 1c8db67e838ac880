"""What a filter demands of every document that it matches: equalities, and alternatives.

All of it is necessary, none of it sufficient: the filter itself decides afterwards.
"""

from collections.abc import Iterator

from bson import Regex

from mongolite.filters import is_operators
from mongolite.values import Document, Key, Value, order_key

Equality = tuple[str, list[Key]]


def conjuncts(query: Document) -> Iterator[tuple[str, Value]]:
    """Yield field and condition, or operator and argument, of all that has to hold together."""
    for name, argument in query.items():
        if name == "$and":
            for part in argument:
                yield from conjuncts(part)
        else:
            yield name, argument


def disjunctions(query: Document) -> Iterator[list[Document]]:
    """Yield the branches of each `$or` that has to hold."""
    return (argument for name, argument in conjuncts(query) if name == "$or")


def equalities(query: Document) -> Iterator[Equality]:
    """Yield path and keys for each condition that only a document with one of the keys can meet."""
    for name, condition in conjuncts(query):
        if not name.startswith("$"):
            yield from equalities_of(name, condition)


def equalities_of(path: str, condition: Value) -> Iterator[Equality]:
    """Yield path and keys for what the condition on one field demands."""
    if not is_operators(condition):
        yield from _keyed(path, [condition])
        return
    for operator, argument in condition.items():
        if operator == "$eq":
            yield from _keyed(path, [argument])
        elif operator == "$in":
            yield from _keyed(path, argument)
        elif operator == "$all":
            for member in argument:
                yield from _keyed(path, [] if is_operators(member) else [member])
        elif operator == "$elemMatch" and not is_operators(argument):
            yield from ((f"{path}.{inner}", keys) for inner, keys in equalities(argument))


def value_keys(path: str, condition: Value) -> list[Key]:
    """Return the key of the value that is all a condition on a field asks for, else nothing."""
    if path.startswith("$") or (is_operators(condition) and condition.keys() != {"$eq"}):
        return []
    return [key for _, keys in equalities_of(path, condition) for key in keys]


def _keyed(path: str, values: list[Value]) -> Iterator[Equality]:
    """Yield the keys of values that an index holds as they are: no arrays, no expressions."""
    if values and not any(isinstance(value, (list, Regex)) for value in values):
        yield path, list({order_key(value): None for value in values})
