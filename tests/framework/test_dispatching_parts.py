"""What a dispatcher is made of, without sockets: batches, the roster, the backlog, the ledger."""

from pathlib import Path

import pytest
from brubeck.dispatching import protocol
from brubeck.dispatching.backlog import MAX_BYTES, MAX_REQUESTS, Backlog
from brubeck.dispatching.ledger import SLOTS, Former, Ledger
from brubeck.dispatching.roster import ENOUGH, MAX_IN_HAND, Roster
from hypothesis import given
from hypothesis import strategies as st

# -- batches ---------------------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=1), min_size=2))
def test_a_batch_gives_back_what_was_put_in(requests: list[bytes]) -> None:
    """Whatever the requests contain, and in their order."""
    batch = protocol.pack(requests)
    assert batch[:1] == protocol.BATCH
    assert list(protocol.unpack(batch)) == requests


@given(st.binary(min_size=1))
def test_a_request_alone_stays_as_it_is(request_: bytes) -> None:
    """Nobody has to unpack what nothing else came with."""
    assert protocol.pack([request_]) is request_


# -- the roster ------------------------------------------------------------------------------------

KEYS = st.sampled_from([b"a 1", b"a 2", b"b 1"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("give"), KEYS),
        st.tuples(st.just("finish"), KEYS),
        st.tuples(st.just("forget"), KEYS),
        st.tuples(st.just("lose"), st.sampled_from([0, 1])),
        st.tuples(st.just("grant"), st.sampled_from([0, 1])),
    )
)


@given(STEPS)
def test_every_connection_has_one_owner_or_none(steps: list[tuple[str, object]]) -> None:
    """Whatever happens, the table and the workers' hands say the same."""
    roster = Roster()
    workers = [roster.introduce(b"0", "zero"), roster.introduce(b"1", "one")]
    for what, which in steps:
        if what == "give":
            assert isinstance(which, bytes)
            owner = roster.owner(which)
            if owner is not None or roster.is_ready:
                roster.give(owner or roster.choose(), which)
        elif what == "finish":
            assert isinstance(which, bytes)
            for worker in workers:
                roster.finish(worker, which)
        elif what == "forget":
            assert isinstance(which, bytes)
            roster.forget(which)
        elif what == "lose":
            assert isinstance(which, int)
            roster.remove(b"%d" % which)
            workers[which] = roster.introduce(b"%d" % which, "again")
        else:
            assert isinstance(which, int)
            roster.grant(workers[which], 1)
        held = [held for worker in workers for held in roster.hands(worker)]
        assert len(held) == len(set(held)) == sum(worker.in_hand for worker in workers)
        assert roster.in_hand == len(held)
        assert roster.is_ready == any(worker.credits > 0 for worker in workers)


def test_a_worker_with_its_hands_full_gets_no_more() -> None:
    """The table is bounded, whatever workers ask for."""
    roster = Roster()
    worker = roster.introduce(b"0", "zero")
    roster.grant(worker, MAX_IN_HAND + 1)
    for number in range(MAX_IN_HAND):
        roster.give(roster.choose(), b"a %d" % number)
    assert not roster.is_ready
    roster.finish(worker, b"a 0")
    assert roster.is_ready


def test_who_has_enough_is_content() -> None:
    """With so much to begin a worker is left alone, whatever it has asked for."""
    roster = Roster()
    worker = roster.introduce(b"0", "zero")
    roster.grant(worker, 2 * ENOUGH)
    for number in range(ENOUGH):
        assert not roster.is_content
        roster.give(worker, b"a %d" % number)
    assert roster.is_content
    worker.taken = 1
    assert not roster.is_content


def test_who_has_all_that_was_asked_for_is_content_until_nothing_is_left() -> None:
    """A worker whose requests take long asks for few; the next ones may wait for a moment too."""
    roster = Roster()
    worker = roster.introduce(b"0", "zero")
    roster.grant(worker, 2)
    for key in (b"a 1", b"a 2"):
        assert not roster.is_content
        roster.give(worker, key)
    assert roster.is_content
    worker.taken = 1
    assert roster.is_content
    worker.taken = 2
    assert not roster.is_content


def test_one_idle_worker_is_enough_to_be_quick() -> None:
    """Nobody waits for a request because another one has enough; without workers nobody waits."""
    roster = Roster()
    assert not roster.is_content
    busy, _idle = roster.introduce(b"0", "zero"), roster.introduce(b"1", "one")
    roster.grant(busy, 1)
    roster.give(busy, b"a 1")
    assert not roster.is_content


