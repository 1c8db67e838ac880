"""Two thousand clients who wait, and go again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from framework.conformance.servers import PATIENCE, eventually
from framework.faults.sites import Site, get, open_client
from framework.faults.test_lasting import start_worker

CROWD = 2000
IDLE = 110  # greenlets that are kept for the next time that handlers wait, and some others


@contextmanager
def gathered(site: Site, path: str) -> Iterator[dict[str, Any]]:
    """Let a crowd wait until the end of the block; give what that costs the worker."""
    with ExitStack() as stack:
        for _ in range(CROWD):
            stack.enter_context(open_client(site.port, get(path)))
        eventually(lambda: site.get("/state")["present"] == CROWD, "everybody waits")
        yield site.get("/state")
    eventually(lambda: site.get("/state")["present"] == 0, "everybody has left")


@pytest.mark.timeout(8 * PATIENCE)
@pytest.mark.parametrize(
    ("path", "library"), [("/poll", "gevent"), ("/poll", "eventlet"), ("/feed", "gevent")]
)
def test_a_crowd_comes_and_goes_without_a_trace(site: Site, path: str, library: str) -> None:
    """Memory, descriptors and greenlets return to where they were, and nobody is remembered."""
    site.add_front(max_fd=8000)
    site.dispatcher()
    start_worker(site, "worker", library)
    site.wait_until_answering()
    before = site.get("/state")
    with gathered(site, path) as held:
        assert held["greenlets"] < before["greenlets"] + IDLE
        assert held["descriptors"] == before["descriptors"]
        assert held["memory"] < before["memory"] + 3 * CROWD  # kilobytes
        assert site.statistics()["in_hand"] >= CROWD
    with gathered(site, path):
        pass
    twice = site.get("/state")["memory"]
    with gathered(site, path):
        pass
    eventually(lambda: site.get("/state")["left"] == 3 * CROWD, "each of them was noticed")
    eventually(lambda: site.statistics()["in_hand"] == 0, "the dispatcher has forgotten them")
    after = site.get("/state")
    assert after["greenlets"] < before["greenlets"] + IDLE
    assert after["descriptors"] == before["descriptors"]
    # A kilobyte for each of them would be more.
    eventually(lambda: site.get("/state")["memory"] < twice + 1536, "it does not grow")
    eventually(lambda: site.get("/state")["memory"] < before["memory"] + 8192, "it is given back")
