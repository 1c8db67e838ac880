"""Every question is answered by an index, and old databases are understood."""

from typing import Any

import pytest
from apps.listsurf.conftest import People
from apps.listsurf.people import Person
from bson import ObjectId
from listsurf.indexing import indexed
from listsurf.models import Link
from listsurf.paging import Cursor
from listsurf.queries import Db, ensure_indexes, list_links
from listsurf.queries.indexes import OLD_INDEX
from listsurf.queries.links import page_filter
from listsurf.wanted import ORDERS, Wanted

LINKS = 400  # of others
NOBODYS = ObjectId()
SEARCHES = ["", "wave", '"big wave"', "#sea", "-wave", "wave or #sea", "#sea -wave"]


def plan(db: Db, command: dict[str, Any]) -> dict[str, Any]:
    """Return how the database would answer a command, and what it would look at."""
    explained: dict[str, Any] = db.command("explain", command, verbosity="executionStats")
    return explained


def stages(found: Any) -> set[str]:
    """Return the names of all steps of a plan."""
    if isinstance(found, dict):
        inner = [stages(value) for value in found.values()]
        own = {found["stage"]} if isinstance(found.get("stage"), str) else set()
        return own.union(*inner)
    return set().union(*map(stages, found)) if isinstance(found, list) else set()


def is_served(db: Db, command: dict[str, Any], at_most: int) -> None:
    """Fail unless an index leads to the documents of one owner."""
    found = plan(db, command)
    assert "COLLSCAN" not in stages(found["queryPlanner"]["winningPlan"]), command
    assert found["executionStats"]["totalDocsExamined"] <= at_most, command


@pytest.fixture
def crowd(db: Db, ada: Person) -> Db:
    """Give a database in which others have many links, and Ada has ten."""
    owners = [ObjectId() for _ in range(4)]
    links = [
        Link(
            owner=owners[number % 4] if number < LINKS else ada.user.id,
            username="x",
            url=f"https://example.com/{number}",
            title=f"big wave {number}",
            tags=["sea"],
        )
        for number in range(LINKS + 10)
    ]
    db.listitems.insert_many([link.to_python() | indexed(link) for link in links])
    return db


@pytest.mark.parametrize("text", SEARCHES)
@pytest.mark.parametrize("order", [*ORDERS, "since"])
@pytest.mark.parametrize("is_first", [True, False])
def test_pages_are_served_by_an_index(
    text: str, order: str, is_first: bool, ada: Person, crowd: Db
) -> None:
    """Whatever is searched, in every order, on every page: nothing of others is looked at."""
    since = 0 if order == "since" else None
    wanted = Wanted.parse(text, tags=["sea"], order=order, since=since)
    place = None if is_first else Cursor("m" if order == "title" else 10**13, NOBODYS)
    command = {
        "find": "listitems",
        "filter": page_filter(ada.user, wanted, place),
        "sort": dict(wanted.order.sorting),
        "limit": 26,
    }
    is_served(crowd, command, at_most=20)


def test_all_other_questions_are_served_by_an_index(ada: Person, crowd: Db) -> None:
    """One link, an address, a count, a tag, a public page, a feed, the trash, what is to be done."""
    owner = ada.user.id
    for collection, wanted in (
        ("listitems", {"_id": NOBODYS, "owner": owner}),
        ("listitems", {"owner": owner, "address": "https://example.com/401"}),
        ("listitems", {"owner": owner, "tags": "sea"}),
        ("listitems", {"owner": owner, "is_public": True}),
        ("listitems", {"owner": owner}),
        ("trash", {"owner": owner}),
        ("trash", {"owner": owner, "batch": NOBODYS}),
        ("tokens", {"owner": owner}),
        ("tokens", {"hash": "x"}),
        ("users", {"origins": "https://example.com"}),
        ("importbatches", {"owner": owner}),
        ("feeds", {"_id": "x"}),
        ("feeds", {"owner": owner, "tag": ""}),
        ("imports", {"_id": NOBODYS, "owner": owner}),
        ("imports", {"is_done": False, "lease_until": {"$lte": 1}}),
        ("importbatches", {"job": NOBODYS}),
        ("users", {"username": "ada"}),
    ):
        is_served(crowd, {"find": collection, "filter": wanted}, at_most=20)
        is_served(crowd, {"count": collection, "query": wanted}, at_most=20)


def test_titles_to_fetch_have_an_index_of_their_own(crowd: Db) -> None:
    """It holds waiting links only, in the order in which they wait."""
    index = crowd.listitems.index_information()["fetch_at_1"]
    assert index["partialFilterExpression"] == {"fetch_state": "waiting"}


def test_a_database_of_the_original_is_understood(ada: Person, db: Db) -> None:
    """Its links are found, sorted and shown; one that is there twice stays there twice."""
    for index in list(db.listitems.index_information()):
        if index != "_id_":
            db.listitems.drop_index(index)
    for number, url in enumerate(
        ["http://b.example/x", "http://a.example/x", "http://a.example/x"]
    ):
        db.listitems.insert_one(
            {
                "owner": ada.user.id,
                "username": "ada",
                "created_at": 1_300_000_000_000 + number,
                "updated_at": 1_300_000_000_000 + number,
                "url": url,
                "_cls": "ListItem",
                "_types": ["ListItem"],
            }
        )
    ensure_indexes(db)
    ensure_indexes(db)
    assert ada.titles() == ["a.example", "a.example", "b.example"]
    assert ada.titles("/?order=title") == ["a.example", "a.example", "b.example"]
    assert ada.titles("/?q=b.example") == ["b.example"]
    assert ada.titles("/?tag=x") == []
    known = ada.saves("http://A.example/x")
    assert "You saved this address before" in known.text
    for link in ada.links():
        ada.sends(f"/delete_item/{link['id']}")
    assert ada.titles() == []


def test_a_database_of_the_version_before_is_understood(ada: Person, db: Db) -> None:
    """The index that compared spellings goes; titles stay, deleting and saving again works."""
    db.listitems.create_index([("owner", 1), ("url", 1)], unique=True)
    link = {"owner": ada.user.id, "username": "ada", "created_at": 1, "updated_at": 1}
    db.listitems.insert_one({**link, "url": "https://example.com/", "title": "Old", "_cls": "Link"})
    ensure_indexes(db)
    assert OLD_INDEX not in db.listitems.index_information()
    assert ada.titles() == ["Old"]
    assert ada.get("/").text.count("fetch") == 0
    assert not list_links(db, ada.user).links[0].is_public


def test_the_index_forbids_the_same_page_for_one_owner_only(
    ada: Person, person: People, db: Db
) -> None:
    """Two people may save one page; one person saves it once, however it is written."""
    for each in (ada, person("grace")):
        assert each.saves("https://example.com/%7Eada/./x?").status_code == 302
        assert each.saves("https://EXAMPLE.com:443/~ada/x").status_code == 200
    assert db.listitems.count_documents({}) == 2
