import pytest
from brubeck.text import to_bytes, to_unicode, without_surrogates
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "raw", "text"),
    [
        ("\xe9", b"\xc3\xa9", "\xe9"),
        (b"\xc3\xa9", b"\xc3\xa9", "\xe9"),
        (12, b"12", "12"),
        (None, b"None", "None"),
    ],
)
def test_anything_becomes_bytes_or_text(value: object, raw: bytes, text: str) -> None:
    """Numbers go through their text."""
    assert to_bytes(value) == raw
    assert to_unicode(value) == text


def test_another_encoding_can_be_named() -> None:
    """The default is UTF-8."""
    assert to_bytes("\xe9", "latin-1") == b"\xe9"
    assert to_unicode(b"\xe9", enc="latin-1") == "\xe9"


@given(st.text(st.characters()))
def test_text_without_surrogates_can_be_encoded(text: str) -> None:
    """They mark bytes that were not UTF-8, on the way only; nobody may have to store them."""
    clean = without_surrogates(text)
    assert clean.encode().decode() == clean
    assert len(clean) == len(text)
    assert all(a in {b, "\ufffd"} for a, b in zip(clean, text, strict=True))


def test_bytes_that_were_no_text_come_back() -> None:
    """What was kept as surrogate escapes is what it was before."""
    assert to_bytes("\xe9\udcff") == b"\xc3\xa9\xff"
