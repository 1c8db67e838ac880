"""Update operators change documents as MongoDB's manual says, and nothing when they fail."""

import datetime as dt
from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId
from pymongo import InsertOne, ReturnDocument, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, WriteError

Things = Collection[dict[str, Any]]
NOON = dt.datetime(2024, 5, 6, 12)  # noqa: DTZ001  the driver answers dates without a zone

CHANGES: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    ("set makes sub-documents", {}, {"$set": {"a.b.c": 1}}, {"a": {"b": {"c": 1}}}),
    ("set keeps neighbours", {"a": {"b": 1, "c": 2}}, {"$set": {"a.b": 5}}, {"a": {"b": 5, "c": 2}}),
    ("set in an array", {"a": [1, 2]}, {"$set": {"a.1": 9}}, {"a": [1, 9]}),
    ("set beyond an array pads it", {"a": [1]}, {"$set": {"a.3": 9}}, {"a": [1, None, None, 9]}),
    ("set every element", {"a": [1, 2]}, {"$inc": {"a.$[]": 10}}, {"a": [11, 12]}),
    ("set of nothing changes nothing", {"a": 1}, {"$set": {}}, {"a": 1}),
    ("unset", {"a": 1, "b": {"c": 1, "d": 2}}, {"$unset": {"a": "", "b.c": ""}}, {"b": {"d": 2}}),
    ("unset in an array leaves null", {"a": [1, 2]}, {"$unset": {"a.0": ""}}, {"a": [None, 2]}),
    ("unset what is not there", {"a": 1}, {"$unset": {"b.c": ""}}, {"a": 1}),
    ("inc makes a field", {}, {"$inc": {"n": 2}}, {"n": 2}),
    ("inc by a fraction", {"n": 1}, {"$inc": {"n": 0.5}}, {"n": 1.5}),
    ("inc of a decimal", {"n": Decimal128("1.1")}, {"$inc": {"n": 1}}, {"n": Decimal128("2.1")}),
    ("inc outgrows 32 bits", {"n": 2**31 - 1}, {"$inc": {"n": 1}}, {"n": Int64(2**31)}),
    ("mul, and 0 for a missing field", {"n": 3}, {"$mul": {"n": 2, "m": 7}}, {"n": 6, "m": 0}),
    ("min and max", {"a": 5, "b": 5}, {"$min": {"a": 3}, "$max": {"b": 3}}, {"a": 3, "b": 5}),
    ("max across types", {"a": 5}, {"$max": {"a": "x"}}, {"a": "x"}),
    ("rename into another document", {"a": {"b": 1}}, {"$rename": {"a.b": "c.d"}}, {"a": {}, "c": {"d": 1}}),
    ("bit", {"n": 13}, {"$bit": {"n": {"and": 10}}}, {"n": 8}),
    ("push makes an array", {}, {"$push": {"a": {"k": 1}}}, {"a": [{"k": 1}]}),
    ("push each at a place", {"a": [1, 4]}, {"$push": {"a": {"$each": [2, 3], "$position": 1}}}, {"a": [1, 2, 3, 4]}),
    ("push and keep the last", {"a": [1, 2]}, {"$push": {"a": {"$each": [3], "$slice": -2}}}, {"a": [2, 3]}),
    ("push and sort", {"a": [3, 1]}, {"$push": {"a": {"$each": [2], "$sort": -1}}}, {"a": [3, 2, 1]}),
    ("push and sort by a field", {"a": [{"s": 3}, {"s": 1}]},
     {"$push": {"a": {"$each": [{"s": 2}], "$sort": {"s": 1}, "$slice": 2}}}, {"a": [{"s": 1}, {"s": 2}]}),
    ("addToSet without repeats", {"a": ["x"]}, {"$addToSet": {"a": {"$each": ["x", "y", "y"]}}}, {"a": ["x", "y"]}),
    ("addToSet tells true from 1", {"a": [1]}, {"$addToSet": {"a": True}}, {"a": [1, True]}),
    ("addToSet of an equal document", {"a": [{"k": 1}]}, {"$addToSet": {"a": {"k": 1.0}}}, {"a": [{"k": 1}]}),
    ("pull a value", {"a": [1, 2, 1]}, {"$pull": {"a": 1}}, {"a": [2]}),
    ("pull by a condition", {"a": [1, 5, 9]}, {"$pull": {"a": {"$gte": 5}}}, {"a": [1]}),
    ("pull documents", {"a": [{"k": 1, "v": 1}, {"k": 2}]}, {"$pull": {"a": {"k": 1}}}, {"a": [{"k": 2}]}),
    ("pull tells true from 1", {"a": [1, True]}, {"$pull": {"a": True}}, {"a": [1]}),
    ("pullAll", {"a": [1, 2, 3]}, {"$pullAll": {"a": [1, 3]}}, {"a": [2]}),
    ("pop from the front", {"a": [1, 2]}, {"$pop": {"a": -1}}, {"a": [2]}),
    ("a pipeline", {"a": 3}, [{"$set": {"b": {"$add": ["$a", 1]}}}, {"$unset": "a"}], {"b": 4}),
    ("several operators", {"a": 1}, {"$inc": {"a": 1}, "$set": {"d": NOON}}, {"a": 2, "d": NOON}),
]  # fmt: skip

