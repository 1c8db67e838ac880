"""Listsurf around a database of its own, and people who use it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from apps.listsurf.people import Person, stored_user
from apps.listsurf.routes import World, world_of
from apps.members import empty, started
from brubeck.throttle import MongoCounters
from listsurf.app import Listsurf, create_app
from listsurf.settings import Settings

People = Callable[..., Person]


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings for a database of its own; pages are fetched when a module asks for it."""
    return Settings(transport="wsgi", mongo_url=mongo_url, database=database, fetch=False)


@pytest.fixture(scope="module")
def shared_app(settings: Settings) -> Iterator[Listsurf]:
    """Give the one application of a module, which is as ready as after its start."""
    with started(create_app(settings)) as app:
        yield app


@pytest.fixture
def app(shared_app: Listsurf, settings: Settings) -> Iterator[Listsurf]:
    """Give that application with an empty database and nothing counted, its workers at work."""
    workers = [shared_app.importer, *([shared_app.fetcher] if settings.fetch else [])]
    for worker in workers:
        worker.stop()
    empty(shared_app.db_conn)
    counters = MongoCounters(shared_app.db_conn.throttle)
    shared_app.set_limits(counters, settings.signups, settings.api_calls)
    for worker in workers:
        worker.start()
    yield shared_app
    for worker in workers:
        worker.stop()


@pytest.fixture
def person_type() -> type[Person]:
    """Give the kind of people who are here."""
    return Person


@pytest.fixture(scope="module")
def world(shared_app: Listsurf) -> World:
    """Give Ada's things, made once for a module whose tests leave them as they are."""
    return world_of(Person(shared_app, stored_user(shared_app, "ada")))


@pytest.fixture
def somebody(shared_app: Listsurf) -> Person:
    """Give one more person beside Ada in her world, with a name that nobody had before."""
    return Person(shared_app, stored_user(shared_app, f"u{uuid4().hex[:20]}"))
