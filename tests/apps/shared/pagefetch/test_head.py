"""Title and description in the head of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pagefetch.head import Head, parse_head

LARGE = 100_000
EVIL = [
    "<a ", "<meta ", "<meta a=", "<meta a='", '<meta "', "<title ", "<title>", "<script>", "<!--", "<![",
    "<meta a='\"", "<meta x ", "<meta charset", "</titl", "&#", "<", "</", "<meta a=b ", "x=\"", "<!-", "-",
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "head"),
    [
        ("<title>Plain</title>", Head("Plain")),
        ("<TITLE lang='de'>\n Two\n  lines\t</TITLE>", Head("Two lines")),
        ("<title>A &amp; B &#8594; &lt;b&gt; C</title>", Head("A & B → <b> C")),
        ("<title>1 < 2</title>", Head("1 < 2")),
        ("<title>Not closed", Head("Not closed")),
        ("<title></title><title>Second</title>", Head()),
        ("<!-- <title>No</title> --><title>Yes</title>", Head("Yes")),
        ("<script>'<title>No</title>'</script><title>Yes</title>", Head("Yes")),
        ("<style>a::after{content:'<title>No'}</style><title>Yes</title>", Head("Yes")),
        ("<meta name=description content=one>", Head("", "one")),
        ("<META CONTENT='it says \"x > y\"' NAME='Description'>", Head("", 'it says "x > y"')),
        ('<meta property="og:title" content="Shared"><title> </title>', Head("Shared")),
        ('<title>Own</title><meta property="og:title" content="Shared">', Head("Own")),
        ('<meta property="og:description" content="D"/>', Head("", "D")),
        ('<meta name="description" content="First"><meta name="description" content="2">', Head("", "First")),
        ("<p>Nothing of the kind</p>", Head()),
        ("", Head()),
    ],
)  # fmt: skip
def test_a_page_says_what_it_is_called(page: str, head: Head) -> None:
    """However it is written, entities and blanks resolved."""
    assert parse_head(page.encode()) == head


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("<title>Größe</title>".encode(), None),
        ("<title>Größe</title>".encode("latin-1"), "ISO-8859-1"),
        ("<title>Größe</title>".encode("latin-1"), None),
        ("<meta charset='latin-1'><title>Größe</title>".encode("latin-1"), None),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=cp1252"><title>Gr\xf6\xdfe',
            None,
        ),
        ("\ufeff<title>Größe</title>".encode("utf-16-le"), None),
        ("\ufeff<title>Größe</title>".encode(), "latin-1"),
        ("<title>Größe</title>".encode(), "no-such-thing"),
        ("<title>Größe</title>".encode(), "punycode"),
        ("<title>Größe</title>".encode(), "rot13"),
    ],
)
def test_a_page_is_read_in_its_own_encoding(content: bytes, charset: str | None) -> None:
    """By mark, header, its own word, or a guess; names of other codecs are no encodings."""
    assert parse_head(content, charset).title == "Größe"


def test_a_page_that_was_cut_within_a_sign_is_still_utf_8() -> None:
    """Only the last sign is lost."""
    assert parse_head("<title>日本".encode()[:-1]).title.startswith("日")


@pytest.mark.parametrize("piece", EVIL)
def test_no_page_costs_more_than_its_size(piece: str) -> None:
    """Half a megabyte of broken tags is read once, not again from each of them (CWE-1333)."""
    parse_head((piece * (LARGE // len(piece) * 5)).encode())


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "utf-16", "x"]))
def test_whatever_a_page_holds_something_comes_out(content: bytes, charset: str | None) -> None:
    """Two texts on one line each, and never an error."""
    for text in parse_head(b"<title>" + content, charset):
        assert text == " ".join(text.split())
