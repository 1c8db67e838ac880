"""One table for every kind of queryset: none, one and many documents, ids of every kind, pages."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import gevent
import pymongo
import pytest
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from brubeck.queryset.base import Change
from brubeck.queryset.places import closed
from brubeck.request_handling import FourOhFourException
from bson import ObjectId
from dictshield.document import Document
from dictshield.fields import IntField, StringField
from dictshield.fields.base import BaseField

Make = Callable[..., AbstractQueryset]


class Note(Document):
    id = BaseField(id_field=True)
    text = StringField()
    owner = StringField()
    number = IntField()


class Plain(AbstractQueryset):
    """A store that somebody wrote with the forms of old only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._inner = DictQueryset(**options)

    def __getattribute__(self, name: str) -> Any:
        if name.endswith(("_one", "_many", "_all")) and not name.startswith("_"):
            return getattr(self._inner, name)
        return super().__getattribute__(name)


@pytest.fixture
def collection(mongo_url: str) -> Iterator[Any]:
    """Give an empty collection of a real server."""
    with pymongo.MongoClient[Any](mongo_url, serverSelectionTimeoutMS=5000) as client:
        client.drop_database("test_queryset_table")
        yield client["test_queryset_table"]["notes"]


@pytest.fixture(params=["plain", "dict", "redis", "redis compressed", "redis indexed", "mongo"])
def make(request: pytest.FixtureRequest) -> Make:
    """Give what makes a queryset of each kind over an empty store."""
    kind: str = request.param
    if kind in {"plain", "dict"}:
        return {"plain": Plain, "dict": DictQueryset}[kind]
    if kind == "mongo":
        collection = request.getfixturevalue("collection")
        return lambda **options: MongoQueryset(db_conn=collection, **options)
    connection = request.getfixturevalue("redis")
    special = {"indexed": "indexed" in kind, "compress": "compressed" in kind}
    return lambda **options: RedisQueryset(db_conn=connection, **special, **options)


@pytest.fixture
def queries(make: Make) -> AbstractQueryset:
    """Give a queryset of each kind in turn."""
    return make()


def note(key: Any, text: str = "x", **values: Any) -> Note:
    return Note(id=key, text=text, **values)


def texts(pairs: Any) -> list[Any]:
    """Return message and text, or id, of each pair."""
    return [(message, item["text"] if isinstance(item, dict) else item) for message, item in pairs]


@dataclass
class Case:
    """An action on a store that holds A under a and B under b, and what must come of it."""

    name: str
    action: Callable[[AbstractQueryset], Any]
    answer: list[tuple[str, str]]
    left: dict[str, str]


