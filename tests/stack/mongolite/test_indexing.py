"""Indexes: uniqueness, what they are called, what they hold, and that they are used."""

import datetime as dt
from typing import Any

import pytest
from bson import ObjectId
from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, OperationFailure

Things = Collection[dict[str, Any]]


def examined(things: Things, query: dict[str, Any]) -> int:
    """Return how many documents the server looks at for a query."""
    return things.find(query).explain()["executionStats"]["totalDocsExamined"]


def stage(things: Things, query: dict[str, Any]) -> str:
    return things.find(query).explain()["queryPlanner"]["winningPlan"]["stage"]


@pytest.fixture
def thousand(things: Things) -> Things:
    """Give a thousand documents of ten owners."""
    things.create_index([("owner", 1), ("at", -1), ("_id", -1)])
    things.create_index("tags")
    things.insert_many(
        [
            {"_id": n, "owner": n % 10, "at": n // 10, "tags": [n % 7, f"t{n % 50}"]}
            for n in range(1000)
        ]
    )
    return things


def test_an_identity_is_looked_up(thousand: Things) -> None:
    """`_id` by equality or by a list reads no other documents."""
    assert examined(thousand, {"_id": 5}) == 1
    assert examined(thousand, {"_id": {"$in": [5, 6, 5000]}}) == 2
    assert stage(thousand, {"_id": 5}) == "IDHACK"


def test_a_prefix_narrows(thousand: Things) -> None:
    """Equality on the first fields of a compound index reads those documents only."""
    assert examined(thousand, {"owner": 3}) == 100
    assert examined(thousand, {"owner": 3, "at": 7}) == 1
    assert examined(thousand, {"owner": {"$in": [3, 4]}, "at": {"$in": [7, 8]}}) == 4
    after = {"$or": [{"at": {"$lt": 50}}, {"at": 50, "_id": {"$lt": 503}}]}
    assert examined(thousand, {"owner": 3, **after}) == 100


def test_members_of_arrays_are_looked_up(thousand: Things) -> None:
    """A multikey index serves a value, `$in` and `$all`."""
    assert examined(thousand, {"tags": "t7"}) == 20
    assert examined(thousand, {"tags": {"$all": ["t7", 3]}}) == 20
    assert examined(thousand, {"tags": {"$in": ["t7", "t8"]}}) == 40


def test_alternatives_are_looked_up_one_by_one(thousand: Things) -> None:
    """`$or` reads the union when each branch has an index, all documents when one has none."""
    assert examined(thousand, {"$or": [{"_id": 1}, {"owner": 3, "at": 7}]}) == 2
    assert examined(thousand, {"$or": [{"_id": 1}, {"at": 7}]}) == 1000
    assert stage(thousand, {"at": 7}) == "COLLSCAN"


def test_writes_and_pipelines_use_indexes_too(thousand: Things) -> None:
    """Explain of update and aggregate reads no more than find does."""
    run = thousand.database.command
    update = {"update": "things", "updates": [{"q": {"owner": 3}, "u": {"$set": {"x": 1}}}]}
    pipeline = {"aggregate": "things", "pipeline": [{"$match": {"owner": 3}}], "cursor": {}}
    for inner in (update, pipeline):
        assert run("explain", inner)["executionStats"]["totalDocsExamined"] == 100
    assert thousand.count_documents({"x": 1}) == 0


def test_an_index_follows_every_write(things: Things) -> None:
    """After updates and deletes the index names exactly the documents that match."""
    things.create_index("a")
    things.insert_many([{"_id": n, "a": n % 2} for n in range(10)])
    things.update_many({"_id": {"$lt": 4}}, {"$set": {"a": 5}})
    things.delete_many({"_id": {"$gt": 7}})
    assert examined(things, {"a": 5}) == 4
    assert examined(things, {"a": 0}) == things.count_documents({"a": 0}) == 2


def test_a_duplicate_says_what_and_where(things: Things) -> None:
    """The error names index, pattern and value, and nothing is stored."""
    things.create_index("email", unique=True)
    things.insert_one({"email": "a@b.c"})
    with pytest.raises(DuplicateKeyError) as caught:
        things.insert_one({"email": "a@b.c"})
    assert caught.value.details["keyPattern"] == {"email": 1}
    assert caught.value.details["keyValue"] == {"email": "a@b.c"}
    assert "E11000" in str(caught.value)
    assert "email_1" in str(caught.value)
    assert things.count_documents({}) == 1


COLLISIONS: list[tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]] = [
    ({}, [{"k": 1}, {"k": "1"}, {"k": True}], {"k": 1.0}),
    ({}, [{"k": "a"}, {"k": "A"}], {"k": "a"}),
    ({}, [{}], {"k": None}),
    ({}, [{"k": ["a", "b"]}], {"k": ["b", "c"]}),
    ({}, [{"k": {"a": 1, "b": 2}}, {"k": {"b": 2, "a": 1}}], {"k": {"a": 1, "b": 2}}),
    ({"sparse": True}, [{}, {}, {"k": "a"}], {"k": "a"}),
    ({"partialFilterExpression": {"on": True}}, [{"k": 1}, {"k": 1}, {"k": 1, "on": True}], {"k": 1, "on": True}),
]  # fmt: skip


