"""The order of an index: for values of its first fields, what follows them in the keys, sorted.

A list is made when it is asked for first, and then follows each write. Only the last ones are kept.
"""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable

from mongolite.values import Key

Keys = tuple[Key, ...]
MOST_LISTS = 256


class OrderedKeys:
    """Sorted lists of the ends of keys, by what the keys begin with."""

    def __init__(self) -> None:
        self._lists: OrderedDict[Keys, list[Keys]] = OrderedDict()

    def behind(self, prefix: Keys, ends: Callable[[], Iterable[Keys]]) -> list[Keys]:
        """Return the ends of the keys that begin with `prefix`; `ends` is called if need be."""
        if prefix not in self._lists:
            self._lists[prefix] = sorted(ends())
        self._lists.move_to_end(prefix)
        if len(self._lists) > MOST_LISTS:
            self._lists.popitem(last=False)
        return self._lists[prefix]

    def add(self, key: Keys) -> None:
        """Put a key into the lists that it belongs to."""
        for ends, end in self._touched(key):
            insort(ends, end)

    def remove(self, key: Keys) -> None:
        """Take a key out of the lists that it belongs to."""
        for ends, end in self._touched(key):
            del ends[bisect_left(ends, end)]

    def _touched(self, key: Keys) -> Iterable[tuple[list[Keys], Keys]]:
        if not self._lists:
            return []
        halves = [(key[:length], key[length:]) for length in range(len(key))]
        return [(self._lists[start], end) for start, end in halves if start in self._lists]
