"""The feed of changes: numbered, complete, without repetition, whoever dies in between."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from bson import ObjectId
from histories import Event, problems_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from mongostore import connect
from readify import queries
from readify.models import Link, User
from readify.queries import changes
from readify.queries.changes import CLOSED_FOR, PURGE, Write, commit
from readify.queries.links import insertion
from readify.wanted import Wanted
from weblinks.typedlinks import TypedLink


@pytest.fixture(scope="module")
def db(mongo_url: str, database: str) -> Iterator[queries.Db]:
    """Give a database with its indexes."""
    found = connect(mongo_url, database)
    queries.ensure_indexes(found)
    yield found
    found.client.close()


@pytest.fixture
def ada(db: queries.Db) -> User:
    """Give somebody who has changed nothing yet."""
    db.counters.delete_many({})
    return User(id=ObjectId(), username=f"u{uuid4().hex[:12]}")


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a writer who will not come back."""
    monkeypatch.setattr(changes, "PATIENCE", 0)


def new_link(user: User, name: str) -> Link:
    """Return a link that is not stored yet."""
    return Link(owner_id=user.id, owner_username=user.username, url=f"http://{name}.example/")


def seen_since(db: queries.Db, user: User, number: int) -> list[Event]:
    """Return what a program sees that asks since a number, page after page."""
    seen = []
    while True:
        found = queries.changes_since(db, user.id, number, 3)
        seen += [Event(str(item["_id"]), item["change"]) for item in found.items]
        number = found.last
        if found.is_all:
            return seen


def test_each_kind_of_change_is_numbered_and_moves_the_time(db: queries.Db, ada: User) -> None:
    """Saving, editing, flags, undo, tags, places, fetching, the bin: all of it is in the feed."""
    link = queries.add_link(db, ada, TypedLink("http://a.example/"))
    numbers, times, undone = [link.change], [link.updated_at], []
    for act in (
        lambda: queries.change_link(db, link, title="A"),
        lambda: queries.set_flags(db, ada.id, [link.id], liked=True),
        lambda: queries.tag_links(db, ada.id, [link.id], "x"),
        lambda: queries.untag_links(db, ada.id, [link.id], "x"),
        lambda: queries.set_place(db, ada.id, link.id, 0.5),
        lambda: queries.fetch_failed(db, link, "It was not there."),
        lambda: queries.retry_fetch(db, link),
        lambda: undone.append(queries.set_flags(db, ada.id, [link.id], archived=True)),
        lambda: queries.undo(db, ada.id, str(undone[0])),
        lambda: queries.set_flags(db, ada.id, [link.id], deleted=True),
        lambda: queries.set_flags(db, ada.id, [link.id], deleted=False),
        lambda: queries.set_flags(db, ada.id, [link.id], deleted=True),
    ):
        act()
        now = queries.find_link(db, ada.id, link.id)
        assert now
        numbers.append(now.change)
        times.append(now.updated_at)
    assert numbers == list(range(1, 14))
    assert times == sorted(set(times)), "no two changes have the same time"
    queries.purge(db, ada.id, [link.id])
    assert seen_since(db, ada, 13) == [Event(str(link.id), 14)]


def test_what_changes_nothing_is_no_change(db: queries.Db, ada: User) -> None:
    """Liking what is liked moves no time, and no program hears of it."""
    link = queries.add_link(db, ada, TypedLink("http://a.example/"))
    queries.set_flags(db, ada.id, [link.id], liked=True)
    last = queries.changes_since(db, ada.id, 0, 9).last
    queries.set_flags(db, ada.id, [link.id], liked=True)
    queries.change_link(db, link, tags=[])
    assert seen_since(db, ada, last) == []


def test_a_purged_link_is_a_tombstone_and_nothing_else(db: queries.Db, ada: User) -> None:
    """No list, search or lookup finds it; its text is gone."""
    link = queries.add_link(db, ada, TypedLink("http://a.example/", title="Secret"))
    queries.set_flags(db, ada.id, [link.id], deleted=True)
    assert queries.purge(db, ada.id, [link.id]) == 1
    assert queries.find_link(db, ada.id, link.id) is None
    assert not any(
        queries.count_links(db, ada.id, Wanted(view=view)) for view in ("all", "bin", "unread")
    )
    stored = db.listitems.find_one({"_id": link.id})
    assert stored is not None
    assert set(stored) == {"_id", "feed", "change", "updated_at", "deleted"}