FAILURES: list[tuple[str, dict[str, Any], Any, int]] = [
    ("two operators on one path", {"a": 1}, {"$set": {"a": 1}, "$inc": {"a": 1}}, 40),
    ("a path and one inside it", {"a": {}}, {"$set": {"a": 1, "a.b": 1}}, 40),
    ("an unknown operator", {}, {"$frob": {"a": 1}}, 9),
    ("inc of a string", {"a": "x"}, {"$inc": {"a": 1}}, 14),
    ("inc by a string", {"a": 1}, {"$inc": {"a": "x"}}, 14),
    ("inc beyond 64 bits", {"a": 2**63 - 1}, {"$inc": {"a": 1}}, 2),
    ("push to no array", {"a": 1}, {"$push": {"a": 1}}, 2),
    ("a field of a number", {"a": 1}, {"$set": {"a.b": 1}}, 28),
    ("another _id", {}, {"$set": {"_id": 2}}, 66),
    ("$[] without an array", {}, {"$set": {"a.$[]": 1}}, 2),
    ("$ without a condition on the array", {"a": [1]}, {"$set": {"a.$": 1}}, 2),
    ("an empty field name", {}, {"$set": {"a.": 1}}, 56),
    ("a filter nobody uses", {}, {"$set": {"a.$[x]": 1}}, 2),
]


@pytest.mark.parametrize(
    ("before", "update", "after"), [row[1:] for row in CHANGES], ids=[r[0] for r in CHANGES]
)
def test_an_update_makes_exactly_this(
    things: Things, before: dict[str, Any], update: Any, after: dict[str, Any]
) -> None:
    """The stored document is the documented one, types included."""
    things.insert_one({"_id": 1, **before})
    result = things.update_one({"_id": 1}, update)
    assert result.matched_count == 1
    assert result.modified_count == (0 if before == after else 1)
    found = things.find_one()
    assert found == {"_id": 1, **after}
    assert [type(value) for value in found.values()][1:] == [
        type(value)
        for _, value in sorted(after.items(), key=lambda item: list(found).index(item[0]))
    ]


@pytest.mark.parametrize(
    ("before", "update", "code"), [row[1:] for row in FAILURES], ids=[r[0] for r in FAILURES]
)
def test_a_failing_update_changes_nothing(
    things: Things, before: dict[str, Any], update: Any, code: int
) -> None:
    """The error has MongoDB's code, and the document is as it was."""
    things.insert_one({"_id": 1, **before})
    with pytest.raises(WriteError) as caught:
        things.update_one({"_id": 1}, update)
    assert caught.value.code == code
    assert things.find_one() == {"_id": 1, **before}


def test_dollar_means_the_element_that_matched(things: Things) -> None:
    """The positional operator changes the element by which the filter found the document."""
    things.insert_one({"_id": 1, "a": [{"k": 1, "v": 0}, {"k": 2, "v": 0}], "n": [1, 5, 3]})
    things.update_one({"a.k": 2}, {"$set": {"a.$.v": 9}})
    things.update_one({"n": {"$gte": 4}}, {"$inc": {"n.$": 10}})
    things.update_one({"a": {"$elemMatch": {"k": 1, "v": 0}}}, {"$unset": {"a.$.k": ""}})
    assert things.find_one() == {"_id": 1, "a": [{"v": 0}, {"k": 2, "v": 9}], "n": [1, 15, 3]}


def test_array_filters_choose_elements(things: Things) -> None:
    """`$[name]` stands for the elements that the filter of that name matches."""
    things.insert_one({"_id": 1, "a": [{"v": 1}, {"v": 2}], "n": [1, 5, 9]})
    things.update_one({}, {"$set": {"a.$[e].v": 7}}, array_filters=[{"e.v": 2}])
    things.update_one({}, {"$mul": {"n.$[x]": 2}}, array_filters=[{"x": {"$gte": 5}}])
    assert things.find_one() == {"_id": 1, "a": [{"v": 1}, {"v": 7}], "n": [1, 10, 18]}


def test_an_upsert_starts_from_what_the_filter_demands(things: Things) -> None:
    """Equalities become fields, other conditions do not, `$setOnInsert` works once."""
    owner = ObjectId()
    query = {"owner": owner, "a.b": 1, "n": {"$gt": 5}, "$and": [{"k": {"$eq": 2}}]}
    update = {"$set": {"v": 1}, "$setOnInsert": {"first": True}}
    result = things.update_one(query, update, upsert=True)
    assert things.find_one({}, {"_id": 0}) == {
        "owner": owner, "a": {"b": 1}, "k": 2, "v": 1, "first": True,
    }  # fmt: skip
    assert things.find_one()["_id"] == result.upserted_id
    things.update_one({"owner": owner}, {"$setOnInsert": {"first": False}}, upsert=True)
    assert things.count_documents({"first": True}) == 1


