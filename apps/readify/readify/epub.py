"""A book of articles: EPUB 3, for e-book readers.

Notice that the library puts most texts into its templates as they are. What is a text here comes
escaped, and says so (Markup); what is HTML becomes XML, without the signs that XML does not allow.
"""

import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

import lxml.html
import mkepub
from markupsafe import Markup, escape

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
STYLE = """body { line-height: 1.5; }
h1 { line-height: 1.2; }
.from { font-size: 0.85em; }
pre { white-space: pre-wrap; font-size: 0.8em; }
blockquote { margin-inline: 1.2em; }
"""
CONTENT_TYPE = "application/epub+zip"


class Chapter(NamedTuple):
    """An article of a book: its sanitised HTML, and where it comes from."""

    title: str
    site: str
    url: str
    html: str


def book_of(chapters: Iterable[Chapter], title: str, author: str) -> bytes:
    """Return a book with these chapters as the bytes of a file."""
    book = mkepub.Book(text(title), author=text(author), language="en")
    with closing(Folder(book)), TemporaryDirectory() as folder:
        book.set_stylesheet(STYLE)
        for chapter in chapters:
            book.add_page(text(chapter.title), page_of(chapter))
        path = Path(folder) / "book.epub"
        book.save(path)
        return path.read_bytes()


class Folder:
    """The files that the library keeps of a book until it is saved; it would leave them lying about."""

    def __init__(self, book: mkepub.Book) -> None:
        self.book = book

    def close(self) -> None:
        """Remove them."""
        self.book.tempdir.cleanup()


def page_of(chapter: Chapter) -> str:
    """Return the text of a chapter as XHTML."""
    source = f'<p class="from"><a href="{text(address(chapter.url))}">{text(chapter.site)}</a></p>'
    return f'<div dir="auto"><h1>{text(chapter.title)}</h1>{source}{xhtml(chapter.html)}</div>'


def xhtml(safe: str) -> str:
    """Return sanitised HTML as XML: each element closed, each sign allowed."""
    tree = lxml.html.fragment_fromstring(allowed(safe), create_parent="div")
    for comment in list(tree.iter(lxml.etree.Comment)):
        comment.drop_tree()
    for link in tree.iter("a"):
        link.attrib.pop("rel", None)
        if "href" in link.attrib:
            link.set("href", address(link.get("href")))
    return str(lxml.html.tostring(tree, method="xml", encoding="unicode"))


def address(url: str) -> str:
    """Return the address of a link with everything encoded that may not stand in one (RFC 3987)."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")


def text(words: str) -> Markup:
    """Return a text as it stands in XML."""
    return escape(allowed(words))


def allowed(words: str) -> str:
    """Return a text without the signs that XML forbids."""
    return NOT_IN_XML.sub("", words)
