"""Books of articles, as another program reads them."""

import io
import warnings
import zipfile
from pathlib import Path

import ebooklib
import lxml.etree
import lxml.html
import pytest
from apps.readify.articlepages import html_page, paragraphs
from ebooklib import epub
from hypothesis import given, settings
from hypothesis import strategies as st
from readify.article import PART
from readify.epub import Chapter, book_of, xhtml
from readify.extraction import extract

ODD = Chapter(
    'Tom & <b>"Jerry"</b> \x01',
    "example.org",
    "https://example.org/a?b=1&c=\"2'ü",
    f"<p>One &amp; two<br>three</p>{PART}<ul><li>four</li></ul>",
)
ARABIC = Chapter("البحر", "example.net", "https://example.net/", "<p>كان البحر هادئا.</p>")


def files_of(book: bytes) -> dict[str, bytes]:
    """Return the files in a book."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_book_has_the_shape_that_epub_asks_for() -> None:
    """The media type comes first, not packed (EPUB OCF 3.3, 4.3); all XML is well-formed."""
    book = book_of([ODD, ARABIC], "Unread & more", "Readify")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    files = files_of(book)
    assert files["mimetype"] == b"application/epub+zip"
    for name, content in files.items():
        if name.endswith(("xml", "xhtml", "opf", "ncx")):
            lxml.etree.fromstring(content)


def test_all_that_the_package_names_is_there_and_nothing_else() -> None:
    """Manifest and archive agree; the spine has the chapters in their order."""
    files = files_of(book_of([ODD, ARABIC], "Unread", "Readify"))
    package = lxml.etree.fromstring(files["EPUB/package.opf"])
    items = package.xpath("//*[local-name()='item']")
    named = {f"EPUB/{item.get('href')}" for item in items}
    assert named | {"mimetype", "META-INF/container.xml", "EPUB/package.opf"} == set(files)
    ids = {item.get("id"): item.get("href") for item in items}
    spine = [ids[item.get("idref")] for item in package.xpath("//*[local-name()='itemref']")]
    assert [title_in(files[f"EPUB/{name}"]) for name in spine] == [
        'Tom & <b>"Jerry"</b> ',
        "البحر",
    ]


def title_in(page: bytes) -> str:
    """Return the heading of a chapter."""
    return str(lxml.etree.fromstring(page).xpath("string(//*[local-name()='h1'])"))


def test_another_program_reads_the_book(tmp_path: Path) -> None:
    """Titles, texts and the table of contents arrive in a reader that knows nothing of ours."""
    article = extract(html_page(paragraphs(40)))
    whale = Chapter(article.title, "example.org", "https://example.org/", article.html)
    path = tmp_path / "book.epub"
    path.write_bytes(book_of([whale, ODD], "Unread articles of ada", "Readify"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader's own, about its own future
        book = epub.read_epub(path)
    assert book.get_metadata("DC", "title")[0][0] == "Unread articles of ada"
    pages = [page.get_content() for page in book.get_items_of_type(ebooklib.ITEM_DOCUMENT)]
    text = " ".join(lxml.html.fromstring(page).text_content() for page in pages)
    assert [text.count(f"Paragraph {number}.") for number in range(40)] == [1] * 40
    assert [entry.title for entry in book.toc] == ["The whale", 'Tom & <b>"Jerry"</b> ']


def test_an_empty_book_is_a_book() -> None:
    """Whoever has nothing to read gets a file that opens."""
    assert b"Nothing" in files_of(book_of([], "Nothing", "Readify"))["EPUB/toc.xhtml"]


@pytest.mark.parametrize(
    "address", ["https://example.org/a b", 'https://example.org/"><x', "https://example.org/ü\x00"]
)
def test_addresses_are_encoded(address: str) -> None:
    """Whatever an address holds, it stays inside its quotes, and is one."""
    page = files_of(book_of([ODD._replace(url=address)], "t", "a"))["EPUB/page0001.xhtml"]
    (link,) = lxml.etree.fromstring(page).xpath("//*[@class='from']/*/@href")
    assert not set(link) & set(' "<>\x00')


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_a_chapter(title: str, text: str) -> None:
    """Signs that XML forbids are left out, all others come back."""
    safe = lxml.etree.fromstring(xhtml(f"<p>{lxml.html.tostring(paragraph(text)).decode()}"))
    assert safe.tag == "div"
    lxml.etree.fromstring(
        files_of(book_of([ODD._replace(title=title)], title, title))["EPUB/toc.xhtml"]
    )


def paragraph(text: str) -> lxml.html.HtmlElement:
    """Return a paragraph with a text."""
    element = lxml.html.Element("p")
    element.text = "".join(sign for sign in text if sign.isprintable())
    return element
