"""The application around an empty Redis, and people who use it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apps.spotichat.people import ROOM, Person
from redis import Redis
from spotichat.app import SpotiChat, create_app
from spotichat.settings import Settings

OPERATOR_KEY = "keeper of the order"
PLENTY = {
    "points": 100_000,
    "room_points": 100_000,
    "new_people": 1000,
    "new_rooms": 1000,
    "new_songs": 1000,
}
People = Callable[..., Person]


@pytest.fixture
def settings(redis: "Redis[Any]", redis_socket: Path) -> Settings:
    """Give settings for an empty database; nobody is held up by limits unless a test wants it."""
    return Settings(
        transport="wsgi", redis_url=f"unix://{redis_socket}", operator_key=OPERATOR_KEY,
        origins=("https://friends.example",), **PLENTY,
    )  # fmt: skip


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., SpotiChat]]:
    """Give a function that makes an application as ready as after its start."""
    started = []

    def start(settings: Settings = settings) -> SpotiChat:
        app = create_app(settings)
        started.append(app)
        for prepare in app.on_start:
            prepare()
        return app

    yield start
    for app in started:
        app.parking.end()
        for tidy_up in app.on_stop:
            tidy_up()


@pytest.fixture
def app(start: Callable[..., SpotiChat]) -> SpotiChat:
    """Give an application that is as ready as after its start."""
    return start()


@pytest.fixture
def person(app: SpotiChat) -> People:
    """Give a function that returns a person, with a name if one is given."""

    def person(name: str = "") -> Person:
        return Person(app, name)

    return person


@pytest.fixture
def ada(person: People) -> Person:
    """Give one person."""
    return person("Ada")


@pytest.fixture
def bob(person: People) -> Person:
    """Give another one."""
    return person("Bob")


@pytest.fixture
def room() -> str:
    """Give the path of a room."""
    return ROOM
