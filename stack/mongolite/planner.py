"""Which documents a filter has to look at: those that an index names, or all.

Only equalities narrow ($eq, $in, $all, plain values, also inside $and, and $or when every branch
narrows). The filter itself is applied to the candidates afterwards, so a plan may name too many
documents but never too few.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from operator import attrgetter
from typing import NamedTuple

from mongolite.equalities import conjuncts, disjunctions, equalities, value_keys
from mongolite.indexes import Index
from mongolite.values import NULL_KEY, Document, Key

MOST_PREFIXES = 10_000
MOST_CHOICES = 64


class Plan(NamedTuple):
    """The record numbers to look at, and the names of the indexes that named them.

    None: all, one after the other, in the order of an index if there is one.
    """

    records: set[int] | None
    indexes: tuple[str, ...] = ()

    @property
    def stage(self) -> str:
        """MongoDB's word for this way of finding documents."""
        if not self.indexes:
            return "COLLSCAN"
        is_looked_up = self.records is not None and self.indexes == ("_id_",)
        return "IDHACK" if is_looked_up else "IXSCAN"


SCAN = Plan(None)


def plan(query: Document, indexes: Sequence[Index]) -> Plan:
    """Return the cheapest plan that the indexes allow for a filter that has been compiled."""
    found = cheapest(query, indexes)
    best = Plan(found.index.find(found.prefixes), (found.index.spec.name,)) if found else SCAN
    for alternatives in disjunctions(query):
        united = _union([plan(branch, indexes) for branch in alternatives])
        if united.records is not None and _smaller(united, best):
            best = united
    return best


def _smaller(one: Plan, other: Plan) -> bool:
    return other.records is None or len(one.records or ()) < len(other.records)


def _union(plans: list[Plan]) -> Plan:
    if any(one.records is None for one in plans):
        return SCAN
    records = set().union(*(one.records or () for one in plans))
    return Plan(records, tuple(dict.fromkeys(name for one in plans for name in one.indexes)))


@dataclass(frozen=True)
class Lookup:
    """The keys to look up in one index, and how many documents have them at most."""

    count: int
    index: Index
    prefixes: list[tuple[Key, ...]]


def cheapest(query: Document, indexes: Sequence[Index]) -> Lookup | None:
    """Return the look-up by equalities that leaves the fewest documents; None if there is none."""
    lookups = [
        Lookup(index.count(prefixes), index, prefixes)
        for chosen in choices(query)
        for index in indexes
        if (prefixes := _prefixes(index, chosen))
    ]
    return min(lookups, key=attrgetter("count"), default=None)


def choices(query: Document) -> Iterator[dict[str, list[Key]]]:
    """Yield one demand for each field, in every combination where a field has to meet several."""
    demands: dict[str, list[list[Key]]] = {}
    for name, keys in equalities(query):
        demands.setdefault(name, []).append(keys)
    for combination in islice(product(*demands.values()), MOST_CHOICES):
        yield dict(zip(demands, combination, strict=True))


def _prefixes(index: Index, demands: dict[str, list[Key]]) -> list[tuple[Key, ...]]:
    """Return the keys to look up: the product of the values for as many fields as are given."""
    if not index.spec.serves_equality:
        return []
    chosen: list[list[Key]] = []
    for name in list(index.spec.fields)[: index.forks.reach]:
        keys = demands.get(name)
        if keys is None or prod(map(len, [*chosen, keys])) > MOST_PREFIXES:
            break
        chosen.append(keys)
    if index.spec.sparse and not any(NULL_KEY not in keys for keys in chosen):
        return []
    return list(product(*chosen)) if chosen else []


def equality_count(query: Document, indexes: Sequence[Index]) -> int | None:
    """Return how many documents match a filter that asks for nothing but values of one index.

    None where an index does not know: for other filters, and for null, which is also found in keys
    of fields that a filter finds nothing in.
    """
    wanted: dict[str, Key] = {}
    for name, condition in conjuncts(query):
        keys = value_keys(name, condition)
        if name in wanted or len(keys) != 1 or NULL_KEY in keys:
            return None
        wanted[name] = keys[0]
    return _count(wanted, indexes) if wanted else None


def _count(wanted: dict[str, Key], indexes: Sequence[Index]) -> int | None:
    for index in indexes:
        first = list(index.spec.fields)[: index.forks.reach][: len(wanted)]
        if index.spec.serves_equality and wanted.keys() == set(first):
            return index.count([tuple(wanted[name] for name in first)])
    return None
