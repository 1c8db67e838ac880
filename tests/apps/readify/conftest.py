"""The website of Readify around a database of its own, and people who use it."""

from collections.abc import Callable, Iterator

import pytest
from apps.members import empty, started
from apps.readify.people import Person
from brubeck.request_handling import Brubeck
from readify.settings import Settings
from readify.webapp import create_web

People = Callable[..., Person]


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings for a database of its own."""
    return Settings(transport="wsgi", mongo_url=mongo_url, database=database)


@pytest.fixture(scope="module")
def shared_app(settings: Settings) -> Iterator[Brubeck]:
    """Give the one website of a module, which is as ready as after its start."""
    with started(create_web(settings)) as app:
        yield app


@pytest.fixture
def app(shared_app: Brubeck) -> Brubeck:
    """Give that website with an empty database."""
    empty(shared_app.db_conn)
    return shared_app


@pytest.fixture
def person_type() -> type[Person]:
    """Give the kind of people who are here."""
    return Person