def test_only_what_is_in_the_bin_is_purged(db: queries.Db, ada: User) -> None:
    """A link that was restored in the same moment stays."""
    link = queries.add_link(db, ada, TypedLink("http://a.example/"))
    assert queries.purge(db, ada.id, [link.id]) == 0
    assert queries.find_link(db, ada.id, link.id)


@pytest.mark.parametrize("made", [0, 1, 2])
def test_what_a_dead_writer_has_begun_is_finished_by_the_next_reader(
    db: queries.Db, ada: User, made: int
) -> None:
    """Whether none, one or both of its links were written when it died."""
    links = [new_link(ada, name) for name in "ab"]
    counter = changes.settled(db, ada.id)
    batch = changes.taken(db, counter, [insertion(link) for link in links])
    assert batch
    for number, write in enumerate(batch["writing"]["writes"][:made], start=1):
        db.listitems.bulk_write([changes.step(batch, number, write)])
    assert seen_since(db, ada, 0) == [
        Event(str(links[0].id), 1),
        Event(str(links[1].id), 2),
    ]


def test_a_writer_who_wakes_up_late_changes_nothing(db: queries.Db, ada: User) -> None:
    """Its batch was made by others, and what they did since stays."""
    link = queries.add_link(db, ada, TypedLink("http://a.example/"))
    counter = changes.settled(db, ada.id)
    late = changes.taken(db, counter, [Write.of(link.id, title="late")])
    assert late
    queries.change_link(db, link, title="newer")
    changes.finish(db, late)
    now = queries.find_link(db, ada.id, link.id)
    assert now
    assert (now.title, now.change) == ("newer", 3)


def test_nobody_is_written_to_after_his_account_is_gone(db: queries.Db, ada: User) -> None:
    """A fetch that ends then is dropped; so is everything that was there."""
    link = queries.add_link(db, ada, TypedLink("http://a.example/"))
    queries.delete_all_of(db, ada)
    queries.fetch_failed(db, link, "too late")
    with pytest.raises(queries.AccountGoneError):
        queries.add_link(db, ada, TypedLink("http://b.example/"))
    assert db.listitems.count_documents({"feed": ada.id}) == 0


def test_times_are_cursors_as_well(db: queries.Db, ada: User) -> None:
    """All that has changed at a time or later stands behind the number before it."""
    first = queries.add_link(db, ada, TypedLink("http://a.example/"))
    second = queries.add_link(db, ada, TypedLink("http://b.example/"))
    before = queries.number_before(db, ada.id, second.updated_at)
    assert Event(str(second.id), 2) in seen_since(db, ada, before)
    assert queries.number_before(db, ada.id, 0) == 0
    assert queries.number_before(db, ada.id, second.updated_at + 1) == 2
    assert first.updated_at <= second.updated_at


@pytest.mark.parametrize(("off", "words"), [(1, "never seen"), (-1, "again"), (0, "")])
def test_a_cursor_that_is_off_by_one_would_be_found_out(
    off: int, words: str, db: queries.Db, ada: User
) -> None:
    """The control: what compares histories sees what such a program misses, and what it repeats."""
    links = [queries.add_link(db, ada, TypedLink(f"http://{name}.example/")) for name in "abcdef"]
    told = [Event(str(link.id), link.change) for link in links]
    seen, number = [], 0
    for _ in links:
        found = queries.changes_since(db, ada.id, number, 2)
        seen += [Event(str(item["_id"]), item["change"]) for item in found.items]
        number = max(found.last + off, 0)
    problems = problems_of(told, seen, is_merged=True)
    assert bool(problems) == bool(off)
    assert all(words in problem for problem in problems)


def test_what_is_left_of_an_account_goes_after_an_hour(db: queries.Db, ada: User) -> None:
    """Its counter only tells late writers that it is closed; the database removes it (TTL)."""
    queries.add_link(db, ada, TypedLink("http://a.example/"))
    queries.delete_all_of(db, ada)
    counter = db.counters.find_one({"_id": ada.id})
    assert counter
    assert isinstance(counter["ends_at"], datetime)
    (index,) = (each for each in db.counters.list_indexes() if "ends_at" in each["key"])
    assert index["expireAfterSeconds"] == CLOSED_FOR