def test_a_gift_that_did_not_arrive_is_taken_back() -> None:
    """Unless another message of its connection has arrived: order matters more."""
    roster = Roster()
    worker = roster.introduce(b"0", "zero")
    roster.grant(worker, 5)
    for key in (b"a 1", b"a 2", b"a 2"):
        roster.give(worker, key)
    assert roster.take_back(worker, b"a 1")
    assert not roster.take_back(worker, b"a 2")
    assert roster.hands(worker) == [b"a 2"]


# -- the backlog -----------------------------------------------------------------------------------


@given(st.lists(st.tuples(KEYS, st.binary(max_size=9))), st.lists(KEYS))
def test_requests_come_out_in_the_order_of_their_connections(
    requests: list[tuple[bytes, bytes]], dropped: list[bytes]
) -> None:
    """Those of one connection together, those of a client who has gone not at all."""
    backlog = Backlog()
    for key, request in requests:
        backlog.add(key, request)
    for key in dropped:
        backlog.drop(key)
    left = [(key, request) for key, request in requests if key not in dropped]
    order = list(dict.fromkeys(key for key, _ in left))
    assert (backlog.keys(), len(backlog)) == (order, len(left))
    assert [backlog.pop() for _ in order] == [
        (key, [request for other, request in left if other == key]) for key in order
    ]
    assert (len(backlog), backlog.is_full) == (0, False)


def test_the_backlog_is_bounded_by_number_and_by_size() -> None:
    """A dispatcher reads no more than it can afford to lose."""
    many, large = Backlog(), Backlog()
    for number in range(MAX_REQUESTS):
        assert not many.is_full
        many.add(b"a %d" % number, b"")
    large.add(b"a 1", bytes(MAX_BYTES))
    assert many.is_full
    assert large.is_full
    many.drop_front(b"a")
    large.drop(b"a 1")
    assert not many.is_full
    assert not large.is_full


# -- the ledger ------------------------------------------------------------------------------------


def killed(path: Path) -> list[bytes]:
    """Leave a ledger behind as somebody who is killed; returns the welcomes of two workers."""
    ledger = Ledger(path)
    slots = [ledger.slot(), ledger.slot()]
    ledger.note_waiting(4)
    for slot, count in zip(slots, (10, 20), strict=True):
        ledger.note_given(slot, count)
    return [ledger.welcome(slot) for slot in slots]


def former_of(path: Path) -> Former:
    """Return what the next one finds."""
    former = Ledger(path).former
    assert former is not None
    return former


def test_what_workers_do_not_have_is_lost(tmp_path: Path) -> None:
    """Besides what nobody was given. A worker that says nothing has gone with what it had."""
    one, other = killed(tmp_path / "ledger")
    former = former_of(tmp_path / "ledger")
    assert former.lost == former.waiting == 4
    assert former.hear(one + b" 10")
    assert former.lost == 4
    assert former.hear(other + b" 17")
    assert former.lost == 7


@pytest.mark.parametrize("words", [b"", b"1 2", b"ff 0 3", b"zz 0 0", b"\xff"])
def test_words_of_others_change_nothing(tmp_path: Path, words: bytes) -> None:
    """Workers of another dispatcher, and whoever talks nonsense."""
    killed(tmp_path / "ledger")
    former = former_of(tmp_path / "ledger")
    assert not former.hear(words)
    assert former.lost == 4


def test_who_ends_by_himself_leaves_nothing(tmp_path: Path) -> None:
    """And a file that is no ledger is none."""
    path = tmp_path / "ledger"
    killed(path)
    ledger = Ledger(path)
    ledger.clear()
    ledger.close()
    assert Ledger(path).former is None
    path.write_bytes(b"something else")
    assert Ledger(path).former is None


def test_there_are_more_workers_than_places(tmp_path: Path) -> None:
    """Those without one work as well; they are only not counted."""
    ledger = Ledger(tmp_path / "ledger")
    slots = [ledger.slot() for _ in range(SLOTS)]
    assert ledger.slot() is None
    ledger.note_given(None, 9)
    ledger.note_given(slots[0], 9)
    welcome = ledger.welcome(None)
    ledger.release(slots[0])
    assert ledger.slot() == slots[0]
    former = former_of(tmp_path / "ledger")
    assert former.hear(welcome + b" 0")
    assert former.lost == 0
