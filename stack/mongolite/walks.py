"""Walking an index in the order of a sort, until there are as many documents as were asked for.

An index (owner, at, _id) holds the documents of one owner by `at` already; a page of them costs
what is on the page. Where a filter rejects too many of them, the walk is given up: then it is cheaper
to take what the equalities leave over, and to sort that.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from mongolite.bounds import bounds_of
from mongolite.filters import Matcher
from mongolite.indexes import Index
from mongolite.planner import cheapest, choices
from mongolite.sorting import Order
from mongolite.values import Document, Key

MOST_WANTED = 1000
MOST_REJECTED = 400

Pair = tuple[int, Document]
Documents = Mapping[int, Document]


@dataclass(frozen=True)
class Walk:
    """A way along the ordered keys of an index, behind a prefix that every match has."""

    index: Index
    prefix: tuple[Key, ...]
    is_backwards: bool
    length: int

    def keys(self, query: Document, documents: Documents) -> Iterator[tuple[Key, ...]]:
        """Yield the keys of the documents that can match, in order."""
        ends = self.index.ends(self.prefix, documents)
        low, high = bounds_of(query, list(self.index.spec.fields)[len(self.prefix) :])
        places = range(bisect_left(ends, low), bisect_left(ends, high))
        for place in reversed(places) if self.is_backwards else places:
            yield self.prefix + ends[place]

    def find(
        self, query: Document, matches: Matcher, documents: Documents, wanted: int
    ) -> "Walked | None":
        """Return the first documents that match; None when too many others stand among them."""
        found: list[Pair] = []
        rejected = 0
        for key in self.keys(query, documents):
            (record,) = self.index.find([key])
            if matches(documents[record]):
                found.append((record, documents[record]))
            else:
                rejected += 1
            if len(found) == wanted or rejected > MOST_REJECTED:
                break
        return Walked(found, rejected) if rejected <= MOST_REJECTED else None


class Walked(NamedTuple):
    """The documents found, in order, with their record numbers; how many others were looked at."""

    pairs: list[Pair]
    rejected: int


def walk_for(
    query: Document, order: Order, indexes: Sequence[Index], documents: Documents
) -> Walk | None:
    """Return the shortest walk in this order; None if there is none, or looking up is less work."""
    walks = [walk for index in indexes for walk in _walks(index, query, order, len(documents))]
    best = min(walks, key=attrgetter("length"), default=None)
    lookup = cheapest(query, indexes) if best else None
    if best and lookup and lookup.count < min(best.length, MOST_REJECTED):
        return None
    return best


def _walks(index: Index, query: Document, order: Order, total: int) -> Iterator[Walk]:
    fields = list(index.spec.fields)
    first = fields[: len(fields) - len(order)]
    if not _is_sorted(index, order) or not _is_exact(index, len(first)):
        return
    is_backwards = order["_id"] == -1
    for chosen in choices(query) if first else [{}]:
        if all(len(chosen.get(name, ())) == 1 for name in first):
            prefix = tuple(chosen[name][0] for name in first)
            yield Walk(index, prefix, is_backwards, index.count([prefix]) if first else total)


def _is_sorted(index: Index, order: Order) -> bool:
    """Say whether the last fields of an index are in that order, read from one end or the other.

    They have to end with the unique `_id`, so that no two documents are alike, and to have one direction.
    """
    last = list(index.spec.fields.items())[-len(order) :]
    ways = {way for _, way in last}
    return (
        [name for name, _ in last] == list(order)
        and last[-1][0] == "_id"
        and ways in ({1}, {-1})
        and len(set(order.values())) == 1
    )


def _is_exact(index: Index, length: int) -> bool:
    """Say whether behind so many fields every document stands in the index once, at its place.

    A sparse index holds all documents, too: each of them has an `_id`.
    """
    reach = index.forks.reach
    return (
        index.spec.serves_equality
        and index.forks.settled <= length
        and (reach is None or length <= reach)
    )