AB = {"a": "A", "b": "B"}
CASES = [
    Case("create none", lambda q: q.create([]), [], AB),
    Case("create one", lambda q: [q.create(note("c", "C"))], [("Created", "C")], {**AB, "c": "C"}),
    Case("create one again", lambda q: [q.create(note("a", "Z"))], [("Updated", "Z")], {**AB, "a": "Z"}),
    Case(
        "create many",
        lambda q: q.create([note("b", "Y"), note("c", "C")]),
        [("Updated", "Y"), ("Created", "C")],
        {"a": "A", "b": "Y", "c": "C"},
    ),
    Case("read all", lambda q: q.read(None), [("OK", "A"), ("OK", "B")], AB),
    Case("read one", lambda q: [q.read("a")], [("OK", "A")], AB),
    Case("read one missing", lambda q: [q.read("c")], [("Failed", "c")], AB),
    Case("read many", lambda q: q.read(["b", "c", "a"]), [("OK", "B"), ("Failed", "c"), ("OK", "A")], AB),
    Case("update none", lambda q: q.update([]), [], AB),
    Case("update one", lambda q: [q.update(note("a", "Z"))], [("Updated", "Z")], {**AB, "a": "Z"}),
    Case(
        "update many",
        lambda q: q.update([note("b", "Y"), note("a", "Z")]),
        [("Updated", "Y"), ("Updated", "Z")],
        {"a": "Z", "b": "Y"},
    ),
    Case("destroy none", lambda q: q.destroy([]), [], AB),
    Case("destroy one", lambda q: [q.destroy("a")], [("Updated", "A")], {"b": "B"}),
    Case("destroy many", lambda q: q.destroy(["b", "a"]), [("Updated", "B"), ("Updated", "A")], {}),
    Case("page of none", lambda q: q.read_page(5, filters={"text": "C"}).items, [], AB),
    Case("page of one", lambda q: q.read_page(1).items, [("OK", "A")], AB),
    Case("page of many", lambda q: q.read_page(5).items, [("OK", "A"), ("OK", "B")], AB),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_kind_of_store_does_the_same(queries: AbstractQueryset, case: Case) -> None:
    """The table, over a dict, Redis with and without options, MongoDB, and a store of one's own."""
    queries.create([note("a", "A"), note("b", "B")])
    answer = [
        (message, item.to_python() if isinstance(item, Note) else item)
        for message, item in case.action(queries)
    ]
    expected = sorted(case.answer) if case.name == "read all" else case.answer
    assert (sorted(texts(answer)) if case.name == "read all" else texts(answer)) == expected
    assert {item["_id"]: item["text"] for _, item in queries.read_page(9).items} == case.left
    assert sorted(texts(queries.read(None))) == sorted(("OK", text) for text in case.left.values())


STRANGE = [
    pytest.param("ümläut 漢字 \U0001f600", id="unicode"),
    pytest.param(7, id="number"),
    pytest.param(-1.5, id="fraction"),
    pytest.param(ObjectId("0123456789abcdef01234567"), id="ObjectId"),
    pytest.param(UUID("11111111-1111-4111-8111-111111111111"), id="UUID"),
    pytest.param("0123456789abcdef01234567", id="text like an ObjectId"),
    pytest.param('{"$ne": 1}', id="operator as text"),
    pytest.param({"$ne": 1}, id="operator"),
    pytest.param("$where", id="dollar"),
    pytest.param("a.b:c,d/e|f", id="separators"),
    pytest.param("two\r\nlines\tand a null \x00", id="control characters"),
    pytest.param("*?[a-z]", id="pattern"),
    pytest.param("x" * 5000, id="very long"),
    pytest.param("None", id="None as text"),
    pytest.param("\x7f\x00\x00", id="like a separator of places"),
]


@pytest.mark.parametrize("key", STRANGE)
def test_ids_of_every_kind_are_nothing_but_ids(queries: AbstractQueryset, key: Any) -> None:
    """Each names one document for every action, and never another one."""
    queries.create([note("first", "other"), note("zz last", "other")])
    assert queries.create(note(key, "mine"))[0] == "Created"
    assert queries.create(note(key, "mine too"))[0] == "Updated"
    for found in (queries.read_one(key), *queries.read_many([key])):
        assert texts([found]) == [("OK", "mine too")]
    assert len(queries.read_page(9).items) == 3
    assert texts(queries.destroy([key])) == [("Updated", "mine too")]
    assert texts(queries.read_page(9).items) == [("OK", "other")] * 2


@pytest.mark.parametrize("key", [{"$ne": 1}, {"$gt": ""}, ["a", "b"], ("a",), {"a"}, True])
def test_what_is_no_id_finds_nothing(queries: AbstractQueryset, key: Any) -> None:
    """An operator of the database, a list or a set is the text that it is, and no query."""
    queries.create([note("a"), note("b")])
    assert queries.read_one(key)[0] == "Failed"
    assert [message for message, _ in queries.read_many([key])] == ["Failed"]
    with suppress(FourOhFourException):
        assert queries.destroy_one(key)[0] in {"Failed", "Not Found"}
    assert len(queries.read_page(9).items) == 2


def test_one_of_many_creates_of_an_id_creates_it(queries: AbstractQueryset) -> None:
    """The others update, whoever is first."""
    jobs = [gevent.spawn(queries.create, note("same", str(number))) for number in range(20)]
    gevent.joinall(jobs, raise_error=True)
    assert sorted(job.value[0] for job in jobs) == ["Created"] + ["Updated"] * 19
    assert len(queries.read_page(9).items) == 1


# -- pages -------------------------------------------------------------------------------------


def walk(queries: AbstractQueryset, limit: int, **filters: Any) -> list[Any]:
    """Return the ids on all pages, each page being as long as it may."""
    page = queries.read_page(limit, None, filters)
    found = [item["_id"] for _, item in page.items]
    while page.after is not None:
        assert len(page.items) == limit
        page = queries.read_page(limit, page.after, filters)
        assert page.items
        found += [item["_id"] for _, item in page.items]
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_together_are_everything_once_in_order(queries: AbstractQueryset, limit: int) -> None:
    """Whatever the length of a page; the last one has no cursor even if it is full."""
    keys = ["B", "a", "b", "ä", "漢", "\U0001f600", "a b"]
    queries.create([note(key) for key in keys])
    assert walk(queries, limit) == sorted(keys)


def test_an_empty_store_has_one_empty_page(queries: AbstractQueryset) -> None:
    """No documents and no cursor."""
    assert queries.read_page(3) == ([], None)


def test_pages_follow_the_sort_key_and_then_the_id(make: Make) -> None:
    """Documents without a value come first; equal values are sorted by id."""
    queries = make(sort_key="number")
    numbers = {"f": -2, "e": None, "d": 3, "c": 10, "b": 3, "a": None, "g": -10}
    queries.create([note(key, number=number) for key, number in numbers.items()])
    for limit in (1, 2, 3, 9):
        assert walk(queries, limit) == ["a", "e", "g", "f", "b", "d", "c"]


def test_pages_may_be_sorted_by_text(make: Make) -> None:
    """Character by character; one that begins another comes first, whatever follows it."""
    queries = make(sort_key="text")
    words = ["b", "a", "a\x00", "a\x01", "ab", "ä", "\U0001f600", "\uffff"]
    queries.create([note(str(9 - number), text=word) for number, word in enumerate(words)])
    for limit in (1, 3):
        found = [queries.read_one(key)[1]["text"] for key in walk(queries, limit)]
        assert found == sorted(words)


@pytest.mark.parametrize("filter_keys", [(), ("owner",)])
def test_pages_can_be_of_some_documents_only(make: Make, filter_keys: tuple[str, ...]) -> None:
    """Those with the values asked for, with an index or without."""
    queries = make(filter_keys=filter_keys)
    queries.create(
        [note(f"{n:02}", owner=("x", "y", None)[n % 3], number=n % 2) for n in range(12)]
    )
    assert walk(queries, 2, owner="x") == ["00", "03", "06", "09"]
    assert walk(queries, 1, owner="y", number=0) == ["04", "10"]
    assert walk(queries, 2, owner=None) == ["02", "05", "08", "11"]
    assert walk(queries, 2, owner={"$ne": 1}) == []


def test_documents_move_with_their_values(make: Make) -> None:
    """What changes its sort key or its owner is found at its new place only."""
    queries = make(sort_key="number", filter_keys=("owner",))
    queries.create([note(key, owner="x", number=number) for number, key in enumerate("abc")])
    queries.update(note("a", owner="x", number=9))
    queries.update([note("b", owner="y", number=1)])
    assert walk(queries, 2) == ["b", "c", "a"]
    assert walk(queries, 2, owner="x") == ["c", "a"]
    queries.destroy(["c"])
    queries.destroy("a")
    assert walk(queries, 2, owner="x") == []
    assert walk(queries, 2, owner="y") == ["b"]


def test_a_cursor_stays_good_when_documents_come_and_go(queries: AbstractQueryset) -> None:
    """Nothing that stays is missed or repeated, also when the document of the cursor goes."""
    queries.create([note(key) for key in "bdfh"])
    first = queries.read_page(2)
    queries.destroy(["d"])
    queries.create([note("a"), note("e")])
    second = queries.read_page(2, first.after)
    assert [item["_id"] for _, item in second.items] == ["e", "f"]


def test_a_change_behind_the_cursor_is_found_later(make: Make) -> None:
    """Who goes on from the last document that was read misses no change and repeats none."""
    queries = make(sort_key="number")
    queries.create([note(key, number=number) for number, key in enumerate("abc")])
    (*_, (_, last)) = queries.read_page(9).items
    since = queries.cursor_of(last)
    assert queries.read_page(9, since).items == []
    queries.update(note("a", "changed", number=2))
    queries.update(note("c", "changed", number=5))
    queries.create(note("d", "new", number=2))
    found = [item["_id"] for _, item in queries.read_page(9, since).items]
    # "a" has the time of the last one but an id before it: clocks must not stand still.
    assert found == ["d", "c"]


FORGED = [
    [], {}, 5, None, [None], [True], [["a"]], [{}], [{"$ne": 1}], [{"oid": "zz"}], [{"oid": 5}],
    [{"date": "never"}], [{"date": {}}], ["a", "b"], [10**400], [2**64], [1e308], ["\x00"],
]  # fmt: skip


@pytest.mark.parametrize("values", [*FORGED, "[" * 3000])
@pytest.mark.parametrize("sort_key", [None, "number"])
def test_forged_values_in_cursors_query_nothing(
    make: Make, values: Any, sort_key: str | None
) -> None:
    """Neither operators nor numbers that no store has."""
    queries = make(sort_key=sort_key)
    queries.create([note("a", number=1), note("b", number=2)])
    for text in (
        values if isinstance(values, str) else json.dumps(values),
        json.dumps([1, values]),
    ):
        with suppress(ValueError):
            assert len(queries.read_page(9, closed(text)).items) <= 2


@pytest.mark.parametrize(
    "cursor", ["!", "a", "ä", "....", "W10", "e30", "eyJfaWQiOnsiJG5lIjoxfX0", "x" * 3000, "gIA"]
)
def test_forged_cursors_query_nothing(queries: AbstractQueryset, cursor: str) -> None:
    """A cursor is a place, or refused with what to do: never an operator, never an error."""
    queries.create([note("a"), note("b")])
    refusal = ""
    try:
        items = queries.read_page(9, cursor).items
    except ValueError as error:
        items, refusal = [], str(error)
    assert len(items) <= 2
    assert not refusal or "Begin again without one." in refusal


def test_a_store_that_reads_in_its_own_way_is_paged_in_that_way() -> None:
    """A child that hides documents from read_all hides them from pages, too."""

    class Visible(DictQueryset):
        def read_all(self) -> Any:
            return [pair for pair in super().read_all() if pair[1]["text"] != "secret"]

    queries = Visible()
    queries.create([note("a"), note("b", "secret"), note("c")])
    assert walk(queries, 1) == ["a", "c"]


@pytest.mark.parametrize("sort_key", [None, "number"])
def test_a_program_may_change_its_dict_by_itself(sort_key: str | None) -> None:
    """What it adds, moves, removes or exchanges there is found where it belongs."""
    store: dict[str, Any] = {"b": {"_id": "b", "number": 2}, "a": {"_id": "a", "number": 1}}
    queries = DictQueryset(store, sort_key=sort_key)
    assert walk(queries, 1) == ["a", "b"]
    store["c"] = {"_id": "c", "number": 3}
    assert walk(queries, 1) == ["a", "b", "c"]
    store["d"] = store.pop("c") | {"_id": "d"}
    assert walk(queries, 1) == ["a", "b", "d"]
    store["a"]["number"] = 9
    assert walk(queries, 9) == (["b", "d", "a"] if sort_key else ["a", "b", "d"])
    store.clear()
    assert walk(queries, 1) == []


# -- changes that depend on what is stored -----------------------------------------------------


def test_a_change_is_made_only_to_what_was_read(queries: AbstractQueryset) -> None:
    """Creating, replacing and removing; None says that somebody was faster."""
    new, newer = note("a", "new"), note("a", "newer")
    assert queries.exchange([]) == []
    assert (
        queries.exchange([Change("a", {"_id": "a"}, new), Change("a", {"_id": "a"}, None)])
        == [None] * 2
    )
    assert queries.exchange([Change("a", None, new)]) == [("Created", new)]
    assert queries.exchange([Change("a", None, newer), Change("b", None, note("b"))])[0] is None
    seen = dict(queries.read_one("a")[1])
    (status,) = queries.exchange([Change("a", seen, newer)])
    assert status is not None
    assert status[1] is newer
    assert queries.exchange([Change("a", seen, new), Change("a", seen, None)]) == [None, None]
    assert texts([queries.read_one("a")]) == [("OK", "newer")]
    now = dict(queries.read_one("a")[1])
    assert texts([queries.exchange([Change("a", now, None)])[0]]) == [("Updated", "newer")]
    assert [item["_id"] for _, item in queries.read_page(9).items] == ["b"]


def test_one_of_many_who_change_what_they_read_wins(queries: AbstractQueryset) -> None:
    """Nobody overwrites a change that he has not seen."""
    jobs = [
        gevent.spawn(queries.exchange, [Change("a", None, note("a", str(number)))])
        for number in range(20)
    ]
    gevent.joinall(jobs, raise_error=True)
    assert sum(job.value != [None] for job in jobs) == 1


# -- Redis -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{"indexed": True}, {"sort_key": "number"}, {"filter_keys": ["owner"]}]
)
def test_redis_finds_places_for_documents_from_before(redis: Any, options: dict[str, Any]) -> None:
    """What programs without the order wrote or removed counts from the next page on."""
    old = RedisQueryset(db_conn=redis)
    old.create([note(key, owner="x", number=1) for key in "abc"])
    queries = RedisQueryset(db_conn=redis, **options)
    assert walk(queries, 2) == ["a", "b", "c"]
    old.create(note("d", owner="x", number=1))
    old.destroy(["a", "b"])
    assert walk(queries, 2, owner="x") == ["c", "d"]
    redis.flushall()
    assert walk(queries, 2) == []


