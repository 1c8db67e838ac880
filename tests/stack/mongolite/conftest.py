"""The embedded Mongo server as a child process, spoken to by the real driver."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from mongoserver import Document, ServerProcess
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database


@pytest.fixture
def start() -> Iterator[Callable[..., ServerProcess]]:
    """Give a function that starts servers, which end with the test."""
    servers: list[ServerProcess] = []

    def start_one(*arguments: str) -> ServerProcess:
        servers.append(ServerProcess(*arguments))
        return servers[-1]

    yield start_one
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Give one server with a data directory for all tests that leave it in peace."""
    one = ServerProcess("--data", str(tmp_path_factory.mktemp("mongolite")))
    yield one
    one.close()


@pytest.fixture(scope="session")
def client(server: ServerProcess) -> Iterator[MongoClient[Document]]:
    """Give a client of the shared server."""
    with server.client() as one:
        yield one


@pytest.fixture
def db(client: MongoClient[Document]) -> Iterator[Database[Document]]:
    """Give an empty database of the test's own."""
    database = client[f"t{uuid.uuid4().hex[:12]}"]
    yield database
    client.drop_database(database.name)


@pytest.fixture
def things(db: Database[Document]) -> Collection[Document]:
    """Give an empty collection."""
    return db.things
