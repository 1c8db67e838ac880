"""Section 4 of the interface: text, URLs and e-mail addresses."""

from typing import Any

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document
from dictshield.fields import EmailField, StringField, URLField
from dictshield.fields import text as text_module


class Page(Document):
    """One field of each kind of text."""

    title = StringField(max_length=5, min_length=2, regex="[a-z]+")
    url = URLField(max_length=30)
    email = EmailField(max_length=20, min_length=7, regex=".*@.*co$")


def reason(**values: Any) -> str | None:
    """Return the reason of a page's first error, or None."""
    errors = Page(**values).errors()
    return errors[0][1] if errors else None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc", None),
        ("abcdef", "String value is too long"),
        ("a", "String value is too short"),
        ("1ab", "String value did not match validation regex"),
        ("ab1", None),
        (5, "Invalid value"),
        (["ab"], "Invalid value"),
        (b"abc", None),
        (b"\xff", "Invalid value"),
    ],
)
def test_text_keeps_its_limits(value: object, expected: str | None) -> None:
    """Length in characters, a regular expression from the start, nothing but text."""
    assert reason(title=value) == expected


def test_bytes_become_text_on_assignment() -> None:
    """UTF-8 is decoded; other bytes stay as they are."""
    assert Page(title="ñu".encode()).title == "ñu"
    assert Page(title=b"\xff").title == b"\xff"


def test_text_is_written_as_it_is() -> None:
    """Both forms give the text."""
    page = Page(title="abc", url="http://a.co", email="abc@b.co")
    assert page.to_python()["title"] == page.to_json(encode=False)["title"] == "abc"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://a.co", None),
        ("no url", "Invalid URL"),
        (17, "Invalid value"),
        ("http://a.co/" + "x" * 30, "String value is too long"),
    ],
)
def test_urls_have_their_reason_and_honour_text_arguments(
    value: object, expected: str | None
) -> None:
    """`Invalid URL`, or what the text arguments say."""
    assert reason(url=value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc@b.co", None),
        ("abc", "String value is too short"),
        ("abc-b.co-and", "String value did not match validation regex"),
        ("abc@b.com", "String value did not match validation regex"),
        ("abc@@b.co", "Invalid email address"),
        ("abcdefghijklmnopqrst@b.co", "String value is too long"),
        (17, "Invalid value"),
    ],
)
def test_addresses_have_their_reason_and_honour_text_arguments(
    value: object, expected: str | None
) -> None:
    """`Invalid email address`, or what the text arguments say."""
    assert reason(email=value) == expected


def test_verify_exists_asks_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """With verify_exists, a page that does not answer is `URL does not exist`."""
    asked = []

    def answers(url: str) -> bool:
        asked.append(url)
        return url.endswith("here")

    monkeypatch.setattr(text_module, "is_reachable", answers)
    field = URLField(True)
    assert field.validate("http://a.co/here") == "http://a.co/here"
    with pytest.raises(ShieldException, match="URL does not exist"):
        field.validate("http://a.co/gone")
    assert asked == ["http://a.co/here", "http://a.co/gone"]


def test_without_verify_exists_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation does no I/O by default."""
    monkeypatch.setattr(text_module, "is_reachable", None)
    assert URLField().validate("http://a.co/here") == "http://a.co/here"
