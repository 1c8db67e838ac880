"""Order, equality and keys of values, as properties over all kinds of documents."""

from typing import Any

import pytest
from bson import Decimal128, Int64, MaxKey, MinKey, ObjectId
from bson.datetime_ms import DatetimeMS
from hypothesis import given
from hypothesis import strategies as st
from mongolite.errors import MongoError
from mongolite.filters import compile_filter
from mongolite.indexes import Index
from mongolite.indexspec import IndexSpec
from mongolite.keys import document_keys, split_all
from mongolite.planner import plan
from mongolite.sorting import sorted_documents
from mongolite.values import decode, encode, equal, order_key

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.integers(-5, 5).map(Int64)
    | st.floats(allow_nan=True, width=16)
    | st.sampled_from(["", "a", "b", "é"])
    | st.sampled_from([b"", b"a", MinKey(), MaxKey(), ObjectId("0" * 24), DatetimeMS(5)])
    | st.sampled_from([Decimal128("1"), Decimal128("0.1"), Decimal128("NaN")])
)
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=3)


@given(VALUES, VALUES, VALUES)
def test_values_are_in_one_line(one: Any, two: Any, three: Any) -> None:
    """The order is total and transitive, and equal values have equal keys and hashes."""
    keys = sorted(map(order_key, (one, two, three)))
    assert keys[0] <= keys[1] <= keys[2]
    assert keys[0] <= keys[2]
    if equal(one, two):
        assert hash(order_key(one)) == hash(order_key(two))


@given(DOCUMENTS)
def test_a_document_survives_bson(document: dict[str, Any]) -> None:
    """Decoding what was encoded gives equal values of the same types."""
    again = decode(encode(document))
    assert order_key(again) == order_key(document)
    assert encode(again) == encode(document)


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (Int64(1), 1), (Decimal128("1.0"), 1), (0.0, -0.0), ({"a": 1}, {"a": 1.0})],
)
def test_numbers_are_equal_across_types(one: Any, other: Any) -> None:
    """The type of a number does not matter, also inside documents."""
    assert equal(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        ("1", 1),
        (None, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1, 2], [2, 1]),
    ],
)
def test_these_are_different(one: Any, other: Any) -> None:
    """Bools are no numbers, and order matters in documents and arrays."""
    assert not equal(one, other)


@given(st.lists(DOCUMENTS, max_size=12), VALUES, st.sampled_from(["a", "b", "a.b", "a.b.c"]))
def test_an_index_names_every_match(documents: list[dict[str, Any]], value: Any, path: str) -> None:
    """Documents that match an equality are always among those that the index names."""
    index = Index(IndexSpec("i", {path: 1, "c": 1}))
    kept = []
    for record, document in enumerate(documents):
        try:
            keys = index.keys_of(document)
        except MongoError:  # parallel arrays are not stored at all
            continue
        index.add(record, keys)
        kept.append((record, document))
    query = {path: {"$eq": value}}
    chosen = plan(query, [index]).records
    matches = compile_filter(query)
    wanted = {record for record, document in kept if matches(document)}
    assert chosen is None or wanted <= chosen


@given(st.lists(DOCUMENTS, max_size=8))
def test_sorting_loses_nothing(documents: list[dict[str, Any]]) -> None:
    """Sorted documents are the same documents, and backwards is the order turned round."""
    up = sorted_documents(documents, {"a": 1})
    assert sorted(map(id, up)) == sorted(map(id, documents))
    keys = [
        order_key(document.get("a")) for document in up if not isinstance(document.get("a"), list)
    ]
    assert keys == sorted(keys)


def test_fields_below_one_array_go_together() -> None:
    """A compound key of an array of documents pairs the fields of each element."""
    document = {"l": [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}], "z": 0}
    keys = document_keys(document, split_all(["l.x", "l.y", "z"]))
    assert keys == [
        tuple(map(order_key, (1, "a", 0))),
        tuple(map(order_key, (2, "b", 0))),
    ]


def test_two_arrays_make_no_key() -> None:
    """Parallel arrays are refused with MongoDB's code."""
    with pytest.raises(MongoError) as caught:
        document_keys({"a": [1], "b": [1]}, split_all(["a", "b"]))
    assert caught.value.code == 171
