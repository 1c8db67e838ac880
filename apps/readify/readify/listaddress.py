"""The address of a list: which articles it shows, in which order, from where on.

Notice that everything that narrows a list stands in its address. It can be bookmarked and sent
around, and going back leads to the very list that one has left.
"""

from typing import Any
from urllib.parse import urlencode

from readify.wanted import FIRST_ORDER, Wanted

PATHS = {"unread": "/", "liked": "/liked", "archived": "/archived", "bin": "/bin"}


def list_address(
    wanted: Wanted,
    *,
    order: str = "",
    before: Any = None,
    add: str = "",
    without: str = "",
    site: str | None = None,
    path_only: bool = False,
) -> str:
    """Return the address of a list, with another order or site, a further tag, or one tag less."""
    path = PATHS.get(wanted.view, "/")
    if path_only:
        return path
    order, site = order or wanted.order, wanted.site if site is None else site
    tags = [tag for tag in dict.fromkeys([*wanted.tags, add]) if tag and tag != without]
    parts = [("q", wanted.text)] if wanted.text else []
    parts += [("tag", tag) for tag in tags]
    parts += [("site", site)] if site else []
    parts += [("order", order)] if order != FIRST_ORDER else []
    parts += [("before", str(before))] if before else []
    return f"{path}?{urlencode(parts)}" if parts else path
