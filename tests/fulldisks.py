"""A disk that is full for one program only: no root, no file system, no time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest
from framework.conformance.servers import eventually
from mongoserver import ServerProcess
from redis import Redis


@contextmanager
def full_for(pid: int) -> Iterator[None]:
    """Let a running program lengthen no file during the block: each attempt fails as on a full disk."""
    program, kind = psutil.Process(pid), psutil.RLIMIT_FSIZE
    before = program.rlimit(kind)
    program.rlimit(kind, (0, before[1]))
    try:
        yield
    finally:
        program.rlimit(kind, before)


@contextmanager
def full_for_redis(redis: "Redis[Any]") -> Iterator[None]:
    """Let a Redis find no room for a snapshot: it refuses to write during the block."""
    redis.config_set("save", "3600 1")
    try:
        with full_for(redis.info("server")["process_id"]):
            redis.bgsave()
            eventually(lambda: _has_failed(redis), "a snapshot that fails")
            yield
    finally:
        redis.config_set("save", "")  # who takes none misses no room


def _has_failed(redis: "Redis[Any]") -> bool:
    return bool(redis.info("persistence")["rdb_last_bgsave_status"] == "err")


@pytest.fixture
def disk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Give an embedded server of a test's own, which keeps its documents on the disk."""
    server = ServerProcess("--data", str(tmp_path_factory.mktemp("disk")))
    yield server
    server.close()
