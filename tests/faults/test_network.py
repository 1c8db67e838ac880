"""A network that is slow and loses packets: every answer is right, and nothing acknowledged is lost."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.assembly import assembled
from faults.network import HERE, BadNetwork, bad_network
from faults.root import run
from faults.writers import WRITERS, write_more

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def network() -> Iterator[BadNetwork]:
    """Give a network of that kind."""
    with bad_network() as network:
        yield network


FAR_AWAY = """
import http.client, json, sys
here, port, host, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
seen = []
connection = http.client.HTTPConnection(here, port, timeout=120)
for number in range(count):
    connection.request("GET", "/healthz", headers={"Host": host})
    answer = connection.getresponse()
    seen.append([answer.status, len(answer.read())])
print(json.dumps(seen))
"""


def test_clients_behind_it_get_every_answer_right(tmp_path: Path, network: BadNetwork) -> None:
    """Each of them, on every site, over connections that are kept."""
    with assembled(tmp_path, bind="0.0.0.0") as suite:  # noqa: S104  it listens to the bad network
        for site in suite.sites:
            host = f"{site.host}:{suite.port}"
            program = network.command(sys.executable, "-c", FAR_AWAY)
            answers = json.loads(run(*program, HERE, suite.port, host, 8))
            assert len(answers) == 8
            assert all(status == 200 for status, _ in answers)
            assert len({size for _, size in answers}) == 1
    assert network.wire.lost > 0, "the network was good"


def test_what_is_written_to_stores_behind_it_is_there_once(
    tmp_path: Path, network: BadNetwork
) -> None:
    """In its order; who was told that it is kept finds it, and nothing was sent twice."""
    with assembled(tmp_path, far=network) as suite:
        writers = [kind(suite) for kind in WRITERS]
        write_more(writers, 20)
        assert [problem for writer in writers for problem in writer.problems()] == []
    assert network.wire.lost > 0, "the network was good"