@pytest.mark.parametrize(("options", "legal", "refused"), COLLISIONS)
def test_unique_means_this(
    things: Things, options: dict[str, Any], legal: list[dict[str, Any]], refused: dict[str, Any]
) -> None:
    """Types, arrays, missing fields, sparse and partial indexes collide as documented."""
    things.create_index("k", unique=True, **options)
    things.insert_many([dict(one) for one in legal])
    for attempt in (
        things.insert_one,
        lambda one: things.replace_one({"_id": 99}, one, upsert=True),
    ):
        with pytest.raises(DuplicateKeyError):
            attempt(dict(refused))
    assert things.count_documents({}) == len(legal)


def test_compound_unique(things: Things) -> None:
    """All fields together must differ; a missing one counts as null."""
    things.create_index([("u", 1), ("k", 1)], unique=True)
    things.insert_many([{"u": 1, "k": 1}, {"u": 2, "k": 1}, {"u": 1, "k": 2}, {"u": 1}])
    for one in ({"u": 1, "k": 1}, {"u": 1}):
        with pytest.raises(DuplicateKeyError):
            things.insert_one(one)


def test_a_document_may_be_saved_over_itself(things: Things) -> None:
    """An update that keeps a unique value, or repeats one inside its own array, is no collision."""
    things.create_index("k", unique=True)
    things.insert_one({"_id": 1, "k": ["a", "a"]})
    assert things.update_one({"_id": 1}, {"$set": {"n": 1, "k": ["a"]}}).modified_count == 1


def test_no_unique_index_over_duplicates(things: Things) -> None:
    """The index is refused and leaves no trace."""
    things.insert_many([{"k": 1}, {"k": 1}])
    with pytest.raises(DuplicateKeyError):
        things.create_index("k", unique=True)
    assert list(things.index_information()) == ["_id_"]


def test_names_and_options_are_kept(things: Things) -> None:
    """Indexes are listed as they were declared, are idempotent, and go by name."""
    models = [
        IndexModel([("a", 1), ("b", -1)], unique=True),
        IndexModel("c", name="mine", sparse=True),
    ]
    assert things.create_indexes(models) == ["a_1_b_-1", "mine"]
    things.create_indexes(models)
    listed = things.index_information()
    assert listed["a_1_b_-1"] == {"v": 2, "key": [("a", 1), ("b", -1)], "unique": True}
    assert listed["mine"] == {"v": 2, "key": [("c", 1)], "sparse": True}
    things.drop_index("mine")
    things.drop_index([("a", 1), ("b", -1)])
    assert list(things.index_information()) == ["_id_"]


@pytest.mark.parametrize(
    ("key", "options", "code"),
    [
        ("a", {"unique": True}, 86),
        ("a", {"name": "other"}, 85),
        ([("p", "2dsphere")], {}, 238),
        ("b", {"collation": {"locale": "en", "strength": 2}}, 238),
        ([("b", "frob")], {}, 67),
        ([("b", 1), ("c", 1)], {"expireAfterSeconds": 5}, 67),
        ([("b", 1)], {"sparse": True, "partialFilterExpression": {"b": 1}}, 67),
    ],
)
def test_impossible_indexes_are_refused(
    things: Things, key: Any, options: dict[str, Any], code: int
) -> None:
    """Conflicts and kinds that are not implemented are errors with MongoDB's codes."""
    things.create_index("a")
    with pytest.raises(OperationFailure) as caught:
        things.create_index(key, **options)
    assert caught.value.code == code


def test_a_hint_needs_its_index(things: Things) -> None:
    """A hint is obeyed or refused; a sparse index hides what it does not hold."""
    things.create_index("a", sparse=True)
    things.insert_many([{"_id": 1, "a": 1}, {"_id": 2}])
    assert [one["_id"] for one in things.find().hint("a_1")] == [1]
    with pytest.raises(OperationFailure):
        list(things.find().hint("nope"))


def test_time_removes_documents(things: Things) -> None:
    """A TTL index removes what is old, and neither the young nor what has no date."""
    now = dt.datetime.now(dt.UTC)
    things.create_index("at", expireAfterSeconds=60)
    old, young = now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)
    things.insert_many(
        [{"_id": 1, "at": old}, {"_id": 2, "at": young}, {"_id": 3}, {"_id": 4, "at": 5}]
    )
    while things.count_documents({"_id": 1}):
        assert things.count_documents({}) >= 3
    assert sorted(things.distinct("_id")) == [2, 3, 4]


def test_identities_of_every_kind_are_unique(things: Things) -> None:
    """An `_id` collides with its equal, be it a document, a date or a reference."""
    for value in ({"a": 1, "b": 2}, dt.datetime(2024, 1, 1, tzinfo=dt.UTC), ObjectId(), b"x", 1.5):
        things.insert_one({"_id": value})
        with pytest.raises(DuplicateKeyError):
            things.insert_one({"_id": value})
    assert things.insert_one({"_id": {"b": 2, "a": 1}}).acknowledged
