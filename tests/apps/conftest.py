"""What the tests of every application stand on: a database of its own, people with accounts.

Notice that a module has one application, and each of its tests an empty database: making indexes
and reading templates would take longer than most tests do. An application gives the fixtures `app`
and `person_type`; one without accounts has its own people.
"""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from apps.members import Member, stored_user
from argon2.low_level import ARGON2_VERSION
from brubeck import passwords
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient
from mongostore import Db
from pymongo import MongoClient


@pytest.fixture(scope="module")
def database(mongo_url: str) -> Iterator[str]:
    """Give the name of a database that nobody else uses; it is gone after the last test."""
    name = f"test_{uuid4().hex}"
    yield name
    with MongoClient(mongo_url) as client:
        client.drop_database(name)


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Let hashing a password cost next to nothing: what it has to cost is the framework's affair."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_PARAMETERS", f"$argon2id$v={ARGON2_VERSION}$m=8,t=1,p=1$")
        yield


@pytest.fixture
def db(app: Brubeck) -> Db:
    """Give the application's database."""
    found: Db = app.db_conn
    return found


@pytest.fixture
def stranger(app: Brubeck, person_type: type[Member]) -> TestClient:
    """Give a browser that has never been here."""
    return TestClient(app, host=person_type.host)


@pytest.fixture
def person(app: Brubeck, person_type: type[Member]) -> Callable[..., Member]:
    """Give a function that returns a person with an account, logged in."""

    def person(name: str = "ada") -> Member:
        return person_type(app, stored_user(app, name))

    return person


@pytest.fixture
def ada(person: Callable[..., Member]) -> Member:
    """Give one person with an account, logged in."""
    return person("ada")
