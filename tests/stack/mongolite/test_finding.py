"""Sorting, projections, cursors and types on their way through the server."""

import datetime as dt
import uuid
from typing import Any

import pytest
from bson import Binary, Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from pymongo.collection import Collection
from pymongo.errors import CursorNotFound, OperationFailure

Things = Collection[dict[str, Any]]


def day(*parts: int) -> dt.datetime:
    """Return a date as the driver answers it."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001  without a zone


ORDERED: list[Any] = [
    MinKey(), None, float("-inf"), -1, 2.5, Decimal128("3.5"), 10, "A", "a", "é", {"a": 1}, {"b": 0},
    b"zz", Binary(b"aaa", 5), ObjectId("0" * 24), False, True,
    day(1901, 1, 1), day(2024, 1, 1), Timestamp(5, 1), Regex("a"), MaxKey(),
]  # fmt: skip


def ids(documents: Any) -> list[Any]:
    return [document["_id"] for document in documents]


def test_types_sort_in_the_order_of_the_manual(things: Things) -> None:
    """Values of all types come in MongoDB's comparison order, and backwards."""
    things.insert_many(
        [{"_id": number, "v": ORDERED[number]} for number in reversed(range(len(ORDERED)))]
    )
    assert ids(things.find().sort("v", 1)) == list(range(len(ORDERED)))
    assert ids(things.find().sort("v", -1)) == list(range(len(ORDERED)))[::-1]


def test_arrays_sort_by_their_smallest_or_largest(things: Things) -> None:
    """Upwards the smallest element counts, downwards the largest; empty arrays come before null."""
    for number, value in enumerate([[5, 1], [3], [], None, 4]):
        things.insert_one({"_id": number, "a": value})
    assert ids(things.find().sort("a", 1)) == [2, 3, 0, 1, 4]
    assert ids(things.find().sort("a", -1)) == [0, 4, 1, 3, 2]


