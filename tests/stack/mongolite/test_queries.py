"""Filters answer what MongoDB's manual says, on every path that takes one."""

import re
from typing import Any

import pytest
from bson import SON, Decimal128, MaxKey, MinKey, ObjectId, Regex
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

OWNER, STRANGER = ObjectId(), ObjectId()

BOOKS: list[dict[str, Any]] = [
    {"_id": 1, "title": "Sea Change", "pages": 100, "tags": ["calm", "blue"], "sold": True,
     "by": {"name": "Ito", "born": 1950}, "owner": OWNER, "grades": [2, 9]},
    {"_id": 2, "title": "sea level", "pages": 250.5, "tags": ["blue"], "sold": False,
     "by": {"name": "Ola"}, "owner": STRANGER, "grades": []},
    {"_id": 3, "title": "Ünter", "pages": -4, "tags": [], "sold": None,
     "parts": [{"k": "x", "n": 1}, {"k": "y", "n": 8}]},
    {"_id": 4, "title": "50% (off)", "pages": 7,
     "parts": [{"k": "x", "n": 8}, {"k": "y", "n": 1}], "grades": [[1, 2], 3]},
    {"_id": 5, "title": "", "pages": Decimal128("100.0"), "tags": "blue", "pages_read": None},
]  # fmt: skip

ANSWERS: list[tuple[str, dict[str, Any], list[int]]] = [
    ("a number equals the same number of another type", {"pages": 100.0}, [1, 5]),
    ("true is not 1", {"sold": 1}, []),
    ("1 is not true", {"pages": True}, []),
    ("null finds null and missing", {"sold": None}, [3, 4, 5]),
    ("not null finds what is there", {"sold": {"$ne": None}}, [1, 2]),
    ("gte null finds null and missing", {"sold": {"$gte": None}}, [3, 4, 5]),
    ("gt null finds nothing", {"sold": {"$gt": None}}, []),
    ("a value finds the array that holds it", {"tags": "blue"}, [1, 2, 5]),
    ("an array finds itself only", {"tags": ["blue"]}, [2]),
    ("the order in an array matters", {"tags": ["blue", "calm"]}, []),
    ("an empty array finds empty arrays", {"tags": []}, [3]),
    ("not equal excludes arrays that hold it", {"tags": {"$ne": "calm"}}, [2, 3, 4, 5]),
    ("in finds members", {"tags": {"$in": ["calm", "zz"]}}, [1]),
    ("in takes arrays whole", {"tags": {"$in": [["blue"]]}}, [2]),
    ("in takes expressions", {"title": {"$in": [re.compile("^sea", re.IGNORECASE)]}}, [1, 2]),
    ("in nothing finds nothing", {"tags": {"$in": []}}, []),
    ("not in includes missing", {"tags": {"$nin": ["calm"]}}, [2, 3, 4, 5]),
    ("all needs each", {"tags": {"$all": ["blue", "calm"]}}, [1]),
    ("all of nothing finds nothing", {"tags": {"$all": []}}, []),
    ("all with elemMatch", {"parts": {"$all": [{"$elemMatch": {"k": "x", "n": 8}}]}}, [4]),
    ("size counts elements", {"tags": {"$size": 2}}, [1]),
    ("size is of arrays only", {"tags": {"$size": 1}}, [2]),
    ("a position in an array", {"tags.1": "blue"}, [1]),
    ("a position that exists", {"tags.0": {"$exists": True}}, [1, 2]),
    ("a path through an array", {"parts.n": 8}, [3, 4]),
    ("two paths may meet different elements", {"parts.k": "x", "parts.n": 8}, [3, 4]),
    ("elemMatch wants one element", {"parts": {"$elemMatch": {"k": "x", "n": 8}}}, [4]),
    ("elemMatch on values", {"grades": {"$elemMatch": {"$gt": 5, "$lt": 10}}}, [1]),
    ("elemMatch looks at nested arrays whole", {"grades": {"$elemMatch": {"$eq": [1, 2]}}}, [4]),
    ("a range is met by any element", {"grades": {"$gt": 5}}, [1]),
    ("bounds may be met by different elements", {"grades": {"$gt": 8, "$lt": 3}}, [1]),
    ("a nested field", {"by.name": "Ola"}, [2]),
    ("a whole sub-document", {"by": {"name": "Ola"}}, [2]),
    ("a part of a sub-document is not the whole", {"by": {"name": "Ito"}}, []),
    ("fields of a sub-document have an order", {"by": SON([("born", 1950), ("name", "Ito")])}, []),
    ("greater stays within its type", {"title": {"$gt": 5}}, []),
    ("strings compare by code point", {"title": {"$gte": "s"}}, [2, 3]),
    ("a decimal is a number among numbers", {"pages": {"$gt": 99, "$lt": 101}}, [1, 5]),
    ("MinKey is below everything", {"pages": {"$gt": MinKey()}}, [1, 2, 3, 4, 5]),
    ("MaxKey is above everything", {"title": {"$lt": MaxKey()}}, [1, 2, 3, 4, 5]),
    ("exists finds null", {"sold": {"$exists": True}}, [1, 2, 3]),
    ("does not exist", {"sold": {"$exists": False}}, [4, 5]),
    ("type of null is not missing", {"sold": {"$type": "null"}}, [3]),
    ("type by number", {"sold": {"$type": 8}}, [1, 2]),
    ("type looks into arrays", {"tags": {"$type": "string"}}, [1, 2, 5]),
    ("type array", {"tags": {"$type": "array"}}, [1, 2, 3]),
    ("any number", {"pages": {"$type": "number"}}, [1, 2, 3, 4, 5]),
    ("one of several types", {"pages": {"$type": ["double", "decimal"]}}, [2, 5]),
    ("mod cuts fractions off", {"pages": {"$mod": [50, 0]}}, [1, 2, 5]),
    ("mod keeps the sign", {"pages": {"$mod": [3, -1]}}, [3]),
    ("bits of integers", {"pages": {"$bitsAllSet": [2]}}, [1, 3, 4, 5]),
    ("or", {"$or": [{"pages": 7}, {"tags": "calm"}]}, [1, 4]),
    ("nor", {"$nor": [{"pages": 7}, {"tags": "calm"}]}, [2, 3, 5]),
    ("and with one field twice", {"$and": [{"pages": {"$gt": 0}}, {"pages": {"$lt": 50}}]}, [4]),
    ("not is the whole opposite", {"pages": {"$not": {"$gt": 7}}}, [3, 4]),
    ("not of an expression", {"title": {"$not": re.compile("sea")}}, [1, 3, 4, 5]),
    ("not and missing", {"by.born": {"$not": {"$gte": 1}}}, [2, 3, 4, 5]),
    ("an expression finds strings", {"title": {"$regex": "^sea"}}, [2]),
    ("options of an expression", {"title": {"$regex": "^SEA", "$options": "i"}}, [1, 2]),
    ("letters compare caselessly beyond ASCII", {"title": Regex("^üNT", "i")}, [3]),
    ("x ignores blanks", {"title": {"$regex": "sea \\ level", "$options": "x"}}, [2]),
    ("escaped signs", {"title": {"$regex": re.escape("50% (off)")}}, [4]),
    ("w is an ASCII letter", {"title": {"$regex": "^\\w"}}, [1, 2, 4]),
    ("an expression looks into arrays", {"tags": re.compile("^ca")}, [1]),
    ("a reference", {"owner": OWNER}, [1]),
    ("no reference by text", {"owner": str(OWNER)}, []),
    ("not one reference", {"owner": {"$ne": OWNER}}, [2, 3, 4, 5]),
    ("expr compares fields", {"$expr": {"$gt": ["$pages", "$by.born"]}}, [2, 3, 4, 5]),
    ("comment says nothing", {"pages": 7, "$comment": "why"}, [4]),
    ("a field with odd signs", {"it's \"a\" field": 1}, []),
]  # fmt: skip

