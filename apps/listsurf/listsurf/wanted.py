"""Which links of a user somebody wants to see, and in which order.

Notice that the orders are a table: what stands in an address chooses one of them, and never becomes
the name of a field.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING
from weblinks.paging import Order
from weblinks.search import Search, parse
from weblinks.tagnames import clean_tag

ORDERS = {
    "changed": Order("updated_at", DESCENDING, "Last changed"),
    "added": Order("created_at", DESCENDING, "Last added"),
    "title": Order("title_key", ASCENDING, "Title", is_text=True),
}
FIRST_ORDER = "changed"
SINCE = Order("touched_at", DESCENDING, "Last touched")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """All that narrows a list: a search, tags that all have to be there, publicity, a time.

    `since` is the time of the last change of any kind in milliseconds since 1970, at the earliest.
    """

    text: str = ""
    search: Search = field(default_factory=Search)
    tags: tuple[str, ...] = ()
    public_only: bool = False
    since: int | None = None
    order_name: str = FIRST_ORDER

    @classmethod
    def parse(
        cls,
        text: str = "",
        *,
        tags: list[str] | tuple[str, ...] = (),
        public_only: bool = False,
        since: int | None = None,
        order: str = FIRST_ORDER,
    ) -> Self:
        """Read what was typed; raise BadSearchError. An unknown order is the first one."""
        return cls(
            text=text.strip(),
            search=parse(text),
            tags=tuple(dict.fromkeys(filter(None, map(clean_tag, tags)))),
            public_only=public_only,
            since=since,
            order_name=order if order in ORDERS else FIRST_ORDER,
        )

    @property
    def order(self) -> Order:
        """The order of the list; what has changed since a time comes in the order of its changes."""
        return ORDERS[self.order_name] if self.since is None else SINCE

    @property
    def is_narrow(self) -> bool:
        """Whether some links may be left out."""
        return bool(self.search.groups or self.tags or self.public_only or self.since is not None)

    def filter(self, owner: ObjectId) -> dict[str, Any]:
        """Return the condition in MongoDB's form, for the links of one user."""
        found: dict[str, Any] = {"owner": owner, **self.search.filter()}
        if self.tags:
            found["tags"] = {"$all": list(self.tags)}
        if self.public_only:
            found["is_public"] = True
        if self.since is not None:
            found[SINCE.field] = {"$gte": self.since}
        return found
