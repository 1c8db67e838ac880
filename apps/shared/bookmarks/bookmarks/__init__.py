"""Bookmarks in files: what other programs have written, and what they can read."""

from bookmarks.bookmark import BadFileError, Bookmark, Reading, Remark, reading_of
from bookmarks.files import read_file, read_pasted

__all__ = [
    "BadFileError",
    "Bookmark",
    "Reading",
    "Remark",
    "read_file",
    "read_pasted",
    "reading_of",
]
