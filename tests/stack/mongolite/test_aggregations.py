"""Pipelines and expressions answer what MongoDB's manual says."""

import datetime as dt
from typing import Any

import pytest
from bson import SON, Decimal128, ObjectId
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

Things = Collection[dict[str, Any]]
WHEN = dt.datetime(2024, 3, 15, 13, 45, 30, 123000)  # noqa: DTZ001  as the driver answers dates
MISSING = object()


def day(*parts: int) -> dt.datetime:
    """Return a date as the driver answers it."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  without a zone


EXPRESSIONS: list[tuple[Any, Any]] = [
    ({"$add": [1, 2.5]}, 3.5),
    ({"$add": ["$when", 1000]}, WHEN + dt.timedelta(seconds=1)),
    ({"$add": [1, None]}, None),
    ({"$subtract": ["$when", day(2024, 3, 15)]}, 49_530_123),
    ({"$multiply": [Decimal128("1.5"), 2]}, Decimal128("3.0")),
    ({"$divide": [7, 2]}, 3.5),
    ({"$mod": [-7, 3]}, -1),
    ({"$round": [2.5]}, 2.0),
    ({"$round": [1234, -2]}, 1200),
    ({"$trunc": [-2.7]}, -2.0),
    ({"$floor": -2.5}, -3.0),
    ({"$abs": -5}, 5),
    ({"$pow": [2, 10]}, 1024),
    ({"$sqrt": 16}, 4.0),
    ({"$max": ["$list", 4]}, [3, 1, 2]),
    ({"$max": "$list"}, 3),
    ({"$avg": "$list"}, 2.0),
    ({"$sum": ["$nope", "x", 2]}, 2),
    ({"$eq": ["$nope", None]}, False),
    ({"$gt": ["a", 5]}, True),
    ({"$cmp": [1, 2]}, -1),
    ({"$eq": [True, 1]}, False),
    ({"$and": [1, "x", 0]}, False),
    ({"$or": [None, "$list"]}, True),
    ({"$not": [0]}, True),
    ({"$cond": [{"$gt": ["$n", 3]}, "big", "small"]}, "big"),
    ({"$cond": {"if": "$nope", "then": 1, "else": 2}}, 2),
    ({"$ifNull": ["$nope", None, "x"]}, "x"),
    ({"$switch": {"branches": [{"case": {"$lt": ["$n", 1]}, "then": 1}], "default": 9}}, 9),
    ({"$let": {"vars": {"x": 2}, "in": {"$multiply": ["$$x", 3]}}}, 6),
    ({"$literal": "$n"}, "$n"),
    ("$items.q", [5, 15]),
    ("$nope", MISSING),
    ({"a": "$n", "b": "$nope"}, {"a": 5}),
    (["$n", "$nope"], [5, None]),
    ({"$arrayElemAt": ["$list", -1]}, 2),
    ({"$arrayElemAt": ["$list", 7]}, MISSING),
    ({"$concatArrays": ["$list", [9]]}, [3, 1, 2, 9]),
    ({"$filter": {"input": "$list", "as": "x", "cond": {"$gt": ["$$x", 1]}}}, [3, 2]),
    ({"$map": {"input": "$list", "in": {"$add": ["$$this", 1]}}}, [4, 2, 3]),
    ({"$reduce": {"input": "$list", "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}}, 6),
    ({"$in": [1, "$list"]}, True),
    ({"$indexOfArray": ["$list", 2]}, 2),
    ({"$range": [0, 5, 2]}, [0, 2, 4]),
    ({"$reverseArray": "$list"}, [2, 1, 3]),
    ({"$slice": ["$list", -2]}, [1, 2]),
    ({"$size": "$list"}, 3),
    ({"$sortArray": {"input": "$list", "sortBy": 1}}, [1, 2, 3]),
    ({"$zip": {"inputs": [[1, 2], ["a", "b"]]}}, [[1, "a"], [2, "b"]]),
    ({"$isArray": "$list"}, True),
    ({"$firstN": {"input": "$list", "n": 2}}, [3, 1]),
    ({"$setUnion": ["$list", [9]]}, [1, 2, 3, 9]),
    ({"$setIntersection": ["$list", [1, 9]]}, [1]),
    ({"$setDifference": ["$list", [1]]}, [3, 2]),
    ({"$setIsSubset": [[1], "$list"]}, True),
    ({"$objectToArray": {"a": 1}}, [{"k": "a", "v": 1}]),
    ({"$arrayToObject": [[["a", 1]]]}, {"a": 1}),
    ({"$mergeObjects": [{"a": 1}, None, {"b": 2}]}, {"a": 1, "b": 2}),
    ({"$getField": "n"}, 5),
    ({"$setField": {"field": "z", "input": {"a": 1}, "value": 2}}, {"a": 1, "z": 2}),
    ({"$concat": ["$s", "!"]}, "Héllo!"),
    ({"$concat": ["$s", "$nope"]}, None),
    ({"$toUpper": "$s"}, "HéLLO"),
    ({"$strLenCP": "$s"}, 5),
    ({"$strLenBytes": "$s"}, 6),
    ({"$substrCP": ["$s", 1, 2]}, "él"),
    ({"$split": ["a,b", ","]}, ["a", "b"]),
    ({"$trim": {"input": "  x "}}, "x"),
    ({"$replaceAll": {"input": "aXbX", "find": "X", "replacement": "-"}}, "a-b-"),
    ({"$indexOfCP": ["$s", "l"]}, 2),
    ({"$regexMatch": {"input": "$s", "regex": "^h", "options": "i"}}, True),
    ({"$regexFind": {"input": "abc", "regex": "b(c)"}}, {"match": "bc", "idx": 1, "captures": ["c"]}),
    ({"$year": "$when"}, 2024),
    ({"$month": "$when"}, 3),
    ({"$dayOfWeek": "$when"}, 6),
    ({"$isoWeek": "$when"}, 11),
    ({"$hour": {"date": "$when", "timezone": "+02:00"}}, 15),
    ({"$dateToString": {"date": "$when"}}, "2024-03-15T13:45:30.123Z"),
    ({"$dateToString": {"date": "$when", "format": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"}}, "15.03.2024 14:45"),
    ({"$dateFromParts": {"year": 2024, "month": 14}}, day(2025, 2, 1)),
    ({"$dateFromString": {"dateString": "2024-03-15T10:00:00+02:00"}}, day(2024, 3, 15, 8)),
    ({"$dateAdd": {"startDate": day(2024, 1, 31), "unit": "month", "amount": 1}}, day(2024, 2, 29)),
    ({"$dateDiff": {"startDate": day(2024, 1, 31), "endDate": "$when", "unit": "month"}}, 2),
    ({"$dateTrunc": {"date": "$when", "unit": "week", "startOfWeek": "monday"}}, day(2024, 3, 11)),
    ({"$dateTrunc": {"date": "$when", "unit": "minute", "binSize": 20}}, day(2024, 3, 15, 13, 40)),
    ({"$toString": 2.0}, "2"),
    ({"$toInt": "42"}, 42),
    ({"$toBool": 0}, False),
    ({"$toDouble": "1.5"}, 1.5),
    ({"$toDate": "2024-03-15"}, day(2024, 3, 15)),
    ({"$toObjectId": "5f50c31e8a7d4b1f9c0d1e2f"}, ObjectId("5f50c31e8a7d4b1f9c0d1e2f")),
    ({"$convert": {"input": "x", "to": "int", "onError": -1}}, -1),
    ({"$type": "$nope"}, "missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "wanted"), EXPRESSIONS, ids=[str(row[0])[:60] for row in EXPRESSIONS]
)
def test_an_expression_has_this_value(things: Things, expression: Any, wanted: Any) -> None:
    """An expression over a document has the documented value, or leaves its field out."""
    things.insert_one(
        {"n": 5, "s": "Héllo", "list": [3, 1, 2], "when": WHEN, "items": [{"q": 5}, {"q": 15}, 1]}
    )
    (found,) = things.aggregate([{"$project": {"_id": 0, "value": expression}}])
    assert found == ({} if wanted is MISSING else {"value": wanted})


POSTS = [
    {
        "_id": number,
        "by": "ab"[number % 2],
        "n": number,
        "tags": [["x", "y"], ["y"], []][number % 3],
    }
    for number in range(6)
]
BY_ID = {"$sort": {"_id": 1}}

PIPELINES: list[tuple[str, list[Any], list[Any]]] = [
    ("a tag cloud", [{"$match": {}}, {"$unwind": "$tags"}, {"$group": {"_id": "$tags", "n": {"$sum": 1}}},
                     {"$sort": SON([("n", -1), ("_id", 1)])}, {"$limit": 1}], [{"_id": "y", "n": 4}]),
    ("sums and lists", [{"$group": {"_id": "$by", "sum": {"$sum": "$n"}, "all": {"$push": "$n"}}}, BY_ID],
     [{"_id": "a", "sum": 6, "all": [0, 2, 4]}, {"_id": "b", "sum": 9, "all": [1, 3, 5]}]),
    ("a group of all", [{"$group": {"_id": None, "least": {"$min": "$n"}, "mean": {"$avg": "$n"}, "c": {"$count": {}}}}],
     [{"_id": None, "least": 0, "mean": 2.5, "c": 6}]),
    ("the top of a group", [{"$group": {"_id": None, "t": {"$topN": {"n": 2, "sortBy": {"n": -1}, "output": "$n"}}}}],
     [{"_id": None, "t": [5, 4]}]),
    ("a compound key", [{"$group": {"_id": {"by": "$by", "odd": {"$mod": ["$n", 2]}}}}, BY_ID],
     [{"_id": {"by": "a", "odd": 0}}, {"_id": {"by": "b", "odd": 1}}]),
    ("a group of nothing is no row", [{"$match": {"n": 99}}, {"$group": {"_id": None, "n": {"$sum": 1}}}], []),
    ("a count of nothing is no row", [{"$match": {"n": 99}}, {"$count": "n"}], []),
    ("a count", [{"$match": {"by": "a"}}, {"$count": "n"}], [{"n": 3}]),
    ("sorted by count", [{"$unwind": "$tags"}, {"$sortByCount": "$tags"}], [{"_id": "y", "count": 4}, {"_id": "x", "count": 2}]),
    ("facets", [{"$facet": {"total": [{"$count": "n"}], "one": [{"$match": {"_id": 1}}, {"$project": {"n": 1}}]}}],
     [{"total": [{"n": 6}], "one": [{"_id": 1, "n": 1}]}]),
    ("buckets", [{"$bucket": {"groupBy": "$n", "boundaries": [0, 2, 4], "default": "more"}}],
     [{"_id": 0, "count": 2}, {"_id": 2, "count": 2}, {"_id": "more", "count": 2}]),
    ("even buckets", [{"$bucketAuto": {"groupBy": "$n", "buckets": 2}}],
     [{"_id": {"min": 0, "max": 3}, "count": 3}, {"_id": {"min": 3, "max": 5}, "count": 3}]),
    ("unwind drops empty arrays", [{"$unwind": "$tags"}, {"$count": "n"}], [{"n": 6}]),
    ("unwind can keep them", [{"$unwind": {"path": "$tags", "preserveNullAndEmptyArrays": True}}, {"$count": "n"}], [{"n": 8}]),
    ("unwind can count", [{"$match": {"_id": 0}}, {"$unwind": {"path": "$tags", "includeArrayIndex": "i"}}, {"$project": {"_id": 0, "i": 1, "tags": 1}}],
     [{"i": 0, "tags": "x"}, {"i": 1, "tags": "y"}]),
    ("fields added", [{"$match": {"_id": 1}}, {"$addFields": {"a.b": "$n", "gone": "$nope"}}, {"$unset": ["tags", "by"]}],
     [{"_id": 1, "n": 1, "a": {"b": 1}}]),
    ("a new root", [{"$match": {"_id": 1}}, {"$replaceWith": {"$mergeObjects": [{"z": 1}, {"n": "$n"}]}}], [{"z": 1, "n": 1}]),
    ("skip and limit", [{"$sort": {"n": -1}}, {"$skip": 1}, {"$limit": 2}, {"$project": {"_id": 1}}], [{"_id": 4}, {"_id": 3}]),
    ("a running total", [{"$setWindowFields": {"sortBy": {"n": 1}, "output": {"s": {"$sum": "$n", "window": {"documents": ["unbounded", "current"]}}}}},
                         {"$match": {"_id": {"$gte": 4}}}, {"$project": {"s": 1}}], [{"_id": 4, "s": 10}, {"_id": 5, "s": 15}]),
    ("ranks in parts", [{"$setWindowFields": {"partitionBy": "$by", "sortBy": {"n": -1}, "output": {"r": {"$rank": {}}}}},
                        {"$match": {"_id": 0}}, {"$project": {"r": 1}}], [{"_id": 0, "r": 3}]),
    ("a union", [{"$unionWith": {"coll": "people", "pipeline": [{"$match": {"_id": "a"}}]}}, {"$count": "n"}], [{"n": 7}]),
    ("a join by fields", [{"$match": {"_id": 1}}, {"$lookup": {"from": "people", "localField": "by", "foreignField": "_id", "as": "who"}}, {"$project": {"who": 1}}],
     [{"_id": 1, "who": [{"_id": "b", "boss": "a"}]}]),
    ("a join by pipeline", [{"$match": {"_id": 0}}, {"$lookup": {"from": "people", "let": {"x": "$by"}, "as": "who",
      "pipeline": [{"$match": {"$expr": {"$eq": ["$_id", "$$x"]}}}, {"$project": {"_id": 1}}]}}, {"$project": {"who": 1}}], [{"_id": 0, "who": [{"_id": "a"}]}]),
    ("a graph", [{"$match": {"_id": 1}}, {"$graphLookup": {"from": "people", "startWith": "$by", "connectFromField": "boss", "connectToField": "_id", "as": "up"}},
                 {"$project": {"n": {"$size": "$up"}}}], [{"_id": 1, "n": 2}]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pipeline", "wanted"), [row[1:] for row in PIPELINES], ids=[r[0] for r in PIPELINES]
)
def test_a_pipeline_makes_this(things: Things, pipeline: list[Any], wanted: list[Any]) -> None:
    """A pipeline over posts and people makes the documented documents."""
    things.insert_many(POSTS)
    things.database.people.insert_many([{"_id": "a"}, {"_id": "b", "boss": "a"}])
    assert list(things.aggregate(pipeline)) == wanted


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ([{"b": 1}, {"b": 2}], [{"c": 9}, {"c": 9}]),
        ({"b": 1}, {"c": 9}),
        (5, {"c": 9}),
    ],
)
def test_a_field_computed_below_another(things: Things, stored: Any, wanted: Any) -> None:
    """Arrays of documents stay arrays, and what is not named is left out."""
    things.insert_one({"_id": 1, "a": stored, "v": 9})
    assert list(things.aggregate([{"$project": {"a.c": "$v"}}])) == [{"_id": 1, "a": wanted}]


def test_out_replaces_and_merge_merges(things: Things) -> None:
    """Both write what a pipeline makes; only `$merge` keeps what was there."""
    things.insert_many([{"_id": 1, "a": 1}, {"_id": 2, "a": 2}])
    target = things.database.target
    target.insert_many([{"_id": 1, "b": 1}, {"_id": 9}])
    assert list(things.aggregate([{"$merge": "target"}])) == []
    assert list(target.find().sort("_id")) == [
        {"_id": 1, "b": 1, "a": 1},
        {"_id": 2, "a": 2},
        {"_id": 9},
    ]
    things.aggregate([{"$match": {"_id": 2}}, {"$out": "target"}])
    assert list(target.find()) == [{"_id": 2, "a": 2}]


def test_a_pipeline_never_changes_the_stored_documents(things: Things) -> None:
    """Computed and unwound fields are the answer's own."""
    things.insert_one({"_id": 1, "a": {"b": [1, 2]}})
    list(things.aggregate([{"$unwind": "$a.b"}, {"$set": {"a.c": 1}}, {"$unset": "a.b"}]))
    assert things.find_one() == {"_id": 1, "a": {"b": [1, 2]}}


@pytest.mark.parametrize(
    "pipeline",
    [
        [{"$frob": 1}],
        [{"$match": {}, "$limit": 1}],
        [{"$limit": 0}],
        [{"$project": {"a": 1, "b": 0}}],
        [{"$project": {"a": {"$frob": 1}}}],
        [{"$project": {"a": "$$nobody"}}],
        [{"$group": {"n": {"$sum": 1}}}],
        [{"$group": {"_id": 1, "n": {"$frob": 1}}}],
        [{"$out": "x"}, {"$limit": 1}],
        [{"$unwind": "tags"}],
        [{"$changeStream": {}}],
        [{"$densify": {"field": "a", "range": {"step": 1, "bounds": "full"}}}],
    ],
)
def test_nonsense_and_the_unknown_are_refused(things: Things, pipeline: list[Any]) -> None:
    """A pipeline that is not understood is an error, with documents and without."""
    with pytest.raises(OperationFailure):
        list(things.aggregate(pipeline))
