"""Links as documents and as bookmarks: what programs, files and the takeout get to see of them."""

from typing import Any

from bookmarks import Bookmark

from listsurf.models import Link

EDITABLE = ("url", "title", "description", "notes", "tags", "is_public")
SHOWN = (*EDITABLE, "created_at", "updated_at", "touched_at")


def link_document(link: Link) -> dict[str, Any]:
    """Return all of a link that its owner may see, with its id."""
    return {"id": str(link.id), **{name: getattr(link, name) for name in SHOWN}}


def bookmark_of(link: Link) -> Bookmark:
    """Return a link as it stands in a file for other programs."""
    return Bookmark(
        url=link.url,
        title=link.title or "",
        description=link.description or "",
        notes=link.notes or "",
        tags=tuple(link.tags),
        is_public=link.is_public,
        created_at=link.created_at,
        updated_at=link.updated_at,
    )
