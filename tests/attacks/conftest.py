"""What is attacked: the whole suite as `make demo` starts it, and each application by itself."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from argon2.low_level import ARGON2_VERSION
from attacks.target import Target
from attacks.world_mongo import listsurf_world, readify_world
from attacks.world_redis import nojs_world, spotichat_world
from attacks.worlds import World
from brubeck import passwords
from e2e.sites import LocalStack
from pymongo import MongoClient


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Give a running suite; in the end every process must be the one that it was."""
    with LocalStack(tmp_path_factory.mktemp("attacked")) as stack:
        target = Target(stack)
        yield target
        assert target.deaths() == []


@pytest.fixture(scope="session")
def worlds(mongo_url: str, redis_socket: Path) -> Iterator[dict[str, World]]:
    """Give every application, each with somebody who has something to lose."""
    database = f"attacks_{os.getpid()}"
    with (
        ExitStack() as stack,
        pytest.MonkeyPatch.context() as patch,
        MongoClient(mongo_url) as client,
    ):
        # What hashing a password has to cost is the framework's affair.
        patch.setattr(passwords, "_PARAMETERS", f"$argon2id$v={ARGON2_VERSION}$m=8,t=1,p=1$")
        made = (
            listsurf_world(mongo_url, f"{database}_listsurf"),
            readify_world(mongo_url, f"{database}_readify"),
            nojs_world(f"unix://{redis_socket}?db=1"),
            spotichat_world(f"unix://{redis_socket}?db=2"),
        )
        entered = [stack.enter_context(world) for world in made]
        yield {world.site: world for world in entered}
        for name in ("listsurf", "readify"):
            client.drop_database(f"{database}_{name}")
