"""The chats on one node of a Redis Cluster: with braces around the namespace, as docs/scaling.md says."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import nojs.demo
import nojs.queries
import pytest
import spotichat.demo
import spotichat.queries
from framework.conformance.servers import Process, eventually
from ports import free_port
from redis import Redis
from redis.exceptions import RedisError

SLOTS = 16_384


def fill_nojs(url: str, namespace: str) -> int:
    """Have something said in every room of the demo."""
    return nojs.demo.fill(nojs.queries.connect(url, namespace))


def fill_spotichat(url: str, namespace: str) -> int:
    """Have something said in every room of the demo."""
    return spotichat.demo.fill_rooms(spotichat.queries.connect(url, namespace))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a cluster of one node, which has all slots."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing. Install it with: apt-get install redis-server"
    port = free_port()
    bus = free_port()
    command = [program, "--port", str(port), "--cluster-enabled", "yes", "--save", ""]
    server = Process(
        [*command, "--cluster-port", str(bus)], tmp_path_factory.mktemp("cluster"), "redis"
    )
    node: Redis[Any] = Redis(port=port)
    try:
        eventually(lambda: answers(node), f"an answer of Redis: {server.text()}")
        node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, SLOTS - 1)  # type: ignore[no-untyped-call]
        eventually(lambda: is_whole(node), "a cluster that is whole")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        node.close()
        server.end()


def answers(node: "Redis[Any]") -> bool:
    """Say whether a node answers."""
    try:
        return bool(node.ping())
    except RedisError:
        return False


def is_whole(node: "Redis[Any]") -> bool:
    """Say whether all slots are served."""
    return b"cluster_state:ok" in node.execute_command("CLUSTER", "INFO")  # type: ignore[no-untyped-call]


FILLS: dict[str, Callable[[str, str], int]] = {"nojs": fill_nojs, "spotichat": fill_spotichat}


@pytest.mark.parametrize("name", FILLS)
def test_a_chat_lies_in_one_slot_when_its_namespace_is_in_braces(name: str, cluster: str) -> None:
    """Whatever is inside of braces decides about the slot, so its scripts find all of their keys."""
    assert FILLS[name](cluster, f"{{{name}}}") > 0


@pytest.mark.parametrize("name", FILLS)
def test_without_braces_a_cluster_refuses_what_belongs_together(name: str, cluster: str) -> None:
    """This is why the page says so; nothing is half done in silence."""
    with pytest.raises(RedisError, match=r"slot|CROSSSLOT"):
        FILLS[name](cluster, name)