def test_a_replacement_keeps_the_identity(things: Things) -> None:
    """A replaced document keeps its `_id`; another one is refused; an upsert takes the filter's."""
    things.insert_one({"_id": 1, "a": 1})
    things.replace_one({"a": 1}, {"b": 2})
    with pytest.raises(WriteError):
        things.replace_one({"b": 2}, {"_id": 5})
    assert things.replace_one({"_id": 9}, {"c": 1}, upsert=True).upserted_id == 9
    assert list(things.find().sort("_id")) == [{"_id": 1, "b": 2}, {"_id": 9, "c": 1}]


def test_find_one_and_change(things: Things) -> None:
    """The document comes back as it was or as it is, in the order and shape that was asked for."""
    things.insert_many([{"_id": 1, "p": 5, "x": 0}, {"_id": 2, "p": 1, "x": 0}])
    assert things.find_one_and_update({}, {"$inc": {"x": 1}}, {"x": 1}, sort=[("p", 1)]) == {
        "_id": 2,
        "x": 0,
    }
    after = things.find_one_and_replace({"_id": 2}, {"y": 1}, return_document=ReturnDocument.AFTER)
    assert after == {"_id": 2, "y": 1}
    assert things.find_one_and_delete({}, sort=[("_id", -1)]) == {"_id": 2, "y": 1}
    assert things.find_one_and_update({"_id": 7}, {"$set": {"x": 1}}) is None
    made = things.find_one_and_update(
        {"_id": "seq"}, {"$inc": {"n": 1}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    assert made == {"_id": "seq", "n": 1}


def test_a_duplicate_is_no_missing_document(things: Things) -> None:
    """find_one_and_update over a unique index raises instead of answering None."""
    things.create_index("k", unique=True)
    things.insert_many([{"_id": 1, "k": "a"}, {"_id": 2, "k": "b"}])
    with pytest.raises(DuplicateKeyError):
        things.find_one_and_update({"_id": 2}, {"$set": {"k": "a"}})
    assert things.find_one({"_id": 2}) == {"_id": 2, "k": "b"}


def test_an_ordered_bulk_stops_at_the_first_error(things: Things) -> None:
    """What came before is done, what comes after is not, the error says which one it was."""
    operations = [InsertOne({"_id": 1}), InsertOne({"_id": 1}), InsertOne({"_id": 2})]
    with pytest.raises(BulkWriteError) as caught:
        things.bulk_write(operations)
    assert [(e["index"], e["code"]) for e in caught.value.details["writeErrors"]] == [(1, 11000)]
    assert things.count_documents({}) == 1


def test_an_unordered_bulk_does_all_it_can(things: Things) -> None:
    """Errors are collected, everything else is done and counted."""
    operations = [
        InsertOne({"_id": 1}),
        InsertOne({"_id": 1}),
        UpdateOne({"_id": 1}, {"$frob": {"a": 1}}),
        UpdateOne({"_id": 5}, {"$set": {"a": 1}}, upsert=True),
    ]
    with pytest.raises(BulkWriteError) as caught:
        things.bulk_write(operations, ordered=False)
    details = caught.value.details
    assert [error["index"] for error in details["writeErrors"]] == [1, 2]
    assert (details["nInserted"], details["upserted"]) == (1, [{"index": 3, "_id": 5}])


def test_a_bulk_over_several_collections(things: Things) -> None:
    """`MongoClient.bulk_write` counts what it does, and its errors are errors."""
    base, client = things.database.name, things.database.client
    result = client.bulk_write(
        [
            InsertOne({"_id": 1}, namespace=f"{base}.a"),
            UpdateOne({"_id": 1}, {"$set": {"x": 1}}, namespace=f"{base}.a"),
            UpdateOne({"_id": 2}, {"$set": {"x": 1}}, upsert=True, namespace=f"{base}.b"),
        ]
    )
    assert (result.inserted_count, result.modified_count, result.upserted_count) == (1, 1, 1)
    with pytest.raises(OperationFailure):
        client.bulk_write([InsertOne({"_id": 1}, namespace=f"{base}.a")])


def test_writes_without_an_answer_arrive(things: Things) -> None:
    """w=0 neither blocks nor shifts the answers of later commands."""
    from pymongo import WriteConcern

    silent = things.with_options(write_concern=WriteConcern(w=0))
    for number in range(20):
        silent.insert_one({"_id": number})
    while things.count_documents({}) < 20:
        assert things.find_one({"_id": 99}) is None
    assert sorted(one["_id"] for one in things.find()) == list(range(20))
