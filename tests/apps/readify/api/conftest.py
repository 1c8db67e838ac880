"""The API around a database of its own, and programs that ask it."""

from collections.abc import Callable, Iterator

import pytest
from apps.members import empty, started
from apps.readify.people import stored_user
from apps.readify.programs import API_HOST, Program
from brubeck.testing import TestClient
from brubeck.throttle import MongoCounters
from readify.apiapp import Api, create_api
from readify.settings import Settings

Programs = Callable[..., Program]


@pytest.fixture(scope="module")
def shared_api(settings: Settings) -> Iterator[Api]:
    """Give the one API of a module, which is as ready as after its start."""
    with started(create_api(settings)) as api:
        yield api


@pytest.fixture
def api(shared_api: Api, settings: Settings) -> Api:
    """Give that API with an empty database and nothing counted."""
    empty(shared_api.db_conn)
    shared_api.set_limits(
        MongoCounters(shared_api.db_conn.throttle), settings.signups, settings.api_calls
    )
    return shared_api


@pytest.fixture
def program_of(api: Api) -> Programs:
    """Give a function that returns a program of a user with such a name."""

    def program_of(name: str = "ada", **options: object) -> Program:
        return Program.of(api, stored_user(api, name), **options)

    return program_of


@pytest.fixture
def program(program_of: Programs) -> Program:
    """Give a program with all rights of its user."""
    return program_of("ada")


@pytest.fixture
def stranger(api: Api) -> TestClient:
    """Give a program without a token."""
    return TestClient(api, host=API_HOST)
