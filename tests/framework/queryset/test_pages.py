"""Pages of every kind of queryset: everything once, in order, whatever happens meanwhile."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import pytest
from brubeck.queryset import AbstractQueryset, DictQueryset, MongoQueryset, RedisQueryset
from brubeck.queryset.base import Change
from brubeck.queryset.places import closed
from bson import ObjectId
from framework.queryset.stores import Make, note


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
