"""The application around a database of its own, and people who use it."""

from collections.abc import Callable, Iterator

import pytest
from apps.listsurf.people import HOST, Person, stored_user
from brubeck.testing import TestClient
from listsurf.app import Listsurf, create_app
from listsurf.queries import Db
from listsurf.settings import Settings

People = Callable[..., Person]


@pytest.fixture
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings for a database of its own; pages are fetched when a test asks for it."""
    return Settings(transport="wsgi", mongo_url=mongo_url, database=database, fetch=False)


@pytest.fixture
def app(settings: Settings) -> Iterator[Listsurf]:
    """Give an application that is as ready as after its start."""
    app = create_app(settings)
    for prepare in app.on_start:
        prepare()
    yield app
    for tidy_up in app.on_stop:
        tidy_up()


@pytest.fixture
def db(app: Listsurf) -> Db:
    """Give the application's database."""
    found: Db = app.db_conn
    return found


@pytest.fixture
def stranger(app: Listsurf) -> TestClient:
    """Give a browser that has never been here."""
    return TestClient(app, host=HOST)


@pytest.fixture
def person(app: Listsurf) -> People:
    """Give a function that returns a person with an account, logged in."""

    def person(name: str = "ada") -> Person:
        return Person(app, stored_user(app, name))

    return person


@pytest.fixture
def ada(person: People) -> Person:
    """Give one person with an account, logged in."""
    return person("ada")
