"""Files of bookmarks, whatever their format, as a reading."""

import codecs
from collections.abc import Callable, Iterator

from bookmarks import csvfile, jsonfile, netscape, pasted
from bookmarks.bookmark import BadFileError, Bookmark, Reading, reading_of

NOTHING_FOUND = (
    "No bookmarks were found in this file. Choose one that a browser has exported (HTML), "
    "or a JSON or CSV file with addresses."
)
BINARY = (
    "This is no text file. Choose one that a browser has exported (HTML), or a JSON or CSV file."
)


def read_file(content: bytes) -> Reading:
    """Return the bookmarks of a file; raise BadFileError with what is wrong with it."""
    text = decode(content)
    found = reading_of(reader_for(text)(text))
    if not any(found):
        raise BadFileError(NOTHING_FOUND)
    return found


def read_pasted(text: str) -> Reading:
    """Return the addresses that were pasted; raise BadFileError for none, or too many."""
    found = reading_of(pasted.read(text))
    if not any(found):
        raise BadFileError("No address was pasted, and no file was chosen.")
    return found


def reader_for(text: str) -> Callable[[str], Iterator[Bookmark]]:
    """Return what reads a text of this format."""
    if text.lstrip()[:1] in {"{", "["}:
        return jsonfile.read
    return netscape.read if netscape.looks_like_netscape(text) else csvfile.read


def decode(content: bytes) -> str:
    """Return a file as text: by its byte order mark, as UTF-8, or else as Windows wrote it."""
    if not content.strip():
        raise BadFileError("This file is empty. Choose another one.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise BadFileError(BINARY)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")
