"""The address of a list: which links it shows, in which order, from where on.

Notice that everything that narrows a list stands in its address. It can be bookmarked and sent
around, and going back leads to the very list that one has left.
"""

from urllib.parse import urlencode

from weblinks.paging import Cursor

from listsurf.wanted import FIRST_ORDER, Wanted


def list_address(
    wanted: Wanted,
    *,
    order: str = "",
    before: Cursor | None = None,
    add: str = "",
    without: str = "",
    path: str = "/",
) -> str:
    """Return the address of a list, with another order, a further tag, or one tag less."""
    order = order or wanted.order_name
    tags = [tag for tag in dict.fromkeys([*wanted.tags, add]) if tag and tag != without]
    parts = [("q", wanted.text)] if wanted.text else []
    parts += [("tag", tag) for tag in tags]
    parts += [("order", order)] if order != FIRST_ORDER else []
    parts += [("before", str(before))] if before else []
    return f"{path}?{urlencode(parts)}" if parts else path
