"""Which links of a user somebody wants to see, and in which order.

Notice that views and orders are tables: what stands in an address chooses one of them, and never
becomes the name of a field.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING
from weblinks.paging import Cursor, Order
from weblinks.search import Search, parse
from weblinks.tagnames import clean_tag

from readify.models import Link

SORTED_BY = {
    "newest": Order("created_at", DESCENDING, "Newest"),
    "oldest": Order("created_at", ASCENDING, "Oldest"),
    "changed": Order("updated_at", DESCENDING, "Last changed"),
    "shortest": Order("reading_minutes", ASCENDING, "Shortest"),
    "longest": Order("reading_minutes", DESCENDING, "Longest"),
}
ORDERS = {name: order.label for name, order in SORTED_BY.items()}
FIRST_ORDER = "newest"

VIEWS: dict[str, dict[str, Any]] = {
    "unread": {"deleted": False, "archived": False},
    "liked": {"deleted": False, "liked": True},
    "archived": {"deleted": False, "archived": True},
    "bin": {"deleted": True},
    "all": {"deleted": False},
    "public": {"deleted": False, "is_public": True},
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """All that narrows a list: a view, a search, tags that all have to be there, a site."""

    view: str = "unread"
    text: str = ""
    search: Search = field(default_factory=Search)
    tags: tuple[str, ...] = ()
    site: str = ""
    order: str = FIRST_ORDER

    @classmethod
    def parse(
        cls,
        text: str = "",
        *,
        view: str = "unread",
        tags: list[str] | tuple[str, ...] = (),
        site: str = "",
        order: str = FIRST_ORDER,
    ) -> Self:
        """Read what was typed; raise BadSearchError. An unknown order is the first one."""
        return cls(
            view=view,
            text=text.strip(),
            search=parse(text),
            tags=tuple(dict.fromkeys(filter(None, map(clean_tag, tags)))),
            site=site.strip().lower(),
            order=order if order in SORTED_BY else FIRST_ORDER,
        )

    @property
    def sorted_by(self) -> Order:
        """The order of the list."""
        return SORTED_BY[self.order]

    def place(self, link: Link) -> Cursor:
        """Return the place in the list behind a link."""
        return Cursor(link[self.sorted_by.field], link.id)

    @property
    def is_narrow(self) -> bool:
        """Whether some links of the view may be left out."""
        return bool(self.search.groups or self.tags or self.site)

    def filter(self, owner_id: ObjectId) -> dict[str, Any]:
        """Return the condition in MongoDB's form, for the links of one user."""
        found = {"owner_id": owner_id, **VIEWS[self.view], **self.search.filter()}
        if self.tags:
            found["tags"] = {"$all": list(self.tags)}
        if self.site:
            found["site"] = self.site
        return found
