"""An independent opinion: where mongomock is known to be right, both engines agree."""

from typing import Any

import mongomock
from hypothesis import given, settings
from hypothesis import strategies as st
from mongolite.filters import compile_filter
from mongolite.sorting import sorted_documents
from mongolite.updates import Situation, compile_update
from mongolite.values import copied

NUMBERS = st.integers(-3, 3)
WORDS = st.sampled_from(["a", "b", "ab"])
DOCUMENTS = st.fixed_dictionaries(
    {"n": NUMBERS, "w": WORDS, "d": st.fixed_dictionaries({"x": NUMBERS})},
    optional={"o": NUMBERS, "t": st.lists(WORDS, max_size=3)},
)
CONDITIONS = st.one_of(
    st.tuples(st.sampled_from(["n", "o", "d.x"]), st.sampled_from(["$eq", "$gt", "$gte", "$lt", "$lte", "$ne"]), NUMBERS),
    st.tuples(st.sampled_from(["n", "o"]), st.sampled_from(["$in", "$nin"]), st.lists(NUMBERS, max_size=3)),
    st.tuples(st.sampled_from(["w", "t"]), st.sampled_from(["$in", "$eq", "$ne"]), WORDS),
    st.tuples(st.just("t"), st.just("$size"), st.integers(0, 3)),
    st.tuples(st.sampled_from(["o", "t"]), st.just("$exists"), st.booleans()),
    st.tuples(st.just("w"), st.just("$regex"), st.sampled_from(["^a", "b$"])),
).map(lambda row: {row[0]: {row[1]: [row[2]] if row[1] == "$in" and isinstance(row[2], str) else row[2]}})  # fmt: skip
FILTERS = st.recursive(
    CONDITIONS,
    lambda inner: st.tuples(
        st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, min_size=1, max_size=3)
    ).map(lambda pair: {pair[0]: pair[1]}),
    max_leaves=4,
)
UPDATES = st.one_of(
    st.tuples(st.just("$set"), st.sampled_from(["n", "new.deep", "d.x"]), NUMBERS),
    st.tuples(st.just("$inc"), st.sampled_from(["n", "o", "d.x", "new"]), NUMBERS),
    st.tuples(st.just("$unset"), st.sampled_from(["n", "o", "d.x"]), st.just("")),
    st.tuples(st.sampled_from(["$min", "$max"]), st.sampled_from(["n", "d.x"]), NUMBERS),
    st.tuples(st.sampled_from(["$push", "$addToSet", "$pull"]), st.just("t"), WORDS),
    st.tuples(st.just("$rename"), st.just("n"), st.just("m")),
).map(lambda row: {row[0]: {row[1]: row[2]}})  # fmt: skip


def numbered(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"_id": number, **document} for number, document in enumerate(documents)]


@settings(max_examples=150, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=6), FILTERS, st.sampled_from(["n", "w", "d.x"]))
def test_both_find_the_same(
    documents: list[dict[str, Any]], query: dict[str, Any], field: str
) -> None:
    """Filters and sorts over plain values select and order alike."""
    stored = numbered(documents)
    oracle = mongomock.MongoClient().base.things
    oracle.insert_many([copied(one) for one in stored])
    wanted = [one["_id"] for one in oracle.find(query, sort=[(field, -1), ("_id", 1)])]
    found = sorted_documents(filter(compile_filter(query), stored), {field: -1, "_id": 1})
    assert [one["_id"] for one in found] == wanted


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, UPDATES)
def test_both_change_alike(document: dict[str, Any], update: dict[str, Any]) -> None:
    """Simple operators leave equal documents."""
    stored = {"_id": 1, **document}
    oracle = mongomock.MongoClient().base.things
    oracle.insert_one(copied(stored))
    oracle.update_one({"_id": 1}, update)
    assert compile_update(update)(stored, Situation({"_id": 1})) == oracle.find_one()
