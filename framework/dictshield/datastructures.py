"""A dictionary whose keys have several values, as submitted forms do."""

from collections.abc import Iterable, Mapping
from typing import Any, Self


class MultiValueDictKeyError(KeyError):
    """A key that a MultiValueDict does not have."""


class MultiValueDict(dict[str, Any]):
    """A dictionary of lists that shows the last value of each.

    `d[key]` is the last value, `getlist(key)` all of them, `d[key] = value` replaces them by one.
    """

    def __init__(
        self, key_to_list_mapping: Mapping[str, Iterable[Any]] | Iterable[Any] = ()
    ) -> None:
        """Take a mapping of lists, or pairs of key and list."""
        super().__init__(key_to_list_mapping)

    def __getitem__(self, key: str) -> Any:
        try:
            values = super().__getitem__(key)
        except KeyError:
            msg = f"Key {key!r} not found in {self!r}"
            raise MultiValueDictKeyError(msg) from None
        return values[-1] if values else []

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, [value])

    def get(self, key: str, default: Any = None) -> Any:
        """Return the last value, or `default` if there is none."""
        values = self.getlist(key)
        return values[-1] if values else default

    def getlist(self, key: str, default: Any = None) -> Any:
        """Return all values, or `default` (an empty list) for a missing key."""
        if key in self:
            return super().__getitem__(key)
        return [] if default is None else default

    def setlist(self, key: str, values: Iterable[Any]) -> None:
        """Replace all values of `key`."""
        super().__setitem__(key, values)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the last value; store `default` first if there is none."""
        if key not in self:
            self[key] = default
        return self[key]

    def setlistdefault(self, key: str, default_list: Iterable[Any] = ()) -> Any:
        """Return all values; store `default_list` first if the key is missing."""
        if key not in self:
            self.setlist(key, list(default_list))
        return self.getlist(key)

    def appendlist(self, key: str, value: Any) -> None:
        """Add one more value to `key`."""
        self.setlist(key, [*self.getlist(key), value])

    def items(self) -> list[tuple[str, Any]]:  # type: ignore[override]
        """Return pairs of key and last value."""
        return [(key, self[key]) for key in self]

    def values(self) -> list[Any]:  # type: ignore[override]
        """Return the last value of each key."""
        return [self[key] for key in self]

    def lists(self) -> list[tuple[str, Any]]:
        """Return pairs of key and list."""
        return [(key, self.getlist(key)) for key in self]

    iteritems = items
    itervalues = values
    iterlists = lists

    def update(self, *others: Any, **more: Any) -> None:
        """Append to the lists what a MultiValueDict, a dict or keywords hold.

        Raises TypeError for more than one positional argument.
        """
        if len(others) > 1:
            msg = f"update expected at most 1 argument, got {len(others)}"
            raise TypeError(msg)
        for other in (*others, more):
            for key, values in lists_of(other):
                self.setlist(key, [*self.getlist(key), *values])

    def copy(self) -> Self:
        """Return a copy with lists of its own that hold the same values."""
        return type(self)((key, list(values)) for key, values in self.lists())

    __copy__ = copy

    def dict(self) -> dict[str, Any]:
        """Return a plain dictionary of the last values."""
        return dict(self.items())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self.lists()),)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {dict(self.lists())!r}>"


def lists_of(source: Any) -> list[tuple[str, Iterable[Any]]]:
    """Return pairs of key and list from a MultiValueDict, a mapping or pairs of key and value."""
    if isinstance(source, MultiValueDict):
        return source.lists()
    return [(key, [value]) for key, value in dict(source).items()]
