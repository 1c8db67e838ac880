"""Walking through a long list in pages that neither skip nor repeat a link.

Notice that a page does not say "skip 50": while somebody adds links, the fiftieth is another one
every time. It says "older than this one" (keyset paging), which is exact, and as fast on the last
page as on the first because the index leads straight to it.
"""

import re
from typing import NamedTuple

from bson import ObjectId

from listsurf.models import Link

PAGE_SIZE = 25  # links
MAX_PAGE_SIZE = 100  # links that one API call may ask for


class BadCursorError(ValueError):
    """A cursor that this application has not written."""


class Cursor(NamedTuple):
    """The place in a list behind one link. The id decides between links of the same millisecond."""

    updated_at: int
    link_id: ObjectId

    def __str__(self) -> str:
        return f"{self.updated_at}-{self.link_id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read a cursor back from an address; raise BadCursorError for anything else."""
        found = re.fullmatch(r"([0-9]{1,15})-([0-9a-f]{24})", text)
        if not found:
            raise BadCursorError("Not a place in the list: take `next` from the page before.")
        return cls(int(found[1]), ObjectId(found[2]))


class Page(NamedTuple):
    """Some links, newest first, and where the next page begins; None on the last page."""

    links: list[Link]
    next: Cursor | None

    @classmethod
    def of(cls, links: list[Link], count: int) -> "Page":
        """Make a page of `count` links out of a list that holds one more where there are more."""
        shown = links[:count]
        if len(links) <= count:
            return cls(shown, None)
        return cls(shown, Cursor(shown[-1].updated_at, shown[-1].id))
