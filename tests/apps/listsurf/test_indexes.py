"""Every question is answered by an index."""

from typing import Any

import pytest
from accounts.models import User
from apps.listsurf.people import stored_user
from bson import ObjectId
from listsurf.app import Listsurf
from listsurf.indexing import indexed
from listsurf.models import Link
from listsurf.queries import Db
from listsurf.queries.links import page_filter
from listsurf.wanted import ORDERS, Wanted
from weblinks.paging import Cursor

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


@pytest.fixture(scope="module")
def crowd(shared_app: Listsurf) -> User:
    """Give Ada, who has ten links in a database in which others have many."""
    db: Db = shared_app.db_conn
    ada = stored_user(shared_app, "ada")
    owners = [ObjectId() for _ in range(4)]
    links = [
        Link(
            owner=owners[number % 4] if number < LINKS else ada.id,
            username="x",
            url=f"https://example.com/{number}",
            title=f"big wave {number}",
            tags=["sea"],
        )
        for number in range(LINKS + 10)
    ]
    db.listitems.insert_many([link.to_python() | indexed(link) for link in links])
    return ada


@pytest.fixture(scope="module")
def db(shared_app: Listsurf) -> Db:
    """Give the database of the module, which its tests only ask."""
    found: Db = shared_app.db_conn
    return found


@pytest.mark.parametrize("text", SEARCHES)
@pytest.mark.parametrize("order", [*ORDERS, "since"])
@pytest.mark.parametrize("is_first", [True, False])
def test_pages_are_served_by_an_index(
    text: str, order: str, is_first: bool, crowd: User, db: Db
) -> None:
    """Whatever is searched, in every order, on every page: nothing of others is looked at."""
    since = 0 if order == "since" else None
    wanted = Wanted.parse(text, tags=["sea"], order=order, since=since)
    place = None if is_first else Cursor("m" if order == "title" else 10**13, NOBODYS)
    command = {
        "find": "listitems",
        "filter": page_filter(crowd, wanted, place),
        "sort": dict(wanted.order.sorting),
        "limit": 26,
    }
    is_served(db, command, at_most=20)


def test_all_other_questions_are_served_by_an_index(crowd: User, db: Db) -> None:
    """One link, an address, a count, a tag, a public page, a feed, the trash, what is to be done."""
    owner = crowd.id
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
        ("importparts", {"owner_id": owner}),
        ("feeds", {"_id": "x"}),
        ("feeds", {"owner_id": owner, "tag": ""}),
        ("imports", {"_id": NOBODYS, "owner_id": owner}),
        ("imports", {"is_done": False, "lease_until": {"$lte": 1}}),
        ("importparts", {"job": NOBODYS}),
        ("users", {"username": "ada"}),
    ):
        is_served(db, {"find": collection, "filter": wanted}, at_most=20)
        is_served(db, {"count": collection, "query": wanted}, at_most=20)


def test_titles_to_fetch_have_an_index_of_their_own(db: Db) -> None:
    """It holds waiting links only, in the order in which they wait."""
    index = db.listitems.index_information()["fetch_at_1"]
    assert index["partialFilterExpression"] == {"fetch_state": "waiting"}
