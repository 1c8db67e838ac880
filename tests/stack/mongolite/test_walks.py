"""Walking indexes: a page costs what is on it, and is the right one."""

from typing import Any

import pytest
from mongolite.collection import Collection
from mongolite.indexspec import IndexSpec
from mongolite.ordered import MOST_LISTS
from mongolite.planner import equality_count
from mongolite.storage import MemoryStorage, Stored
from mongolite.walks import MOST_REJECTED
from pymongo.collection import Collection as RemoteCollection

Document = dict[str, Any]
Things = RemoteCollection[Document]
PAIRS = [("owner", 1), ("at", -1), ("_id", -1)]
NEWEST_FIRST = [("at", -1), ("_id", -1)]


def collection_of_pairs() -> Collection:
    """Return two thousand documents in memory, two of each time, half of them of each owner."""
    collection = Collection(Stored(1, "base", "things", {}), MemoryStorage())
    collection.build_index(IndexSpec("pairs", dict(PAIRS)))
    for n in range(2000):
        collection.put(None, {"_id": n, "owner": n % 2, "at": n // 4})
    return collection


@pytest.fixture
def paged(things: Things) -> Things:
    """Give two thousand documents of two owners, with two of each time."""
    things.create_index(PAIRS)
    things.insert_many(
        [{"_id": n, "owner": n % 2, "at": n // 4, "rare": n % 500 == 0} for n in range(2000)]
    )
    return things


def explained(things: Things, query: Document, order: Any = NEWEST_FIRST) -> tuple[Document, int]:
    """Return the plan for a page of ten, and how many documents it looks at."""
    found = things.find(query).sort(order).limit(10).explain()
    return found["queryPlanner"]["winningPlan"], found["executionStats"]["totalDocsExamined"]


@pytest.mark.parametrize("way", [1, -1])
def test_a_page_looks_at_what_is_on_it(paged: Things, way: int) -> None:
    """The first page and one in the middle examine a page, in both directions, and sort nothing."""
    index = {"stage": "IXSCAN", "indexName": "owner_1_at_-1__id_-1"}
    order = {"at": way, "_id": way}
    further = "$gt" if way == 1 else "$lt"
    middle = {"_id": {further: 1000}}
    behind = {"at": {f"{further}e": 250}, "$or": [{"at": {further: 250}}, middle]}
    other = {"$or": [{"at": {further: 250}}, {"at": 250, **middle}]}
    for query in ({}, behind, other, {"$and": [{"owner": 1}, behind]}):
        assert explained(paged, {"owner": 1, **query}, order) == (index, 10)


def test_a_walk_in_vain_is_given_up(paged: Things) -> None:
    """Where hardly anything matches, the documents of the owner are sorted, and the answer is right."""
    sort = {"stage": "SORT", "inputStage": {"stage": "IXSCAN", "indexName": "owner_1_at_-1__id_-1"}}
    assert explained(paged, {"owner": 0, "rare": True}) == (sort, 1000)
    found = paged.find({"owner": 0, "rare": True}).sort(NEWEST_FIRST).limit(10)
    assert [one["_id"] for one in found] == [1500, 1000, 500, 0]


def test_a_better_look_up_wins(paged: Things) -> None:
    """A handful of documents named by another index is sorted; nothing is walked for them."""
    paged.create_index("rare")
    plan, examined = explained(paged, {"owner": 0, "rare": True})
    assert plan["inputStage"]["indexName"] == "rare_1"
    assert examined == 4 < MOST_REJECTED


def test_pages_follow_every_write(paged: Things) -> None:
    """After a page was asked for, inserts, updates and deletes show in the next ones."""
    first = [("at", -1), ("_id", -1)]

    def page(skip: int = 0) -> list[int]:
        found = paged.find({"owner": 1}).sort(first).skip(skip).limit(3)
        return [one["_id"] for one in found]

    assert page() == [1999, 1997, 1995]
    assert page(2) == [1995, 1993, 1991]
    paged.insert_one({"_id": 5001, "owner": 1, "at": 499})
    paged.update_one({"_id": 3}, {"$set": {"at": 900}})
    paged.update_one({"_id": 1999}, {"$set": {"owner": 0}})
    paged.delete_one({"_id": 1997})
    assert page() == [3, 5001, 1995]


def test_an_array_ends_the_walk(paged: Things) -> None:
    """A document with several places in the order makes the server sort, until it is gone."""
    paged.insert_one({"_id": 7001, "owner": 1, "at": [0, 1000]})
    found = list(paged.find({"owner": 1}).sort(NEWEST_FIRST).limit(10))
    assert [one["_id"] for one in found[:2]] == [7001, 1999]
    assert explained(paged, {"owner": 1})[0]["stage"] == "SORT"
    paged.delete_one({"_id": 7001})
    assert explained(paged, {"owner": 1})[0]["stage"] == "IXSCAN"


def test_different_elements_may_meet_two_conditions(things: Things) -> None:
    """A compound index over two fields of array elements hides nothing."""
    things.create_index([("parts.n", 1), ("parts.m", 1)])
    things.insert_one({"_id": 1, "parts": [{"n": 1, "m": 5}, {"n": 2, "m": 6}]})
    assert things.count_documents({"parts.n": 1, "parts.m": 6}) == 1
    assert things.count_documents({"parts": {"$elemMatch": {"n": 1, "m": 6}}}) == 0


COUNTED: list[tuple[Document, int | None]] = [
    ({"owner": 1}, 1000),
    ({"owner": {"$eq": 1}, "at": 3}, 2),
    ({"$and": [{"at": 3}, {"owner": 1}]}, 2),
    ({}, None),
    ({"at": 3}, None),
    ({"owner": {"$gt": 0}}, None),
    ({"owner": None}, None),
    ({"owner": 1, "$comment": "why"}, None),
]


@pytest.mark.parametrize(("query", "known"), COUNTED)
def test_only_values_of_an_index_are_counted_by_it(query: Document, known: int | None) -> None:
    """An index knows how many documents have its values; it does not know anything else."""
    collection = collection_of_pairs()
    assert equality_count(query, list(collection.indexes.values())) == known


def test_a_count_is_exact(paged: Things) -> None:
    """Both forms of counting give the number that there is, also after writes and for nothing."""
    paged.delete_many({"at": {"$lt": 10}})
    for query in ({"owner": 1}, {"owner": 7}, {"owner": 1, "at": 20}, {}):
        number = len(list(paged.find(query)))
        assert paged.count_documents(query) == number
        assert paged.database.command("count", "things", query=query)["n"] == number
        counted = list(paged.aggregate([{"$match": query}, {"$count": "n"}]))
        assert counted == ([{"n": number}] if number else [])
        assert paged.count_documents(query, skip=3, limit=5) == min(5, max(0, number - 3))


def test_explain_says_that_counting_reads_nothing(paged: Things) -> None:
    """What an index or the collection knows is counted without documents, the rest is looked at."""
    run = paged.database.command
    for query, stage, examined in (
        ({"owner": 1}, "COUNT_SCAN", 0),
        ({}, "RECORD_STORE_FAST_COUNT", 0),
        ({"owner": 1, "rare": True}, "IXSCAN", 1000),
    ):
        pipeline = [{"$match": query}, {"$group": {"_id": 1, "n": {"$sum": 1}}}]
        aggregate = {"aggregate": "things", "pipeline": pipeline, "cursor": {}}
        for command in ({"count": "things", "query": query}, aggregate):
            found = run("explain", command)
            assert found["queryPlanner"]["winningPlan"]["stage"] == stage
            assert found["executionStats"]["totalDocsExamined"] == examined


def test_more_lists_than_are_kept(things: Things) -> None:
    """Pages of more owners than the server remembers the order of are right all the same."""
    things.create_index(PAIRS)
    owners = range(MOST_LISTS + 5)
    things.insert_many([{"owner": n, "at": at} for n in owners for at in range(2)])
    for n in [*owners, *owners[:3]]:
        found = things.find({"owner": n}).sort(NEWEST_FIRST).limit(2)
        assert [one["at"] for one in found] == [1, 0]