def test_redis_reads_a_page_in_a_few_calls_however_many_there_are(redis: Any) -> None:
    """Commands and documents read are counted: neither grows with the collection."""
    queries = RedisQueryset(db_conn=redis, filter_keys=["owner"])

    def calls() -> int:
        redis.config_resetstat()
        queries.read_page(10, queries.read_page(10).after, {"owner": "0"})
        stats = redis.info("commandstats")
        assert "cmdstat_hvals" not in stats
        assert "cmdstat_hscan" not in stats
        return sum(entry["calls"] for entry in stats.values())

    queries.create([note(f"{n:05}", owner=str(n % 2)) for n in range(100)])
    few = calls()
    queries.create([note(f"{n:05}", owner=str(n % 2)) for n in range(3000)])
    assert calls() == few


def test_redis_reindexes_while_others_write(redis: Any) -> None:
    """No change gets lost, and none is found at two places."""
    RedisQueryset(db_conn=redis).create([note(f"{n:03}", number=n) for n in range(300)])
    queries = RedisQueryset(db_conn=redis, sort_key="number")
    jobs = [gevent.spawn(queries.reindex) for _ in range(3)]
    jobs += [
        gevent.spawn(queries.update, note(f"{n:03}", number=n + 1000)) for n in range(0, 300, 9)
    ]
    jobs += [gevent.spawn(queries.destroy, [f"{n:03}"]) for n in range(1, 300, 9)]
    gevent.joinall(jobs, raise_error=True)
    left = {item["_id"]: item["number"] for _, item in queries.read(None)}
    assert walk(queries, 50) == sorted(left, key=lambda key: (left[key], key))


