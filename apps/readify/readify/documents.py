"""Links as documents: what programs and the takeout get to see of them."""

from typing import Any

from readify.models import Link


def link_document(link: Link) -> dict[str, Any]:
    """Return all of a link that its owner may see, with its id as text."""
    shown: dict[str, Any] = Link.make_json_ownersafe(link, encode=False)
    shown.pop("_id", None)
    return {"id": str(link.id), **shown}
