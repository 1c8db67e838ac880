"""The website around a database of its own, and people who use it.

Notice that a module has one application, and each of its tests an empty database: making indexes
and reading templates would take longer than most tests do.
"""

from collections.abc import Callable, Iterator

import pytest
from apps.readify.people import HOST, Person, stored_user
from argon2.low_level import ARGON2_VERSION
from brubeck import passwords
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient
from readify.queries import Db
from readify.settings import Settings
from readify.webapp import create_web

People = Callable[..., Person]


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Let hashing a password cost next to nothing: what it has to cost is the framework's affair."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_PARAMETERS", f"$argon2id$v={ARGON2_VERSION}$m=8,t=1,p=1$")
        yield


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings for a database of its own."""
    return Settings(transport="wsgi", mongo_url=mongo_url, database=database)


@pytest.fixture(scope="module")
def shared_app(settings: Settings) -> Iterator[Brubeck]:
    """Give the one website of a module, which is as ready as after its start."""
    app = create_web(settings)
    for prepare in app.on_start:
        prepare()
    yield app
    for tidy_up in app.on_stop:
        tidy_up()


@pytest.fixture
def app(shared_app: Brubeck) -> Brubeck:
    """Give that website with an empty database."""
    empty(shared_app.db_conn)
    return shared_app


def empty(db: Db) -> None:
    """Remove all that a test has stored; the indexes stay."""
    for name in db.list_collection_names():
        db[name].delete_many({})


@pytest.fixture
def db(app: Brubeck) -> Db:
    """Give the application's database."""
    found: Db = app.db_conn
    return found


@pytest.fixture
def stranger(app: Brubeck) -> TestClient:
    """Give a browser that has never been here."""
    return TestClient(app, host=HOST)


@pytest.fixture
def person(app: Brubeck) -> People:
    """Give a function that returns a person with an account, logged in."""

    def person(name: str = "ada") -> Person:
        return Person(app, stored_user(app, name))

    return person


@pytest.fixture
def ada(person: People) -> Person:
    """Give one person with an account, logged in."""
    return person("ada")
