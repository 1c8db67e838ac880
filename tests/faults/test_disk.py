"""The disk of the stores is full: that is said, what is there is read, and with room all goes on."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.assembly import STORES, Assembly, assembled
from faults.root import small_disk
from faults.waiting import wait_for
from faults.writers import WRITERS, Ledger, heard, write_more

pytestmark = pytest.mark.timeout(600)

DISK = 48  # megabytes
LEFT = 64 * 1024  # bytes
MONGO = {"listsurf", "readify_api"}
NO_ROOM = {"listsurf": {507}, "readify_api": {507}, "nojs": {507, 503}, "spotichat": {507, 503}}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small disk for both stores."""
    with small_disk(tmp_path / "disk", DISK) as disk:
        yield disk


def fill(disk: Path) -> Path:
    """Leave next to nothing on a disk, whoever else writes there; return the file that takes the rest."""
    file = disk / "ballast"
    with file.open("wb") as ballast:
        try:
            for begin in range(0, DISK * 2**20, LEFT):
                os.posix_fallocate(ballast.fileno(), begin, LEFT)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                return file
            raise
    raise AssertionError("The disk is larger than it was made.")


@pytest.mark.parametrize("sync", ["always", "everysec"])
def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(
    sync: str, disk: Path, tmp_path: Path
) -> None:
    """507 to writers, and what is there is read; with space again all is as before (CWE-400).

    A Redis that syncs each write ends itself on a full disk: its sites say 503 until it is started again.
    """
    folder = tmp_path / "suite"
    folder.mkdir()
    with assembled(folder, data=disk, sync=sync) as suite:
        writers = [kind(suite) for kind in WRITERS]
        write_more(writers)
        ballast, before = fill(disk), [refusals(writer) for writer in writers]
        for writer in writers:
            writer.begin()
        wait_for(
            lambda: all(refusals(w) > n for w, n in zip(writers, before, strict=True)),
            lambda: f"that all are refused: {heard(writers)}",
        )
        for writer in writers:
            writer.stop()
        assert [problem for w in writers if w.site in MONGO for problem in w.problems()] == []
        ballast.unlink()
        wait_for(lambda: works_again(suite), "that all sites work")
        write_more(writers)
        assert [problem for writer in writers for problem in writer.problems()] == []


def refusals(writer: Ledger) -> int:
    """Return how often a writer has been told that something cannot be kept."""
    return sum(writer.statuses[status] for status in NO_ROOM[writer.site])


def works_again(suite: Assembly) -> bool:
    """Start a store that has ended itself, as its supervisor would; say whether all sites work."""
    for store in STORES:
        if suite.parts[store].process.child.poll() is not None:
            suite.start_part(store)
    return suite.works()
