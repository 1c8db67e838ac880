"""Links as documents: what programs and the takeout get to see of them."""

from typing import Any

from listsurf.models import Link

EDITABLE = ("url", "title", "description", "notes", "tags", "is_public")
SHOWN = (*EDITABLE, "created_at", "updated_at", "touched_at")


def link_document(link: Link) -> dict[str, Any]:
    """Return all of a link that its owner may see, with its id."""
    return {"id": str(link.id), **{name: getattr(link, name) for name in SHOWN}}
