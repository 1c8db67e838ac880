"""Reading writes nothing: every GET leaves the database as it was."""

import itertools
from base64 import b64encode

import pytest
from apps.listsurf.people import HOST, PASSWORD, Person
from apps.listsurf.routes import ROWS, clients, dump, world_of
from brubeck.testing import TestClient
from listsurf.queries import Db


@pytest.mark.parametrize("pattern", ROWS)
def test_reading_leaves_the_database_as_it_was(pattern: str, ada: Person, db: Db) -> None:
    """Whoever reads, and how: its user, a program of his, a stranger (RFC 9110, 9.2.1)."""
    row, world = ROWS[pattern], world_of(ada)
    readers = clients(ada)
    before = dump(db)
    for client, method in itertools.product(readers, ("GET", "HEAD", "OPTIONS")):
        assert client.request(method, world.address(row)).status_code < 500
    assert dump(db) == before


def test_a_password_sent_along_is_counted_and_changes_nothing_else(ada: Person, db: Db) -> None:
    """Guessing through the original API is throttled, so that one collection is written to."""
    world_of(ada)
    before = dump(db, without=frozenset({"throttle"}))
    header = {"authorization": "Basic " + b64encode(f"ada:{PASSWORD}".encode()).decode()}
    assert TestClient(ada.app, host=HOST).get("/api", headers=header).status_code == 200
    assert dump(db, without=frozenset({"throttle"})) == before
