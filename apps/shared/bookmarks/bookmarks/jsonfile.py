"""Links as a JSON document: what exports write, takeouts, answers of an API, and what Omnivore wrote.

Omnivore's files (`metadata_0_to_20.json` and so on) are lists whose items have names of their own.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from brubeck.timekeeping import datestring_to_millis

from bookmarks.bookmark import BadFileError, Bookmark

NO_LINKS = "This JSON document has no list of links. It would be called `links`, or `items`."


def write(documents: Iterable[dict[str, Any]], format_name: str) -> Iterator[str]:
    """Yield the parts of a document with these links, each a document itself, one a line.

    `format_name` stands at its beginning, for whoever finds such a file years later.
    """
    yield f'{{"format": {json.dumps(format_name)}, "links": ['
    before = "\n"
    for document in documents:
        yield before + json.dumps(document, ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def read(text: str) -> Iterator[Bookmark]:
    """Yield the bookmarks of a document; raise BadFileError if it holds none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"This is no JSON document: {error}.") from error
    for raw in items_of(document):
        item = raw if isinstance(raw, dict) else {"url": raw}
        yield from_omnivore(item) if "savedAt" in item else bookmark_of(item)


def items_of(document: Any) -> list[Any]:
    """Return the list of links in a document."""
    found = document
    if isinstance(document, dict):
        found = document.get("links", document.get("items"))
    if not isinstance(found, list):
        raise BadFileError(NO_LINKS)
    return found


def bookmark_of(item: dict[str, Any]) -> Bookmark:
    """Return what an object says about a page; values of other kinds count as missing."""
    texts: dict[str, Any] = {
        name: text_of(item, name) for name in ("url", "title", "description", "notes")
    }
    created = time_of(item, "created_at")
    return Bookmark(
        **texts,
        tags=tags_of(item, "tags"),
        is_public=item.get("is_public") is True,
        created_at=created,
        updated_at=time_of(item, "updated_at") or created,
        liked=item.get("liked") is True,
        archived=item.get("archived") is True,
    )


def from_omnivore(item: dict[str, Any]) -> Bookmark:
    """Return what Omnivore says about a page."""
    saved = date_of(item, "savedAt")
    return Bookmark(
        url=text_of(item, "url"),
        title=text_of(item, "title"),
        description=text_of(item, "description"),
        tags=tags_of(item, "labels"),
        created_at=saved,
        updated_at=date_of(item, "updatedAt") or saved,
        archived=text_of(item, "state").lower() == "archived",
    )


def tags_of(item: dict[str, Any], name: str) -> tuple[str, ...]:
    """Return the texts in a list of an object."""
    tags = item.get(name)
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def date_of(item: dict[str, Any], name: str) -> int:
    """Return a date of an object, written as ISO 8601, in milliseconds; 0 where there is none."""
    with suppress(ValueError, OverflowError):
        return max(0, datestring_to_millis(text_of(item, name)))
    return 0


def text_of(item: dict[str, Any], name: str) -> str:
    """Return a text of an object."""
    value = item.get(name)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def time_of(item: dict[str, Any], name: str) -> int:
    """Return a time of an object in milliseconds, 0 where there is none."""
    value = item.get(name)
    return value if type(value) is int and 0 < value < 2**43 else 0
