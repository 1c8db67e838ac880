"""Addresses that somebody pastes: one a line, with a title behind it if he likes."""

from collections.abc import Iterator

from bookmarks.bookmark import BadFileError, Bookmark

MOST_LINES = 1000


def read(text: str) -> Iterator[Bookmark]:
    """Yield a bookmark for each line that is not empty."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadFileError(f"These are {len(lines):,} lines: {MOST_LINES:,} at most at once.")
    for line in lines:
        url, _, title = line.partition(" ")
        yield Bookmark(url, title)
