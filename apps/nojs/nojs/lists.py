"""How much of a list one page shows, and where the next one goes on.

Notice the budget. A page has to stay below 10 kB for slow lines and old browsers, whatever people
call themselves: what counts is the length in bytes after escaping, not the number of entries.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

MARKUP = 100  # bytes around an entry
MOST = 9_999  # entries that are counted

Entry = Mapping[str, object]


class Part(NamedTuple):
    """The entries on a page, and what follows: a list that templates show if it is not empty."""

    entries: list[Entry]
    rest: list[dict[str, int]]


def weight(*texts: object) -> int:
    """Return how many bytes an entry with these texts takes on a page."""
    return MARKUP + sum(len(escape(str(text)).encode()) for text in texts)


def part_of(entries: Sequence[Entry], budget: int, *, start: int = 0, count: int = 0) -> Part:
    """Return as many entries as fit into so many bytes, one at least.

    They are those from number `start` on of a list with `count` entries.
    """
    fitting: list[Entry] = []
    for entry in entries:
        budget -= weight(*entry.values())
        if budget < 0 and fitting:
            break
        fitting.append(entry)
    end = start + len(fitting)
    return Part(fitting, [{"count": count - end, "start": end}] if end < count else [])


def start_in(typed: str) -> int:
    """Return the number of an entry that an address names, 0 for anything else."""
    return min(int(typed), MOST) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
