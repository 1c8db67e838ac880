"""Reading writes nothing: every GET leaves the database as it was."""

import itertools
from base64 import b64encode

import pytest
from apps.listsurf.people import HOST, PASSWORD, Person
from apps.listsurf.routes import ROWS, World, clients, dump
from brubeck.testing import TestClient


@pytest.fixture
def readers(world: World, somebody: Person) -> list[TestClient]:
    """Give everybody who may read: the owner, others, strangers, and passwords, good and bad."""
    sessions, ada = world.app.db_conn.sessions, world.ada
    passwords = [with_password(world, PASSWORD), with_password(world, "a guess")]
    found = [*clients(ada), *clients(somebody), *passwords]
    # Sessions that have not been used for long, and one whose time is over.
    sessions.update_many({}, {"$set": {"renewed_at": 1}})
    found.append(ada.another_browser())
    sessions.update_one({"renewed_at": {"$gt": 1}}, {"$set": {"expires_at": 1}})
    return found


def with_password(world: World, password: str) -> TestClient:
    """Return a program of 2011, which sends a password along."""
    header = "Basic " + b64encode(f"ada:{password}".encode()).decode()
    return TestClient(world.app, host=HOST, headers={"authorization": header})


@pytest.mark.parametrize("pattern", ROWS)
def test_reading_leaves_the_database_as_it_was(
    pattern: str, world: World, readers: list[TestClient]
) -> None:
    """Whoever reads, and how: owner, program, stranger; in an old session (RFC 9110, 9.2.1)."""
    row, before = ROWS[pattern], dump(world.app.db_conn)
    for client, method in itertools.product(readers, ("GET", "HEAD", "OPTIONS")):
        assert client.request(method, world.address(row)).status_code < 500
    assert dump(world.app.db_conn) == before
