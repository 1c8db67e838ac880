"""Conditions in headers: lists of entity tags, and times."""

import pytest
from brubeck.conditional import (
    as_etag,
    etag_of,
    has_version,
    http_date,
    is_current,
    is_outdated,
    matches_strongly,
    matches_weakly,
    parsed_date,
    parsed_etags,
)
from hypothesis import given
from hypothesis import strategies as st

OPAQUE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs"], exclude_characters='"'),
    max_size=12,
).filter(lambda text: all("!" <= c <= "~" or "\x80" <= c <= "\uffff" for c in text))
TAGS = st.builds(lambda weak, text: f'{weak}"{text}"', st.sampled_from(["", "W/"]), OPAQUE)
LISTS = st.lists(TAGS, max_size=5)
SEPARATORS = st.sampled_from([",", ", ", " , ", "\t,", ",, ", ", ,"])

NOW = 1_700_000_000


@given(LISTS, SEPARATORS)
def test_a_list_is_read_as_it_was_written(tags: list[str], separator: str) -> None:
    """Commas inside of tags are part of them, and empty elements count for nothing."""
    assert parsed_etags(separator.join(tags)) == tags


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    """What is no tag ends the list; nothing raises."""
    for tag in parsed_etags(text):
        assert tag in text
        assert matches_weakly(tag, text)


@given(TAGS, TAGS)
def test_weak_comparison_is_about_the_text(one: str, other: str) -> None:
    """The same in both directions, and true of a tag and its weak form (RFC 9110, 8.8.3.2)."""
    assert matches_weakly(one, other) is matches_weakly(other, one)
    assert matches_weakly(one, other) is (one.removeprefix("W/") == other.removeprefix("W/"))


@given(TAGS, LISTS)
def test_strong_comparison_wants_more(tag: str, tags: list[str]) -> None:
    """What matches strongly matches weakly, and nothing weak matches strongly."""
    header = ", ".join(tags)
    if matches_strongly(tag, header):
        assert matches_weakly(tag, header)
    assert matches_strongly(tag, header) is (tag in tags and not tag.startswith("W/"))


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ('"a"', ['"a"']),
        ('"a", "b"', ['"a"', '"b"']),
        ('"a,b",W/"c"', ['"a,b"', 'W/"c"']),
        ('""', ['""']),
        ('"a" "b"', ['"a"', '"b"']),
        ('a, "b"', []),
        ('"a", b, "c"', ['"a"']),
        ('"a b"', []),
        ('"a', []),
        ("w/'a'", []),
        ("*", []),
        ("", []),
    ],
)
def test_lists_by_hand(header: str, tags: list[str]) -> None:
    """The forms of RFC 9110, 8.8.3, and some that are none."""
    assert parsed_etags(header) == tags


@given(st.binary(), st.binary())
def test_a_tag_stands_for_its_bytes(one: bytes, other: bytes) -> None:
    """Equal bytes have equal tags, others have not."""
    assert (etag_of(one) == etag_of(other)) is (one == other)
    assert parsed_etags(etag_of(one)) == [etag_of(one)]


@pytest.mark.parametrize(
    ("value", "tag"),
    [(7, '"7"'), ("v1", '"v1"'), ('"v1"', '"v1"'), ('W/"v1"', 'W/"v1"'), ("W/v1", '"W/v1"')],
)
def test_revisions_become_tags(value: object, tag: str) -> None:
    """Numbers and texts are quoted, tags are left alone."""
    assert as_etag(value) == tag


@pytest.mark.parametrize("value", ['a"b', "a b", "a\n", '"a" "b"', "\x7f"])
def test_what_can_be_no_tag_is_refused(value: str) -> None:
    """A quote would end it, a line break would begin another header."""
    with pytest.raises(ValueError, match="no entity tag"):
        as_etag(value)


@given(st.integers(0, 4_000_000_000))
def test_times_survive_the_way_there_and_back(seconds: int) -> None:
    """To the second, which is all that headers have."""
    assert parsed_date(http_date(seconds)) == seconds


@pytest.mark.parametrize("text", [None, "", "yesterday", "Mon, 99 Foo 2024 00:00:00 GMT", "1"])
def test_what_is_no_time_is_none(text: str | None) -> None:
    """A header that makes no sense is ignored (RFC 9110, 13.1.3)."""
    assert parsed_date(text) is None


@given(st.text())
def test_no_time_is_too_strange(text: str) -> None:
    """Strangers write what they like."""
    assert parsed_date(text) is None or isinstance(parsed_date(text), float)


READING = [
    ({}, False),
    ({"if-none-match": '"v1"'}, True),
    ({"if-none-match": 'W/"v1"'}, True),
    ({"if-none-match": '"v0", "v1"'}, True),
    ({"if-none-match": '"v0"'}, False),
    ({"if-none-match": "*"}, True),
    ({"if-modified-since": http_date(NOW)}, True),
    ({"if-modified-since": http_date(NOW + 1)}, True),
    ({"if-modified-since": http_date(NOW - 1)}, False),
    ({"if-modified-since": "nonsense"}, False),
    ({"if-none-match": '"v0"', "if-modified-since": http_date(NOW)}, False),
]


@pytest.mark.parametrize(("headers", "current"), READING)
def test_who_has_it_need_not_get_it(headers: dict[str, str], current: bool) -> None:
    """The tag counts before the time, and fractions of a second do not count."""
    assert is_current(headers.get, '"v1"', NOW + 0.5) is current


WRITING = [
    ({}, False),
    ({"if-match": '"v1"'}, False),
    ({"if-match": '"v0", "v1"'}, False),
    ({"if-match": '"v0"'}, True),
    ({"if-match": 'W/"v1"'}, True),
    ({"if-match": "*"}, False),
    ({"if-unmodified-since": http_date(NOW)}, False),
    ({"if-unmodified-since": http_date(NOW - 1)}, True),
    ({"if-unmodified-since": "nonsense"}, False),
    ({"if-match": '"v1"', "if-unmodified-since": http_date(NOW - 1)}, False),
]


@pytest.mark.parametrize(("headers", "outdated"), WRITING)
def test_who_means_another_version_must_not_change_this(
    headers: dict[str, str], outdated: bool
) -> None:
    """Comparison is strong, and the tag counts before the time."""
    assert is_outdated(headers.get, '"v1"', NOW + 0.5) is outdated


def test_what_does_not_exist_has_no_version() -> None:
    """Nobody has it, and nobody can mean a version of it."""
    assert not has_version("*", None, None)
    assert not has_version('"v1"', None, None)
    assert is_outdated({"if-match": "*"}.get, None, None)
    assert is_outdated({"if-match": '"v1"'}.get, None, None)
    assert has_version("*", None, NOW)
    assert not is_outdated({"if-match": "*"}.get, None, NOW)
