"""Tables of bookmarks: comma-separated values (RFC 4180).

Notice the apostrophe. A cell that begins with = or the like would be a formula in a spreadsheet, and
a saved page chooses its own title (CWE-1236). The apostrophe makes it text there, and is taken away
again when the table comes back.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from brubeck.timekeeping import datestring_to_millis, millis_to_datetime

from bookmarks.bookmark import BadFileError, Bookmark

COLUMNS = ("url", "title", "description", "notes", "tags", "is_public", "created_at", "updated_at")
READING_COLUMNS = ("url", "title", "tags", "liked", "archived", "is_public", "created_at")
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
YES = {"yes", "true", "1"}
ARCHIVED = {"archive", "archived"}  # what Pocket says of a page that has been read


def write(bookmarks: Iterable[Bookmark], columns: Sequence[str] = COLUMNS) -> Iterator[str]:
    """Yield the lines of a table with these bookmarks."""
    yield line(columns)
    for each in bookmarks:
        yield line([cell(name, getattr(each, name)) for name in columns])


def cell(name: str, value: Any) -> str:
    """Return a field of a bookmark as it stands in a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "tags":
        return " ".join(value)
    return iso(value) if name.endswith("_at") else str(value)


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
        tags=tags_of(cells.get("tags", "")),
        is_public=says(cells, "is_public", YES),
        created_at=created,
        updated_at=millis_of(cells.get("updated_at", "")) or created,
        liked=says(cells, "liked", YES) or says(cells, "favorite", YES),
        archived=says(cells, "archived", YES) or says(cells, "status", ARCHIVED),
    )


def says(cells: dict[str, str], name: str, words: set[str]) -> bool:
    """Say whether one of some words stands in a cell."""
    return cells.get(name, "").strip().lower() in words


def tags_of(text: str) -> tuple[str, ...]:
    """Return the tags of a cell; Pocket writes bars between them, and blanks in them."""
    return tuple(text.split("|") if "|" in text else BETWEEN_TAGS.split(text))


def millis_of(text: str) -> int:
    """Return a time in milliseconds, written as a date or as seconds since 1970; else 0."""
    if text.isascii() and text.isdigit() and len(text) <= 11:
        return int(text) * 1000
    with suppress(ValueError, OverflowError):
        return max(0, datestring_to_millis(text))
    return 0
