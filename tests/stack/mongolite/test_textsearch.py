"""Text search through a text index."""

from typing import Any

import pytest
from mongolite.stemming import stem
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

Things = Collection[dict[str, Any]]
STEMS = {
    "running": "run", "runs": "run", "ran": "ran", "cats": "cat", "ponies": "poni", "skies": "sky",
    "hoping": "hope", "hopping": "hop", "relational": "relat", "conditional": "condit",
    "happiness": "happi", "national": "nation", "generously": "generous", "communism": "communism",
    "organization": "organ", "adjustable": "adjust", "controlling": "control", "eating": "eat",
    "indexes": "index", "databases": "databas", "agreed": "agre", "bed": "bed", "gas": "gas", "by": "by",
}  # fmt: skip


@pytest.mark.parametrize(("word", "wanted"), STEMS.items())
def test_words_have_these_stems(word: str, wanted: str) -> None:
    """The stems are those of the published Porter2 vocabulary."""
    assert stem(word) == wanted


@pytest.fixture
def articles(things: Things) -> Things:
    """Give articles with a text index over two fields."""
    things.create_index([("title", "text"), ("body", "text")])
    things.insert_many(
        [
            {"_id": 1, "title": "Running servers", "body": "many cats and a café"},
            {"_id": 2, "title": "Cat food", "body": "what a cat eats"},
            {"_id": 3, "title": "Cooking", "body": ["soup of the day", "server"]},
        ]
    )
    return things


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("cat", [1, 2]),
        ("run soup", [1, 3]),
        ("server -cats", [3]),
        ('"soup of the day"', [3]),
        ('"day of the soup"', []),
        ("CAFE", [1]),
        ("the and of", []),
        ("nothing", []),
        ('*(-"', []),
    ],
)
def test_a_search_finds_these(articles: Things, search: str, wanted: list[int]) -> None:
    """Any word counts, stems and diacritics do not matter, minus excludes, quotes are exact."""
    query = {"$text": {"$search": search}}
    assert sorted(articles.distinct("_id", query)) == wanted
    assert articles.count_documents(query) == len(wanted)
    assert sorted(one["_id"] for one in articles.aggregate([{"$match": query}])) == wanted


def test_the_index_follows_writes(articles: Things) -> None:
    """Updated and deleted documents are found by what they are now."""
    articles.update_one({"_id": 3}, {"$set": {"title": "Cat soup"}})
    articles.delete_one({"_id": 1})
    assert sorted(articles.distinct("_id", {"$text": {"$search": "cat"}})) == [2, 3]


def test_scores_rank_the_results(articles: Things) -> None:
    """More and shorter mentions score higher, and the score can be answered and sorted by."""
    score = {"$meta": "textScore"}
    found = list(articles.find({"$text": {"$search": "cats"}}, {"s": score}).sort([("s", score)]))
    assert [(one["_id"], one["s"]) for one in found] == [
        (2, 1.5),
        (1, pytest.approx(0.667, abs=1e-3)),
    ]
    assert found[0]["title"] == "Cat food"


@pytest.mark.parametrize(
    "search",
    [
        {"$search": "x", "$language": "german"},
        {"$search": "x", "$caseSensitive": True},
        {"$search": 5},
        {},
    ],
)
def test_what_is_not_implemented_is_refused(articles: Things, search: dict[str, Any]) -> None:
    """Other languages and exact cases are errors, not worse answers."""
    with pytest.raises(OperationFailure):
        articles.find_one({"$text": search})


def test_no_search_without_an_index(things: Things) -> None:
    """`$text` over a collection without text index is an error."""
    things.insert_one({"t": "cat"})
    with pytest.raises(OperationFailure, match="text index required"):
        things.find_one({"$text": {"$search": "cat"}})
