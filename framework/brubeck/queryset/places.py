"""Places: where documents stand in the order of their collection, as text that sorts.

Without a sort key a place is the id. With one, the value goes before it, written so that text
sorts as the values do: nothing, then numbers, then everything else as text. A page begins behind
a place, so its cost does not depend on how many documents are before it.
"""

import base64
import binascii
import struct
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

_NOTHING, _NUMBER, _TEXT = "0", "1", "2"
_END = "\x00\x00"
_DIGITS = 16
_SIGN = 1 << 63


class Page(NamedTuple):
    """Some documents in order, as (message, dict) pairs.

    `after` is the cursor with which the next page is to be had, None at the end.
    """

    items: list[tuple[str, Any]]
    after: str | None


def place(key: str, *values: Any) -> str:
    """Return the place of a document by its id, and by its value of the sort key if given."""
    return "".join(map(_sortable, values)) + key


def key_at(text: str, *, is_sorted: bool) -> str:
    """Return the id of the document at a place."""
    if not is_sorted:
        return text
    if text[0] == _TEXT:
        return text[text.index(_END) + len(_END) :]
    return text[1 + (_DIGITS if text[0] == _NUMBER else 0) :]


def _sortable(value: Any) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, int | float | Decimal):
        return _NUMBER + _sortable_number(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    # A null stays before every other character, also where one text begins another.
    return _TEXT + text.replace("\x00", "\x00\x01") + _END


def _sortable_number(value: float | Decimal) -> str:
    """Return 16 digits that sort as floating-point numbers do (IEEE 754)."""
    try:
        number = float(value) + 0.0  # which makes one of the two zeros
    except OverflowError:
        number = float("inf") if value > 0 else float("-inf")
    bits: int = struct.unpack(">Q", struct.pack(">d", number))[0]
    return f"{bits ^ (2 * _SIGN - 1) if bits & _SIGN else bits | _SIGN:0{_DIGITS}x}"


def closed(text: str) -> str:
    """Return a cursor for some text: letters, digits, `-` and `_` only."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def opened(cursor: str) -> str:
    """Return the text of a cursor. Raises ValueError for what is none."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise ValueError(f"{cursor[:40]!r} is no cursor. Begin again without one.") from None


def fits(document: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
    """Tell whether a document has these values, which are compared as text, as ids are."""
    return all(_is_same(document.get(name), value) for name, value in filters.items())


def _is_same(one: Any, other: Any) -> bool:
    return one is other if one is None or other is None else str(one) == str(other)


class Order:
    """Keys with their places, sorted."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = dict(places)
        self._sorted = sorted((at, key) for key, at in self._places.items())

    def __len__(self) -> int:
        return len(self._places)

    def put(self, key: str, at: str) -> None:
        """Note where a key stands now."""
        if self._places.get(key) != at:
            self.drop(key)
            self._places[key] = at
            insort(self._sorted, (at, key))

    def drop(self, key: str) -> None:
        """Forget a key; one that is not there is forgotten already."""
        at = self._places.pop(key, None)
        if at is not None:
            del self._sorted[bisect_left(self._sorted, (at, key))]

    def beyond(self, at: str) -> Iterator[tuple[str, str]]:
        """Yield places and keys behind a place."""
        start = bisect_right(self._sorted, at, key=itemgetter(0))
        for index in range(start, len(self._sorted)):
            yield self._sorted[index]