# -- Mongo -------------------------------------------------------------------------------------


def test_mongo_pages_follow_times(collection: Any) -> None:
    """To the millisecond, which is what MongoDB keeps."""
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    collection.insert_many(
        {"_id": f"{n}", "at": start + timedelta(milliseconds=n % 3)} for n in range(6)
    )
    queries = MongoQueryset(db_conn=collection, sort_key="at")
    for limit in (1, 2, 4):
        assert walk(queries, limit) == ["0", "3", "1", "4", "2", "5"]


def test_mongo_pages_go_through_ids_of_two_kinds(collection: Any) -> None:
    """ObjectIds come after texts, as MongoDB sorts them."""
    queries = MongoQueryset(db_conn=collection)
    ids = [ObjectId(f"{n:024x}") for n in range(3)]
    queries.create([note(key) for key in (*ids, "z", "a")])
    assert walk(queries, 1) == ["a", "z", *ids]


def test_mongo_has_an_index_for_each_order_of_pages(collection: Any) -> None:
    """create_indexes() makes them, as often as it is called."""
    queries = MongoQueryset(db_conn=collection, sort_key="number", filter_keys=["owner"])
    queries.create(note("a"))
    for _ in range(2):
        queries.create_indexes()
    keys = [list(index["key"]) for index in collection.list_indexes()]
    assert keys == [["_id"], ["number", "_id"], ["owner", "number", "_id"]]
    MongoQueryset(db_conn=collection.database["others"]).create_indexes()
    assert list(collection.database["others"].list_indexes()) == []


@pytest.mark.parametrize("number", [2**63, -(2**70)])
def test_mongo_says_what_it_cannot_store(collection: Any, number: int) -> None:
    """FAILED, and the others of the list are stored."""
    queries = MongoQueryset(db_conn=collection)
    pairs = queries.create([note("a", number=number), note("b")])
    assert [message for message, _ in pairs] == ["Failed", "Created"]
    assert queries.update(note("a", number=number))[0] == "Failed"
    (status,) = queries.exchange([Change("a", None, note("a", number=number))])
    assert status is not None
    assert status[0] == "Failed"
