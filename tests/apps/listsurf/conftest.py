"""The application around a database of its own, and people who use it.

Notice that a module has one application, and each of its tests an empty database: making indexes
and reading templates would take longer than most tests do.
"""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from apps.listsurf.people import HOST, Person, stored_user
from apps.listsurf.routes import World, world_of
from argon2.low_level import ARGON2_VERSION
from brubeck import passwords
from brubeck.testing import TestClient
from brubeck.throttle import MongoCounters
from listsurf.app import Listsurf, create_app
from listsurf.queries import Db
from listsurf.settings import Settings

People = Callable[..., Person]


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Let hashing a password cost next to nothing: what it has to cost is the framework's affair."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_PARAMETERS", f"$argon2id$v={ARGON2_VERSION}$m=8,t=1,p=1$")
        yield


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings for a database of its own; pages are fetched when a module asks for it."""
    return Settings(transport="wsgi", mongo_url=mongo_url, database=database, fetch=False)


@pytest.fixture(scope="module")
def shared_app(settings: Settings) -> Iterator[Listsurf]:
    """Give the one application of a module, which is as ready as after its start."""
    app = create_app(settings)
    for prepare in app.on_start:
        prepare()
    yield app
    for tidy_up in app.on_stop:
        tidy_up()


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


def empty(db: Db) -> None:
    """Remove all that a test has stored; the indexes stay."""
    for name in db.list_collection_names():
        db[name].delete_many({})


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


@pytest.fixture(scope="module")
def world(shared_app: Listsurf) -> World:
    """Give Ada's things, made once for a module whose tests leave them as they are."""
    return world_of(Person(shared_app, stored_user(shared_app, "ada")))


@pytest.fixture
def somebody(shared_app: Listsurf) -> Person:
    """Give one more person beside Ada in her world, with a name that nobody had before."""
    return Person(shared_app, stored_user(shared_app, f"u{uuid4().hex[:20]}"))
