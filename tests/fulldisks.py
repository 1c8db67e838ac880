"""A disk that is full for one program only: no root, no file system, no time."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from mongoserver import ServerProcess


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


@pytest.fixture
def disk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Give an embedded server of a test's own, which keeps its documents on the disk."""
    server = ServerProcess("--data", str(tmp_path_factory.mktemp("disk")))
    yield server
    server.close()
