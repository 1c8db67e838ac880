"""Which documents a filter has to look at: those that an index names, or all.

Only equalities narrow ($eq, $in, $all, plain values, also inside $and, and $or when every branch
narrows). The filter itself is applied to the candidates afterwards, so a plan may name too many
documents but never too few.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from bson import Regex

from mongolite.filters import is_operators
from mongolite.indexes import Index
from mongolite.values import NULL_KEY, Document, Key, Value, order_key

MOST_PREFIXES = 10_000


class Plan(NamedTuple):
    """The record numbers to look at (None: all) and the names of the indexes that named them."""

    records: set[int] | None
    indexes: tuple[str, ...] = ()

    @property
    def stage(self) -> str:
        """MongoDB's word for this way of finding documents."""
        if self.records is None:
            return "COLLSCAN"
        return "IDHACK" if self.indexes == ("_id_",) else "IXSCAN"


SCAN = Plan(None)


def plan(query: Document, indexes: Sequence[Index]) -> Plan:
    """Return the cheapest plan that the indexes allow for a filter that has been compiled."""
    best = _by_equalities(dict(_equalities(query)), indexes)
    for alternatives in _disjunctions(query):
        united = _union([plan(branch, indexes) for branch in alternatives])
        if united.records is not None and _smaller(united, best):
            best = united
    return best


def _smaller(one: Plan, other: Plan) -> bool:
    return other.records is None or len(one.records or ()) < len(other.records)


def _disjunctions(query: Document) -> Iterable[list[Document]]:
    for name, argument in query.items():
        if name == "$or":
            yield argument
        elif name == "$and":
            for part in argument:
                yield from _disjunctions(part)


def _union(plans: list[Plan]) -> Plan:
    if any(one.records is None for one in plans):
        return SCAN
    records = set().union(*(one.records or () for one in plans))
    return Plan(records, tuple(dict.fromkeys(name for one in plans for name in one.indexes)))


def _by_equalities(equalities: dict[str, list[Key]], indexes: Sequence[Index]) -> Plan:
    choices = [
        (index.count(prefixes), number, index, prefixes)
        for number, index in enumerate(indexes)
        if (prefixes := _prefixes(index, equalities))
    ]
    if not choices:
        return SCAN
    _, _, index, prefixes = min(choices, key=lambda choice: choice[:2])
    return Plan(index.find(prefixes), (index.spec.name,))


def _prefixes(index: Index, equalities: dict[str, list[Key]]) -> list[tuple[Key, ...]]:
    """Return the keys to look up: the product of the values for as many fields as are given."""
    if not index.spec.serves_equality:
        return []
    chosen: list[list[Key]] = []
    for name in index.spec.fields:
        keys = equalities.get(name)
        if keys is None or prod(map(len, [*chosen, keys])) > MOST_PREFIXES:
            break
        chosen.append(keys)
    if index.spec.sparse and not any(NULL_KEY not in keys for keys in chosen):
        return []
    return list(product(*chosen)) if chosen else []


def _equalities(query: Document) -> Iterable[tuple[str, list[Key]]]:
    """Yield path and keys for each condition that only a document with one of the keys can meet."""
    for name, condition in query.items():
        if name == "$and":
            for part in condition:
                yield from _equalities(part)
        elif not name.startswith("$"):
            yield from _of_condition(name, condition)


def _of_condition(path: str, condition: Value) -> Iterable[tuple[str, list[Key]]]:
    if not is_operators(condition):
        yield from _keyed(path, [condition])
        return
    for operator, argument in condition.items():
        if operator == "$eq":
            yield from _keyed(path, [argument])
        elif operator == "$in":
            yield from _keyed(path, argument)
        elif operator == "$all" and argument and not is_operators(argument[0]):
            yield from _keyed(path, argument[:1])
        elif operator == "$elemMatch" and not is_operators(argument):
            for inner, keys in _equalities(argument):
                yield f"{path}.{inner}", keys


def _keyed(path: str, values: list[Value]) -> Iterable[tuple[str, list[Key]]]:
    """Yield the keys of values that an index holds as they are: no arrays, no expressions."""
    if not any(isinstance(value, (list, Regex)) for value in values):
        yield path, list({order_key(value): None for value in values})
