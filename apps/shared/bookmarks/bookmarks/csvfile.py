"""Tables of bookmarks: comma-separated values (RFC 4180).

Notice the apostrophe. A cell that begins with = or the like would be a formula in a spreadsheet, and
a saved page chooses its own title (CWE-1236). The apostrophe makes it text there, and is taken away
again when the table comes back.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from brubeck.timekeeping import datestring_to_millis, millis_to_datetime

from bookmarks.bookmark import BadFileError, Bookmark

COLUMNS = ("url", "title", "description", "notes", "tags", "is_public", "created_at", "updated_at")
OTHER_NAMES = {
    **dict.fromkeys(("href", "link", "address", "uri"), "url"),
    **dict.fromkeys(("name",), "title"),
    **dict.fromkeys(("excerpt", "extended"), "description"),
    **dict.fromkeys(("note", "comment"), "notes"),
    **dict.fromkeys(("labels", "folder"), "tags"),
    **dict.fromkeys(("created", "time_added", "added", "date"), "created_at"),
}
FORMULA = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
BETWEEN_TAGS = re.compile(r"[\s,|]+")


def write(bookmarks: Iterable[Bookmark]) -> Iterator[str]:
    """Yield the lines of a table with these bookmarks."""
    yield line(COLUMNS)
    for each in bookmarks:
        texts = [each.url, each.title, each.description, each.notes, " ".join(each.tags)]
        times = [iso(each.created_at), iso(each.updated_at)]
        yield line([*texts, "yes" if each.is_public else "no", *times])


def line(cells: Iterable[str]) -> str:
    """Return cells as a line in which nothing is a formula."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return what `guarded` was given."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def iso(millis: int) -> str:
    """Return a time as ISO 8601 in UTC, with milliseconds."""
    return f"{millis_to_datetime(millis).isoformat(timespec='milliseconds')}Z"


def read(text: str) -> Iterator[Bookmark]:
    """Yield the bookmarks of a table; raise BadFileError if it has no column with addresses."""
    try:
        rows = csv.reader(io.StringIO(text, newline=""))
        names = [named(cell) for cell in next(rows, [])]
        if "url" not in names:
            raise BadFileError(
                "This table has no column `url`. Name its columns in the first line."
            )
        for row in rows:
            if row:
                yield bookmark_of(dict(zip(names, map(unguarded, row), strict=False)))
    except csv.Error as error:
        raise BadFileError(f"This table cannot be read: {error}.") from error


def named(cell: str) -> str:
    """Return our name for a column."""
    name = cell.strip().lower().removeprefix("\ufeff")
    return OTHER_NAMES.get(name, name)


def bookmark_of(cells: dict[str, str]) -> Bookmark:
    """Return what a line says about a page."""
    texts: dict[str, Any] = {
        name: cells.get(name, "") for name in ("url", "title", "description", "notes")
    }
    created = millis_of(cells.get("created_at", ""))
    return Bookmark(
        **texts,
        tags=tuple(BETWEEN_TAGS.split(cells.get("tags", ""))),
        is_public=cells.get("is_public", "").strip().lower() in {"yes", "true", "1"},
        created_at=created,
        updated_at=millis_of(cells.get("updated_at", "")) or created,
    )


def millis_of(text: str) -> int:
    """Return a time in milliseconds, written as a date or as seconds since 1970; else 0."""
    if text.isascii() and text.isdigit() and len(text) <= 11:
        return int(text) * 1000
    with suppress(ValueError, OverflowError):
        return max(0, datestring_to_millis(text))
    return 0
