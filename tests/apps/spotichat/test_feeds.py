"""What a process knows of a room: what comes after a cursor, whatever was read and forgotten before."""

from hypothesis import given, settings
from hypothesis import strategies as st
from spotichat.batches import Part
from spotichat.feeds import HISTORY, Feed, Place
from spotichat.models import Message, Present
from spotichat.queries import News

KEPT = 250
quick = settings(deadline=None, max_examples=60)


def message(seq: int, event: str = "") -> Message:
    """Return a message of this number."""
    return Message(seq, seq, "system" if event else "user", event, "p", "P", f"text {seq}", "")


def read(feed: Feed, *messages: Message, last: int | None = None) -> list[int]:
    """Have a feed take these, and return the numbers of those that it has told."""
    told: list[int] = []
    last = last if last is not None else messages[-1].seq
    feed.take(News(list(messages), last, Present()), lambda each: told.append(each.seq))
    return told


def numbers(part: Part) -> list[int]:
    """Return the numbers of a part's messages."""
    return [each.seq for each in part.messages]


def filled(first: int, count: int) -> Feed:
    """Return a feed with so many messages."""
    feed = Feed("room", KEPT)
    read(feed, *(message(first + number) for number in range(count)))
    return feed


@quick
@given(st.integers(1, 10**13), st.integers(1, 600), st.integers(0, 700))
def test_a_part_is_all_that_comes_after_the_cursor(first: int, count: int, seen: int) -> None:
    """Without holes; what is not kept any more is a gap."""
    feed, last = filled(first, count), first + count - 1
    cursor = max(1, last - seen)
    part = feed.after(cursor)
    assert part.next == last
    assert numbers(part) == list(range(max(cursor + 1, last - min(count, KEPT) + 1), last + 1))
    assert part.gap == (cursor < last - min(count, KEPT))


@quick
@given(st.integers(1, 10**13), st.integers(1, 600))
def test_newcomers_get_the_history(first: int, count: int) -> None:
    """The last two hundred at the most, and never a gap: they have missed nothing."""
    feed, last = filled(first, count), first + count - 1
    for cursor in (None, 0, -1):
        part = feed.after(cursor)
        assert numbers(part) == list(range(last - min(count, HISTORY) + 1, last + 1))
        assert not part.gap


@quick
@given(st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_a_cursor_that_goes_on_sees_everything_once(portions: list[int]) -> None:
    """However the messages are read in portions."""
    feed, cursor, seen, seq = filled(1, 1), 1, [1], 1
    for portion in portions:
        told = read(feed, *(message(seq + number + 1) for number in range(portion)))
        assert told == list(range(seq + 1, seq + portion + 1))
        seq += portion
        part = feed.after(cursor)
        seen += numbers(part)
        cursor = part.next
    assert seen == list(range(1, seq + 1))


def test_the_first_look_is_told_to_nobody() -> None:
    """Those who begin to follow get it as history."""
    assert read(Feed("room", KEPT), message(1), message(2)) == []


def test_an_empty_room_has_nothing_and_no_gap() -> None:
    """Also for a cursor of before."""
    feed = Feed("room", KEPT)
    read(feed, last=0)
    assert feed.after(None) == feed.after(17) == Part([], 0)
    assert read(feed, message(1000)) == [1000]


def test_a_cleaned_room_has_forgotten() -> None:
    """What was cleaned away is not shown to anybody who comes."""
    feed = filled(1, 5)
    read(feed, message(6, "cleaned"), message(7))
    assert numbers(feed.after(None)) == [6, 7]
    assert feed.after(3).gap


def test_it_is_noticed_when_redis_has_forgotten() -> None:
    """What we have seen and it has not, and what it had and we have not seen."""
    feed = filled(1, 5)
    assert not feed.is_lost(News([message(6)], 6, Present()))
    assert not feed.is_lost(News([], 5, Present()))
    assert feed.is_lost(News([], 3, Present()))
    assert feed.is_lost(News([message(8)], 8, Present()))
    assert not Feed("room", KEPT).is_lost(News([message(8)], 8, Present()))
    feed.forget()
    assert read(feed, message(8)) == [8]
    assert feed.after(5).gap


def test_the_name_of_a_place_does_not_tell_the_room() -> None:
    """It stands in logs, and private rooms are found by their name alone."""
    name = str(Place("track:0123456789abcdefABCDEF~secret", 5, "batch", "https://a.example"))
    assert "secret" not in name
    assert name != str(Place("track:0123456789abcdefABCDEF~other", 5, "batch", "https://a.example"))
