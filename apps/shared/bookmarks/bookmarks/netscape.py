"""The bookmark files of browsers: a format that Netscape began, and nobody has written down.

Notice that this is not HTML, though it looks like it: lists are nested by tags that are never closed.
Reading it sign by sign, as below, costs time in proportion to the file; an HTML parser would build
the tree of a strange page, and can be made to need the square of that (CWE-1333).
"""

import html
import re
from collections.abc import Iterable, Iterator

from weblinks.tagnames import BETWEEN

from bookmarks.bookmark import Bookmark

TOKEN = re.compile(
    r"<(?P<end>/?)(?P<name>a|dd|dl|h3)\b(?P<attributes>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>?"
    r"(?P<text>[^<]*+)",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"([\w-]{1,40}+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
OWN_FOLDERS = ("personal_toolbar_folder", "unfiled_bookmarks_folder")  # of browsers, not of people
LATEST_SECOND = 2**33  # the year 2242
HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
"""


def looks_like_netscape(text: str) -> bool:
    """Say whether a text is a bookmark file of a browser, going by its beginning."""
    start = text[:2000].lower()
    return "netscape-bookmark-file" in start or "<dl" in start or "<dt>" in start


def read(text: str) -> Iterator[Bookmark]:
    """Yield the bookmarks of a file; those in folders have the names of these as tags."""
    folders: list[str] = []
    folder, current = "", None
    for found in TOKEN.finditer(text):
        name = ("/" if found["end"] else "") + found["name"].lower()
        if name in {"a", "h3", "/dl"} and current:
            yield current
            current = None
        if name == "a":
            current = bookmark_of(found, folders)
        elif name == "dd" and current:
            current = current._replace(description=html.unescape(found["text"]))
        elif name == "h3":
            folder = folder_of(found)
        elif name == "dl":
            folders.append(folder)
            folder = ""
        elif name == "/dl":
            del folders[-1:]
    if current:
        yield current


def folder_of(found: re.Match[str]) -> str:
    """Return the name of a folder; empty for the folders that every browser has."""
    own = attributes(found["attributes"])
    return "" if any(name in own for name in OWN_FOLDERS) else html.unescape(found["text"])


def bookmark_of(found: re.Match[str], folders: list[str]) -> Bookmark:
    """Return what an A element says about a page."""
    own = attributes(found["attributes"])
    url, title = own.get("href", ""), html.unescape(found["text"]).strip()
    added = milliseconds(own.get("add_date", ""))
    return Bookmark(
        url=url,
        title="" if title == url else title,
        notes=own.get("notes", ""),
        tags=(*filter(None, folders), *BETWEEN.split(own.get("tags", ""))),
        is_public=own.get("private") == "0",
        created_at=added,
        updated_at=milliseconds(own.get("last_modified", "")) or added,
    )


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of an element."""
    found = (
        (each[1].lower(), each[2] or each[3] or each[4] or "") for each in ATTRIBUTE.finditer(text)
    )
    return {name: html.unescape(value) for name, value in found}


def milliseconds(text: str) -> int:
    """Return a time in milliseconds, 0 for none. Programs write seconds, milli- or microseconds."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return 0
    time = int(text)
    if time < LATEST_SECOND:
        return time * 1000
    return time if time < LATEST_SECOND * 1000 else time // 1000 % (LATEST_SECOND * 1000)


def write(bookmarks: Iterable[Bookmark]) -> Iterator[str]:
    """Yield the parts of a file with these bookmarks."""
    yield HEAD
    for bookmark in bookmarks:
        yield entry(bookmark)
    yield "</DL><p>\n"


def entry(bookmark: Bookmark) -> str:
    """Return the lines about one bookmark."""
    own = {
        "HREF": bookmark.url,
        "ADD_DATE": str(bookmark.created_at // 1000),
        "LAST_MODIFIED": str(bookmark.updated_at // 1000),
        "PRIVATE": "0" if bookmark.is_public else "1",
        "TAGS": ",".join(bookmark.tags),
        "NOTES": bookmark.notes,
    }
    shown = " ".join(f'{name}="{html.escape(value)}"' for name, value in own.items() if value)
    described = f"    <DD>{html.escape(bookmark.description)}\n" if bookmark.description else ""
    return f"    <DT><A {shown}>{html.escape(bookmark.title or bookmark.url)}</A>\n{described}"