def test_paging_by_key_meets_everything_once(things: Things) -> None:
    """Pages by (time, `_id`) with a continuation filter cover the list without gap or repeat."""
    owner = ObjectId()
    things.create_index([("owner", 1), ("at", -1), ("_id", -1)])
    things.insert_many([{"_id": n, "owner": owner, "at": n // 3} for n in range(20)])
    seen: list[int] = []
    query: dict[str, Any] = {"owner": owner}
    while page := list(things.find(query).sort([("at", -1), ("_id", -1)]).limit(6)):
        seen += ids(page)
        last = page[-1]
        after = [{"at": {"$lt": last["at"]}}, {"at": last["at"], "_id": {"$lt": last["_id"]}}]
        query = {"owner": owner, "$or": after}
    assert seen == list(range(20))[::-1]


DOCUMENT = {
    "_id": 1,
    "a": 1,
    "b": {"c": 2, "d": 3},
    "l": [{"x": 1, "y": 2}, {"x": 3}, 4],
    "n": [1, 2, 3],
}
PROJECTIONS: list[tuple[Any, dict[str, Any]]] = [
    ({"a": 1}, {"_id": 1, "a": 1}),
    ({"_id": 0, "a": 1}, {"a": 1}),
    ({"_id": 1}, {"_id": 1}),
    ({"b": 0, "l": 0, "n": 0}, {"_id": 1, "a": 1}),
    ({"b.c": 1}, {"_id": 1, "b": {"c": 2}}),
    ({"b": {"c": 1}}, {"_id": 1, "b": {"c": 2}}),
    ({"_id": 0, "a": 0, "b.c": 0, "l.x": 0}, {"b": {"d": 3}, "l": [{"y": 2}, {}, 4], "n": [1, 2, 3]}),
    ({"_id": 0, "l.x": 1}, {"l": [{"x": 1}, {"x": 3}]}),
    ({"a.z": 1}, {"_id": 1}),
    ({"_id": 0, "b": 0, "l": 0, "n": {"$slice": -2}}, {"a": 1, "n": [2, 3]}),
    ({"_id": 0, "a": 1, "n": {"$slice": [1, 1]}}, {"a": 1, "n": [2]}),
    ({"l": {"$elemMatch": {"x": 3}}}, {"_id": 1, "l": [{"x": 3}]}),
    ({"_id": 0, "sum": {"$add": ["$a", "$b.c"]}}, {"sum": 3}),
    (["a"], {"_id": 1, "a": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("projection", "wanted"), PROJECTIONS)
def test_a_projection_answers_these_fields(
    things: Things, projection: Any, wanted: dict[str, Any]
) -> None:
    """Fields are included, excluded, cut and computed as documented, in the document's order."""
    things.insert_one(DOCUMENT)
    assert things.find_one({}, projection) == wanted


def test_slice_alone_leaves_the_other_fields(things: Things) -> None:
    """`$slice` cuts one array and hides nothing."""
    things.insert_one(DOCUMENT)
    assert things.find_one({}, {"n": {"$slice": 1}}) == DOCUMENT | {"n": [1]}


def test_the_positional_projection_answers_the_match(things: Things) -> None:
    """`a.$` answers the element by which the document was found."""
    things.insert_one(DOCUMENT)
    assert things.find_one({"l.x": 3}, {"l.$": 1}) == {"_id": 1, "l": [{"x": 3}]}


@pytest.mark.parametrize(
    "projection", [{"a": 1, "b": 0}, {"b": 1, "b.c": 1}, {"a": {"$frob": 1}}, {"l.$": 1}]
)
def test_a_contradictory_projection_is_refused(things: Things, projection: dict[str, Any]) -> None:
    """Mixed, colliding and unknown projections are errors."""
    things.insert_one(DOCUMENT)
    with pytest.raises(OperationFailure):
        things.find_one({}, projection)


def test_batches_limits_and_skips(things: Things) -> None:
    """Whatever the batch size, a cursor meets each document once, within limit and skip."""
    things.insert_many([{"_id": number} for number in range(500)])
    assert ids(things.find().batch_size(7)) == list(range(500))
    assert ids(things.find().skip(490)) == list(range(490, 500))
    assert len(list(things.find().limit(150))) == 150
    assert len(list(things.find().limit(-150))) == 150
    assert len(list(things.find().batch_size(7).limit(20))) == 20
    assert things.count_documents({}, skip=450, limit=100) == 50
    assert things.estimated_document_count() == 500
    assert ids(things.find().sort("$natural", -1))[:2] == [499, 498]


def test_a_cursor_keeps_to_what_it_found(things: Things) -> None:
    """Documents deleted while a cursor is read neither break nor shift it."""
    things.insert_many([{"_id": number} for number in range(300)])
    cursor = things.find().batch_size(10)
    assert next(cursor)["_id"] == 0
    things.delete_many({})
    assert len(list(cursor)) == 299


def test_a_killed_cursor_is_gone(things: Things) -> None:
    """After killCursors the rest cannot be fetched, and that is an error."""
    things.insert_many([{"_id": number} for number in range(30)])
    cursor = things.find().batch_size(10)
    next(cursor)
    things.database.command("killCursors", things.name, cursors=[cursor.cursor_id])
    with pytest.raises(CursorNotFound):
        list(cursor)


def test_large_results_come_in_messages_of_legal_size(things: Things) -> None:
    """Sixty megabytes arrive whole, in batches of at most sixteen."""
    things.insert_many([{"_id": number, "b": b"x" * 6_000_000} for number in range(10)])
    assert [len(one["b"]) for one in things.find()] == [6_000_000] * 10


def test_distinct_tells_values_apart(things: Things) -> None:
    """Arrays count by element, 1 and 1.0 are one value, true is another."""
    things.insert_many(
        [{"v": [1, 2]}, {"v": 1.0}, {"v": True}, {"v": {"a": 1}}, {"v": {"a": 1}}, {}]
    )
    assert things.distinct("v") == [1, 2, True, {"a": 1}]


VALUES: list[Any] = [
    5, Int64(2**40), 2**63 - 1, 1.5, 3.0, 1e-300, float("inf"), True, None, "", "é☃😀", "a\0b",
    [1, [2, []], {"a": [{"b": None}]}], {}, {"a": {"b": {"c": 1}}}, b"", b"\0\xff", Binary(b"abc", 5),
    Binary.from_uuid(uuid.UUID(int=7)), ObjectId(), Decimal128("1.10"), Decimal128("NaN"),
    Regex("a.*b", "im"), Timestamp(1_700_000_000, 1), Code("x"), Code("x", {"y": 1}), MinKey(), MaxKey(),
    DBRef("other", 5), day(2024, 2, 29, 23, 59, 59, 999000), day(1901, 1, 1),
    day(2999, 12, 31), "2024-01-01T00:00:00Z", '{"a": 1}', {"1": "a", "10": "b"},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=[repr(value)[:40] for value in VALUES])
def test_a_value_comes_back_as_it_went(things: Things, value: Any) -> None:
    """Every BSON type survives insert and `$set`, at the top and nested, with its type."""
    things.insert_one({"_id": 1, "v": value})
    things.update_one({"_id": 1}, {"$set": {"n.v": value, "l": [value]}})
    found = things.find_one()
    for one in (found["v"], found["n"]["v"], found["l"][0]):
        assert one == value
        assert type(one) is (int if type(value) is int and abs(value) < 2**31 else type(one))
        assert isinstance(one, type(value))


def test_a_reference_is_a_document_inside(things: Things) -> None:
    """A DBRef is found by its parts."""
    things.insert_one({"_id": 1, "r": DBRef("other", 5)})
    assert things.find_one({"r.$id": 5}) == things.find_one({"r": DBRef("other", 5)})
    assert things.count_documents({"r.$id": 5}) == 1


def test_text_that_looks_like_an_identity_is_text(things: Things) -> None:
    """Strings, numbers and ObjectIds never stand for one another as `_id`."""
    text = "5f50c31e8a7d4b1f9c0d1e2f"
    things.insert_many([{"_id": text}, {"_id": 1}, {"_id": "1"}, {"_id": True}])
    assert things.find_one({"_id": ObjectId(text)}) is None
    assert things.count_documents({"_id": 1}) == 1
    assert things.count_documents({}) == 4


def test_odd_names_of_collections(db: Any) -> None:
    """Dots, dashes, SQL words and capitals make different collections."""
    names = ["user.tags", "read-later", "order", "select", "Users", "users", "日本"]
    for name in names:
        db[name].insert_one({"_id": name})
    assert sorted(db.list_collection_names()) == sorted(names)
    assert all(ids(db[name].find()) == [name] for name in names)


def test_files_in_gridfs(db: Any) -> None:
    """GridFS stores, reads and deletes a file of several chunks."""
    import gridfs

    files = gridfs.GridFS(db)
    identity = files.put(b"x" * 600_000, filename="a.bin")
    assert files.get(identity).read() == b"x" * 600_000
    files.delete(identity)
    assert not files.exists(identity)
