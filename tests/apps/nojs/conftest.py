"""The application around an empty Redis, and people who use it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apps.nojs.people import Person
from nojs.app import NoJs, create_app
from nojs.settings import Settings
from redis import Redis

OPERATOR_KEY = "keeper of the order"
People = Callable[..., Person]


@pytest.fixture
def settings(redis: "Redis[Any]", redis_socket: Path) -> Settings:
    """Give settings for an empty database; nobody is held up by limits unless a test wants it."""
    return Settings(
        transport="wsgi", redis_url=f"unix://{redis_socket}", operator_key=OPERATOR_KEY,
        messages=1000, room_messages=1000, new_names=1000, new_rooms=1000, hold=60,
    )  # fmt: skip


@pytest.fixture
def app(settings: Settings) -> Iterator[NoJs]:
    """Give an application that is as ready as after its start."""
    app = create_app(settings)
    for prepare in app.on_start:
        prepare()
    yield app
    app.parking.end()
    for tidy_up in app.on_stop:
        tidy_up()


@pytest.fixture
def person(app: NoJs) -> People:
    """Give a function that returns a person, with a name if one is given."""

    def person(name: str = "") -> Person:
        visitor = Person(app)
        if name:
            visitor.takes(name)
        return visitor

    return person


@pytest.fixture
def ada(person: People) -> Person:
    """Give one person with a name."""
    return person("Ada")
