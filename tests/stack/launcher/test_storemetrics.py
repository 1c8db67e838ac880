"""Promises of launcher.storemetrics."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from launcher.storemetrics import stores
from mongoserver import STACK, ServerProcess
from ports import free_port


@pytest.fixture
def mongo() -> Iterator[ServerProcess]:
    """Give a Mongo server."""
    process = ServerProcess()
    try:
        yield process
    finally:
        process.end()


def values(**environ: str) -> dict[tuple[str, ...], float]:
    """Return what Prometheus is told, by names and labels."""
    with closing(stores(environ)) as asked:
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in asked.collect()
            for sample in family.samples
        }


def nobody() -> str:
    """Return an address where nobody listens."""
    return f"127.0.0.1:{free_port()}"


def test_who_answers_is_up_with_numbers_and_who_does_not_has_none(mongo: ServerProcess) -> None:
    """A store that is down does not hide the others, and is not shown with zeros."""
    with mongo.client() as client:
        client.shop.things.insert_one({"name": "tea"})
    told = values(MONGO_URL=mongo.url, REDIS_URL=f"redis://{nobody()}")
    assert told["store_up", "mongo"] == 1
    assert told["mongo_data_bytes", "shop"] > 0
    assert told["mongo_connections",] >= 1
    assert (told["store_up", "redis"], told["store_up", "mongrel2"]) == (0, 0)
    assert not [name for name, *_ in told if name.startswith(("redis", "mongrel2"))]


def test_a_program_without_a_port_says_what_it_wants() -> None:
    """The exit code is 1."""
    done = subprocess.run(
        [sys.executable, "-m", "launcher.storemetrics", "x"], cwd=STACK, env=os.environ,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "Usage: python -m launcher.storemetrics PORT\n")
