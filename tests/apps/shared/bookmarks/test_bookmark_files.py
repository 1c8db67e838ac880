"""Files of bookmarks: what is written can be read, whatever it holds."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import pytest
from bookmarks import csvfile, jsonfile, netscape
from bookmarks.bookmark import BadFileError, Bookmark, reading_of
from bookmarks.files import read_file
from hypothesis import given
from hypothesis import strategies as st
from weblinks.tagnames import clean_tag
from weblinks.titles import clean_notes, clean_title

WRITERS: dict[str, Callable[[Iterable[Bookmark]], Iterator[str]]] = {
    "html": netscape.write,
    "json": lambda bookmarks: jsonfile.write([each._asdict() for each in bookmarks], "Test 1"),
    "csv": csvfile.write,
}
READERS = {"html": netscape.read, "json": jsonfile.read, "csv": csvfile.read}
texts = st.text(st.characters(codec="utf-8"), max_size=60)
tags = st.lists(texts.map(clean_tag).filter(bool), max_size=4, unique=True)
seconds = st.integers(1, 1_700_000_000)
links = st.builds(
    Bookmark,
    url=st.integers(0, 10**6).map("https://example.com/?a=1&b={}".format),
    title=texts.map(clean_title),
    description=texts.map(clean_title),
    notes=texts.map(clean_notes),
    tags=tags.map(tuple),
    is_public=st.booleans(),
    created_at=seconds.map(lambda time: time * 1000),
    updated_at=seconds.map(lambda time: time * 1000),
    liked=st.just(False),  # not every format has room for what a reader thinks of a page
    archived=st.just(False),
)
EVIL = [
    "<a ", "<A HREF=", '<A HREF="', "<A HREF='\"", "<dl>", "<DT><A HREF=x>", "</dl>", "<h3>", "<dd>",
    '<a a="', "<a a", "<a a=b ", "&#", '<a "" ', "<a a =", "<!--",
]  # fmt: skip


@pytest.mark.parametrize("kind", READERS)
@given(st.lists(links, max_size=4, unique_by=lambda link: link.url))
def test_what_is_written_is_read_again(kind: str, links: list[Bookmark]) -> None:
    """Quotes, tags of HTML, line ends, formulas, signs of all alphabets: nothing is lost."""
    text = "".join(WRITERS[kind](links))
    assert reading_of(READERS[kind](text)).bookmarks == links


@given(texts)
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever a page is called, a spreadsheet takes it for text (CWE-1236)."""
    (cell,) = next(csv.reader(io.StringIO(csvfile.line([text]), newline="")), [""])
    assert not re.match(r"[=+\-@\t\r]", cell)
    assert csvfile.unguarded(cell) == text


@pytest.mark.parametrize("piece", EVIL)
def test_no_bookmark_file_costs_more_than_its_size(piece: str) -> None:
    """A megabyte of broken tags is read once, not again from each of them (CWE-1333)."""
    for _ in netscape.read("<dl>" + piece * (1_000_000 // len(piece))):
        pass


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"<dl>", b"{", b"[", b"url,title\n", b'<dl><a href="']),
)
def test_any_file_is_read_or_explained(content: bytes, start: bytes) -> None:
    """Nothing makes it fail otherwise."""
    with suppress(BadFileError):
        assert any(read_file(start + content))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1600000000", 1_600_000_000_000),
        ("1600000000123", 1_600_000_000_123),
        ("1600000000123456", 1_600_000_000_123),
        ("0", 0),
        ("", 0),
        ("-1", 0),
        ("soon", 0),
        ("9" * 25, 0),
    ],
)
def test_times_are_seconds_milliseconds_or_microseconds(text: str, time: int) -> None:
    """By their size; what is no time counts as none."""
    assert netscape.milliseconds(text) == time


def test_nested_folders_are_tags_and_one_page_is_one_bookmark() -> None:
    """A page that stands in two folders has the tags of both, its first title, its description."""
    found = reading_of(
        netscape.read(
            "<DL><p><DT><H3>Outer</H3><DD>about the folder<DL><p>"
            '<DT><A HREF="https://example.com/a">First</A>'
            "<DT><H3>Inner one</H3><DL><p>"
            '<DT><A HREF="https://EXAMPLE.com:443/%61" TAGS="x">Second</A><DD>Described'
            "</DL><p></DL><p>"
            '<DT><A HREF="https://example.com/b">B</A></DL>'
        )
    )
    first, second = found.bookmarks
    assert first == Bookmark(
        "https://example.com/a", "First", "Described", tags=("outer", "inner-one", "x")
    )
    assert second == Bookmark("https://example.com/b", "B")


@pytest.mark.parametrize(
    "content",
    [
        "URL,Name,Labels\nhttps://example.com/,Größe,a|b\n".encode(),
        "\ufeffurl,title,tags\r\nhttps://example.com/,Größe,\"a, b\"\r\n".encode(),
        "url,title,tags\nhttps://example.com/,Größe,a b\n".encode("utf-16"),
        "url,title,tags\nhttps://example.com/,Größe,a b\n".encode("cp1252"),
        '[{"url": "https://example.com/", "title": "Größe", "tags": ["a", "b", 3]}]'.encode(),
        '{"items": [{"url": "https://example.com/", "title": "Größe", "tags": ["A", "b"]}]}'.encode(),
        "<DL><DT><A HREF='https://example.com/' TAGS='a,b'>Größe</A></DL>".encode("cp1252"),
    ],
)  # fmt: skip
def test_files_of_other_programs_are_read(content: bytes) -> None:
    """Other names of columns, other encodings, quotes or none."""
    (found,) = read_file(content).bookmarks
    assert found == Bookmark("https://example.com/", "Größe", tags=("a", "b"))
