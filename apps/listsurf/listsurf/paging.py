"""Walking through a long list in pages that neither skip nor repeat a link.

Notice that a page does not say "skip 50": while somebody adds links, the fiftieth is another one
every time. It says "behind this one" (keyset paging), which is exact, and as fast on the last
page as on the first because the index leads straight to it.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

from bson import ObjectId

from listsurf.indexing import title_key
from listsurf.models import Link
from listsurf.wanted import Order

PAGE_SIZE = 25  # links
MAX_PAGE_SIZE = 100  # links that one API call may ask for
LONGEST = 2000  # characters of a cursor


class BadCursorError(ValueError):
    """A cursor that this application has not written."""

    def __init__(self) -> None:
        super().__init__("Not a place in the list: take `next` from the page before.")


class Cursor(NamedTuple):
    """The place in a list behind one link. The id decides between links of the same value."""

    value: int | str
    link_id: ObjectId

    def __str__(self) -> str:
        if isinstance(self.value, int):
            return f"{self.value}-{self.link_id}"
        return f"t{urlsafe_b64encode(self.value.encode()).decode().rstrip('=')}-{self.link_id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read a cursor back from an address; raise BadCursorError for anything else."""
        found = re.fullmatch(
            r"(?:([0-9]{1,15})|t([\w-]*))-([0-9a-f]{24})", text[:LONGEST], re.ASCII
        )
        if not found:
            raise BadCursorError
        value = int(found[1]) if found[1] else decoded(found[2])
        return cls(value, ObjectId(found[3]))

    def behind(self, order: Order) -> dict[str, Any]:
        """Return the condition for all links behind this place; raise BadCursorError.

        The first half is the range that an index walks; the second one leaves out what stands
        before this place among equals.
        """
        if isinstance(self.value, str) != (order.field == "title_key"):
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


class Page(NamedTuple):
    """Some links, and where the next page begins; None on the last page."""

    links: list[Link]
    next: Cursor | None

    @classmethod
    def of(cls, links: list[Link], count: int, order: Order) -> "Page":
        """Make a page of `count` links out of a list that holds one more where there are more."""
        shown = links[:count]
        if len(links) <= count:
            return cls(shown, None)
        last = shown[-1]
        is_text = order.field == "title_key"
        return cls(shown, Cursor(title_key(last) if is_text else last[order.field], last.id))
