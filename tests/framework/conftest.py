"""A Redis server for the tests that need a real one, and no clock for the property tests."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from redis import Redis

# A busy machine is no reason to fail.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the socket of a Redis server that ends with the test run."""
    socket = tmp_path_factory.mktemp("redis") / "redis.sock"
    program = shutil.which("redis-server")
    assert program, "redis-server is missing. Install it with: apt-get install redis-server"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            ready = any("accept connections" in line for line in server.stdout)
            assert ready, "redis-server ended before it was ready"
            yield socket
        finally:
            server.terminate()


@pytest.fixture
def redis(redis_socket: Path) -> Iterator["Redis[Any]"]:
    """Give a connection to an empty database."""
    with Redis(unix_socket_path=str(redis_socket)) as connection:
        connection.flushall()
        yield connection