INDEXED = ["title", "pages", "tags", "sold", "by.name", "parts.n", "owner", "grades"]


@pytest.fixture
def books(things: Collection[dict[str, Any]]) -> Collection[dict[str, Any]]:
    """Give the books."""
    things.insert_many(BOOKS)
    return things


def identities(documents: Any) -> list[Any]:
    return sorted(document["_id"] for document in documents)


@pytest.mark.parametrize(
    ("query", "wanted"), [row[1:] for row in ANSWERS], ids=[r[0] for r in ANSWERS]
)
def test_a_filter_means_the_same_everywhere(
    books: Collection[dict[str, Any]], query: dict[str, Any], wanted: list[int]
) -> None:
    """Find, count, aggregate, distinct and update agree on what a filter selects."""
    assert identities(books.find(query)) == wanted
    assert books.count_documents(query) == len(wanted)
    assert identities(books.aggregate([{"$match": query}])) == wanted
    assert sorted(books.distinct("_id", query)) == wanted
    assert books.update_many(query, {"$set": {"seen": 1}}).matched_count == len(wanted)
    assert books.delete_many({"$and": [query, {"seen": 1}]}).deleted_count == len(wanted)


def test_indexes_never_change_an_answer(books: Collection[dict[str, Any]]) -> None:
    """Every filter finds the same documents with an index on each field."""
    for name in INDEXED:
        books.create_index(name)
    books.create_index([("sold", 1), ("pages", -1)], sparse=True)
    for text, query, wanted in ANSWERS:
        assert identities(books.find(query)) == wanted, text


@pytest.mark.parametrize(
    "query",
    [
        {"pages": {"$frob": 1}},
        {"$frob": [{"pages": 1}]},
        {"pages": {"$in": 5}},
        {"pages": {"$size": -1}},
        {"$or": []},
        {"$and": {"a": 1}},
        {"title": {"$regex": "("}},
        {"pages": {"$not": 5}},
        {"pages": {"$type": "nonsense"}},
        {"pages": {"$mod": [0, 1]}},
        {"tags": {"$all": "calm"}},
        {"tags": {"$elemMatch": 5}},
        {"$expr": {"$frob": 1}},
    ],
)
def test_nonsense_is_refused_even_without_documents(
    things: Collection[dict[str, Any]], query: dict[str, Any]
) -> None:
    """A filter that cannot be understood is an error, never an empty answer."""
    with pytest.raises(OperationFailure):
        things.find_one(query)
    with pytest.raises(OperationFailure):
        things.count_documents(query)
    with pytest.raises(OperationFailure):
        things.delete_many(query)
