"""The checker of histories finds what it is there to find."""

import pytest
from histories import Event, problems_of
from hypothesis import given
from hypothesis import strategies as st

A1, B2, A3, C4 = Event("a", 1), Event("b", 2), Event("a", 3), Event("c", 4)
HISTORY = [A1, B2, A3, C4]


def test_a_history_seen_as_it_happened_is_well() -> None:
    """Writers may have been told in any order."""
    assert problems_of([C4, A1, A3, B2], HISTORY) == []


@pytest.mark.parametrize(
    ("seen", "problem"),
    [
        ([A1, B2, A3], "was never seen"),
        ([A1, B2, B2, A3, C4], "came again"),
        ([A1, A3, B2, C4], "too late"),
        ([*HISTORY, Event("d", 5)], "was never done"),
    ],
)
def test_each_flaw_has_its_words(seen: list[Event], problem: str) -> None:
    """Missed, repeated, misplaced and invented events are told apart."""
    found = problems_of(HISTORY, seen)
    assert len(found) == 1
    assert problem in found[0]


def test_a_merged_feed_may_leave_out_what_was_followed() -> None:
    """The later change of the same thing shows it as it is; the last one must not be missing."""
    assert problems_of(HISTORY, [B2, A3, C4], is_merged=True) == []
    assert problems_of(HISTORY, [A1, B2, C4], is_merged=True) == [f"{A3} was never seen"]


def test_what_is_doubtful_may_be_seen_or_not() -> None:
    """Nobody knows what a killed writer has still done."""
    assert problems_of([A1], [A1, Event("x", 2)], doubtful={"x"}) == []
    assert problems_of([A1], [A1], doubtful={"x"}) == []


@given(st.lists(st.sampled_from("abc"), min_size=2), st.data())
def test_any_event_that_is_taken_away_is_missed(things: list[str], data: st.DataObject) -> None:
    """There is no place in a history at which something could get lost unseen."""
    history = [Event(thing, number) for number, thing in enumerate(things, start=1)]
    lost = data.draw(st.sampled_from(history))
    assert problems_of(history, [each for each in history if each != lost]) == [
        f"{lost} was never seen"
    ]
