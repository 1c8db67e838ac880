"""Walking through a long list in pages that neither skip nor repeat a link.

Notice that a page does not say "skip 50": while somebody adds links, the fiftieth is another one
every time. It says "behind this one" (keyset paging), which is exact, and as fast on the last
page as on the first because the index leads straight to it.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from bson import ObjectId

Item = TypeVar("Item")
PAGE_SIZE = 25  # links
MAX_PAGE_SIZE = 100  # links that one API call may ask for
LONGEST = 2000  # characters of a cursor


class BadCursorError(ValueError):
    """A cursor that this application has not written."""

    def __init__(self) -> None:
        super().__init__("Not a place in the list: take `next` from the page before.")


class Order(NamedTuple):
    """What links are sorted by: a number, or a text. The id decides between equal ones."""

    field: str
    direction: int
    label: str
    is_text: bool = False

    @property
    def sorting(self) -> list[tuple[str, int]]:
        """The order in pymongo's form."""
        return [(self.field, self.direction), ("_id", self.direction)]


class Cursor(NamedTuple):
    """The place in a list behind one link. The id decides between links of the same value."""

    value: int | str
    link_id: ObjectId

    def __str__(self) -> str:
        if isinstance(self.value, int):
            return f"{self.value}-{self.link_id}"
        return f"t{urlsafe_b64encode(self.value.encode()).decode().rstrip('=')}-{self.link_id}"

    @classmethod
    def parse(cls, text: str, order: Order | None = None) -> "Cursor":
        """Read a cursor back from an address; raise BadCursorError for anything else.

        With an order, a place in a list of another order is refused as well.
        """
        found = re.fullmatch(
            r"(?:([0-9]{1,15})|t([\w-]*))-([0-9a-f]{24})", text[:LONGEST], re.ASCII
        )
        if not found:
            raise BadCursorError
        value = int(found[1]) if found[1] else decoded(found[2])
        place = cls(value, ObjectId(found[3]))
        if order is not None:
            place.behind(order)
        return place

    def behind(self, order: Order) -> dict[str, Any]:
        """Return the condition for all links behind this place; raise BadCursorError.

        The first half is the range that an index walks; the second one leaves out what stands
        before this place among equals.
        """
        if isinstance(self.value, str) != order.is_text:
            raise BadCursorError
        further = "$gt" if order.direction > 0 else "$lt"
        return {
            order.field: {f"{further}e": self.value},
            "$or": [{order.field: {further: self.value}}, {"_id": {further: self.link_id}}],
        }


def decoded(text: str) -> str:
    """Return the text of a cursor; raise BadCursorError."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError as error:
        raise BadCursorError from error


class Page(NamedTuple, Generic[Item]):
    """Some links, and where the next page begins; None on the last page."""

    links: list[Item]
    next: Cursor | None

    @classmethod
    def of(cls, links: list[Item], count: int, place: Callable[[Item], Cursor]) -> "Page[Item]":
        """Make a page of `count` links out of a list that holds one more where there are more.

        `place` returns the place behind a link in the order of the list.
        """
        shown = links[:count]
        return cls(shown, place(shown[-1]) if len(links) > count else None)
