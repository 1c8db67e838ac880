"""Where the keys of one document part: its arrays, as far as an index is concerned."""

from collections import Counter

from mongolite.values import Key


class Forks:
    """The fields in which keys of the same document differ, with the number of such documents."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, ...]] = Counter()

    def add(self, keys: list[tuple[Key, ...]]) -> None:
        """Count a document with these keys."""
        if fields := _differing(keys):
            self._counts[fields] += 1

    def remove(self, keys: list[tuple[Key, ...]]) -> None:
        """Forget a document with these keys."""
        if fields := _differing(keys):
            self._counts[fields] -= 1
            self._counts += Counter()  # drops what is zero

    @property
    def reach(self) -> int | None:
        """How many first fields may be looked up together; None: all.

        Two fields below one array may meet a filter by different elements. No key of the index
        holds both values then.
        """
        return min((fields[1] for fields in self._counts if len(fields) > 1), default=None)

    @property
    def settled(self) -> int:
        """After how many fields the rest of a key is the same in all keys of any document."""
        return max((fields[-1] + 1 for fields in self._counts), default=0)


def _differing(keys: list[tuple[Key, ...]]) -> tuple[int, ...]:
    if len(keys) < 2:
        return ()
    columns = enumerate(zip(*keys, strict=True))
    return tuple(at for at, column in columns if any(key != column[0] for key in column))
