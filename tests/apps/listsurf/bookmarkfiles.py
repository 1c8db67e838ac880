"""Bookmark files as Firefox and Chrome write them, of any size."""

import html
from collections.abc import Iterator

ICON = "data:image/png;base64," + "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAA" * 2
FOLDERS = ["Reading list", "Küche & Keller", "日本", "work", "Музыка"]
PER_FOLDER = 40

FIREFOX_HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file.
     It will be read and overwritten.
     DO NOT EDIT! -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<meta http-equiv="Content-Security-Policy"
      content="default-src 'self'; script-src 'none'; img-src data: *; object-src 'none'"></meta>
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks Menu</H1>

<DL><p>
    <DT><A HREF="place:sort=8&maxResults=10" ADD_DATE="1600000000">Most visited</A>
    <HR>
    <DT><H3 ADD_DATE="1600000000" LAST_MODIFIED="1600000001" PERSONAL_TOOLBAR_FOLDER="true">Bookmarks Toolbar</H3>
    <DD>Add bookmarks to this folder to see them displayed on the Bookmarks Toolbar
    <DL><p>
"""
CHROME_HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file.
     It will be read and overwritten.
     DO NOT EDIT! -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1600000000" LAST_MODIFIED="1600000001" PERSONAL_TOOLBAR_FOLDER="true">Lesezeichenleiste</H3>
    <DL><p>
"""


def address(number: int) -> str:
    """Return the address of a bookmark."""
    return f"https://site{number % 97}.example/page/{number}?q=a&b=%C3%BC"


def title(number: int) -> str:
    """Return the title of a bookmark."""
    return f'Nr. {number}: "Wellen" <&> 漢字 {"word" * (number % 5)}'


def folder(number: int) -> str:
    """Return the folder that a bookmark stands in."""
    return FOLDERS[number // PER_FOLDER % len(FOLDERS)]


def firefox(count: int) -> bytes:
    """Return a file as Firefox writes it: tags, descriptions, icons; apostrophes are escaped."""
    return "".join([FIREFOX_HEAD, *entries(count, firefox_entry), "    </DL><p>\n</DL>\n"]).encode()


def chrome(count: int) -> bytes:
    """Return a file as Chrome writes it: neither tags nor descriptions."""
    return "".join(
        [CHROME_HEAD, *entries(count, chrome_entry), "    </DL><p>\n</DL><p>\n"]
    ).encode()


def entries(count: int, entry: object) -> Iterator[str]:
    """Yield folders, one inside the other after the first, with their bookmarks."""
    for number in range(count):
        if number % PER_FOLDER == 0:
            if number:
                yield "        </DL><p>\n"
            name = html.escape(folder(number))
            yield f'        <DT><H3 ADD_DATE="1600000000" LAST_MODIFIED="0">{name}</H3>\n        <DL><p>\n'
        yield entry(number)  # type: ignore[operator]
    yield "        </DL><p>\n" if count else ""


def firefox_entry(number: int) -> str:
    """Return the lines of one bookmark."""
    tags = f' TAGS="tag{number % 7},geteilt"' if number % 3 == 0 else ""
    note = f"            <DD>About {number} &lt;this&gt;\n" if number % 4 == 0 else ""
    return (
        f'            <DT><A HREF="{html.escape(address(number))}" ADD_DATE="{1_600_000_000 + number}"'
        f' LAST_MODIFIED="{1_650_000_000 + number}" ICON_URI="https://x.example/i.ico" ICON="{ICON}"'
        f"{tags}>{html.escape(title(number))}</A>\n{note}"
    )


def chrome_entry(number: int) -> str:
    """Return the line of one bookmark."""
    return (
        f'            <DT><A HREF="{html.escape(address(number))}" ADD_DATE="{1_600_000_000 + number}"'
        f' ICON="{ICON}">{html.escape(title(number))}</A>\n'
    )