KINDS = st.sampled_from(["set", "new", "purge"])


class Writers(RuleBasedStateMachine):
    """Writers that stop at any step, for ever or for a while, and a program that asks what is new."""

    def __init__(self, db: queries.Db) -> None:
        super().__init__()
        self.db = db
        self.user = User(id=ObjectId(), username="ada")
        self.links: list[ObjectId] = []
        self.stopped: list[dict[str, Any]] = []
        self.told: list[Event] = []
        self.seen: list[Event] = []
        self.last = 0

    def writes(self, kind: str, at: int) -> list[Write]:
        """Return what a writer wants: a new link, a title, or a purge."""
        if kind == "new" or not self.links:
            links = [new_link(self.user, uuid4().hex[:8]) for _ in range(2)]
            self.links += [link.id for link in links]
            return [insertion(link) for link in links]
        link_id = self.links[-1 - at % len(self.links)]
        return [Write(PURGE, link_id) if kind == "purge" else Write.of(link_id, title=str(at))]

    def exists(self, write: Write) -> bool:
        """Tell whether a write can change anything: nobody writes about what is purged."""
        return write.kind == "insert" or bool(
            self.db.listitems.find_one({"_id": write.link_id, "owner_id": self.user.id})
        )

    @rule(kind=KINDS, at=st.integers(0, 1))
    def one_writes(self, kind: str, at: int) -> None:
        """Write all of it, after finishing what others have left."""
        changes.settled(self.db, self.user.id)
        writes = [write for write in self.writes(kind, at) if self.exists(write)]
        commit(self.db, self.user.id, lambda: writes)
        if writes:
            last = changes.counter_of(self.db, self.user.id)["seq"]
            first = last - len(writes) + 1
            self.told += [Event(str(each.link_id), first + at) for at, each in enumerate(writes)]

    @rule(kind=KINDS, at=st.integers(0, 1), made=st.integers(0, 2))
    def one_stops(self, kind: str, at: int, made: int) -> None:
        """Take a batch, make a part of it, and stop: others will make the rest."""
        counter = changes.settled(self.db, self.user.id)
        writes = [write for write in self.writes(kind, at) if self.exists(write)]
        batch = changes.taken(self.db, counter, writes) if writes else None
        if batch is None:
            return
        first = batch["writing"]["first"]
        for number, write in enumerate(batch["writing"]["writes"][:made], start=first):
            self.db.listitems.bulk_write([changes.step(batch, number, write)])
        self.told += [Event(str(each.link_id), first + at) for at, each in enumerate(writes)]
        self.stopped.append(batch)

    @precondition(lambda self: self.stopped)
    @rule(at=st.integers(0, 1))
    def one_goes_on(self, at: int) -> None:
        """Do the rest of what was stopped for a while, whatever happened since."""
        changes.finish(self.db, self.stopped.pop(at % len(self.stopped)))

    @rule(count=st.integers(1, 3))
    def the_program_asks(self, count: int) -> None:
        """Read a page, and remember how far that goes."""
        found = queries.changes_since(self.db, self.user.id, self.last, count)
        self.seen += [Event(str(item["_id"]), item["change"]) for item in found.items]
        self.last = found.last

    @invariant()
    def nothing_is_seen_twice_or_out_of_order(self) -> None:
        """Numbers only grow."""
        numbers = [event.number for event in self.seen]
        assert numbers == sorted(set(numbers))

    def teardown(self) -> None:
        """In the end the program knows each link as it is, and that is as the last writer left it."""
        self.seen += seen_since(self.db, self.user, self.last)
        assert problems_of(self.told, self.seen, is_merged=True) == []
        latest: dict[str, int] = {}
        for event in self.told:
            latest[event.thing] = max(event.number, latest.get(event.thing, 0))
        stored = self.db.listitems.find({"feed": self.user.id})
        assert {str(item["_id"]): item["change"] for item in stored} == latest


@pytest.mark.usefixtures("ada")
def test_a_program_sees_every_change_once_wherever_writers_stop(db: queries.Db) -> None:
    """Random writers, stopped at random steps, some of them for ever."""
    run_state_machine_as_test(
        lambda: Writers(db),
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
