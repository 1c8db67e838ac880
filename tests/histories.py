"""Histories: what writers were told, what a reader has seen, and whether the two fit together.

A reader of a feed must see every change once and in order. Where a feed shows each thing as it is now
(`is_merged`), a change that was followed by another of the same thing counts as seen with that.

    problems_of(told, seen)        []  where all is well

The module knows no application: a thing is a text, and a number says where in the feed it stands.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple


class Event(NamedTuple):
    """Something that happened to a thing; `number` is its place in the order of the feed."""

    thing: str
    number: int


def problems_of(
    told: Collection[Event],
    seen: Sequence[Event],
    *,
    is_merged: bool = False,
    doubtful: Collection[str] = (),
) -> list[str]:
    """Return all that is wrong, in words; an empty list if the reader has seen what was done.

    `told` is what writers have had acknowledged, in any order; `seen` is what one reader has got, in
    the order in which he got it. What happens to `doubtful` things may be seen or not: their writers
    died, or never heard how it ended.
    """
    missed = missed_in_merged(told, seen) if is_merged else missed_of(told, seen)
    return [*disorder_in(seen), *missed, *invented_in(told, seen, doubtful)]


def disorder_in(seen: Sequence[Event]) -> Iterator[str]:
    """Yield what came again, and what came behind something later."""
    last = None
    for event in seen:
        if last is not None and event.number <= last.number:
            again = "again" if event in seen[: seen.index(last) + 1] else "too late"
            yield f"{event} came {again}, after {last}"
        last = event


def missed_of(told: Collection[Event], seen: Sequence[Event]) -> Iterator[str]:
    """Yield what was done and never seen."""
    known = set(seen)
    for event in told:
        if event not in known:
            yield f"{event} was never seen"


def missed_in_merged(told: Collection[Event], seen: Sequence[Event]) -> Iterator[str]:
    """Yield what was done and never seen, neither by itself nor with a later change."""
    latest: dict[str, int] = defaultdict(int)
    for event in seen:
        latest[event.thing] = max(latest[event.thing], event.number)
    for event in told:
        if latest[event.thing] < event.number:
            yield f"{event} was never seen"


def invented_in(
    told: Collection[Event], seen: Sequence[Event], doubtful: Collection[str]
) -> Iterator[str]:
    """Yield what was seen and never done."""
    done = set(told)
    for event in seen:
        if event not in done and event.thing not in doubtful:
            yield f"{event} was never done"
