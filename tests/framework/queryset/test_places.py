"""Promises of brubeck.queryset.places: text that sorts as values do."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from brubeck.queryset.places import Order, closed, fits, key_at, opened, place
from hypothesis import given
from hypothesis import strategies as st

# Lone surrogates are no Unicode and come in nowhere.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**52), 2**52) | st.floats(allow_nan=False) | st.booleans()
VALUES = st.none() | NUMBERS | TEXT


def rank(value: Any) -> tuple[int, Any]:
    """Return what values are to be sorted by: nothing, numbers, text."""
    return (0, 0) if value is None else (2, value) if isinstance(value, str) else (1, value)


@given(VALUES, TEXT, VALUES, TEXT)
def test_places_sort_like_values_and_then_ids(one: Any, a: str, other: Any, b: str) -> None:
    """As text, and as the bytes that Redis compares."""
    places = place(a, one), place(b, other)
    expected = (rank(one), a) < (rank(other), b)
    assert (places[0] < places[1]) is expected
    assert (places[0].encode() < places[1].encode()) is expected


@given(VALUES, TEXT)
def test_the_id_is_found_in_a_place(value: Any, key: str) -> None:
    """With a value before it and without."""
    assert key_at(place(key, value), is_sorted=True) == key
    assert key_at(place(key), is_sorted=False) == key


@given(TEXT)
def test_cursors_go_through_addresses_unchanged(text: str) -> None:
    """They consist of what needs no escape, and open as what was closed."""
    cursor = closed(text)
    assert opened(cursor) == text
    assert cursor.replace("-", "").replace("_", "").isalnum() or not text


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_other_text_is_refused_or_some_place(text: str) -> None:
    """Opening raises nothing but ValueError."""
    try:
        found = opened(text)
    except ValueError:
        found = ""
    assert isinstance(found, str)


def test_numbers_of_any_size_have_places() -> None:
    """Also those that no floating-point number comes near."""
    numbers = [-(10**400), -1, Decimal("-0.5"), 0, Decimal("0.25"), 10**400]
    places = [place("", number) for number in numbers]
    assert places == sorted(places)
    assert place("", -0.0) == place("", 0)


def test_times_sort_as_times() -> None:
    """Dates and times in UTC, as text."""
    start = datetime(1999, 12, 31, 23, 59, 59, 5, tzinfo=UTC)
    times = [start + timedelta(days=17 * n, microseconds=n) for n in range(50)]
    assert sorted(times, key=lambda time: place("", time)) == times
    assert place("", date(1999, 12, 31)) < place("", date(2000, 1, 1))


@pytest.mark.parametrize(
    ("document", "filters", "expected"),
    [
        ({"a": 1}, {}, True),
        ({"a": 1}, {"a": "1"}, True),
        ({"a": 1}, {"a": 2}, False),
        ({}, {"a": None}, True),
        ({"a": "None"}, {"a": None}, False),
        ({"a": None}, {"a": "None"}, False),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, False),
    ],
)
def test_filters_compare_as_text(
    document: dict[str, Any], filters: dict[str, Any], expected: bool
) -> None:
    """Like ids; nothing is only like nothing."""
    assert fits(document, filters) is expected


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.sampled_from("xyz"))))
def test_an_order_is_sorted_after_every_change(changes: list[tuple[str, str | None]]) -> None:
    """Putting moves a key, dropping forgets it."""
    order = Order({})
    expected: dict[str, str] = {}
    for key, at in changes:
        if at is None:
            order.drop(key)
            expected.pop(key, None)
        else:
            order.put(key, at)
            expected[key] = at
        assert list(order.beyond("")) == sorted((at, key) for key, at in expected.items())
        assert len(order) == len(expected)
