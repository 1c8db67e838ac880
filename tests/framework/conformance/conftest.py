"""Four servers for the whole run: each transport on each coroutine library."""

from collections.abc import Iterator

import pytest
from framework.conformance.servers import Server, running

KINDS = [
    (transport, library) for transport in ("mongrel2", "wsgi") for library in ("gevent", "eventlet")
]


@pytest.fixture(scope="session", params=KINDS, ids="-".join)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Give a running server, shared by all tests that do not end it."""
    transport, library = request.param
    with running(tmp_path_factory.mktemp("served"), transport, library) as started:
        yield started


@pytest.fixture(params=KINDS, ids="-".join)
def own_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Give a running server that the test may end."""
    transport, library = request.param
    with running(tmp_path_factory.mktemp("own"), transport, library) as started:
        yield started


@pytest.fixture(params=["gevent", "eventlet"])
def mongrel2(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Give a running Mongrel2 and a handler process that the test may end."""
    with running(tmp_path_factory.mktemp("m2"), "mongrel2", request.param) as started:
        yield started
