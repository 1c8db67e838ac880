"""docker/swarm.py makes a stack for Swarm of the file of Compose, with nothing lost on the way."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "docker" / "swarm.py"
PROFILES = "profiles"
# What `docker stack deploy` does not know, or refuses.
REFUSED = {"build", "cpus", "depends_on", "mem_limit", "pids_limit", "restart", "security_opt"}
REFUSED |= {"tmpfs", PROFILES}


def composed() -> dict[str, Any]:
    """Return the file of Compose as it stands there, with the defaults of its variables."""
    text = (ROOT / "docker-compose.yml").read_text()
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def translated(document: dict[str, Any], *options: str) -> dict[str, Any]:
    """Run the program as people do."""
    done = subprocess.run(
        [sys.executable, PROGRAM, *options], input=yaml.safe_dump(document), text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stack: dict[str, Any] = json.loads(done.stdout)
    return stack


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """Give the stack of the whole suite with three Mongrel2 servers, two containers a site."""
    document = composed()
    # What Compose fills in for the variables that decide about numbers.
    document["services"]["mongrel2"]["ports"] = ["127.0.0.1:6767:6767"]
    return translated(document, "--fronts", "3", "--replicas", "2")


def test_every_service_is_there_and_more_mongrel2_servers(whole: dict[str, Any]) -> None:
    """Those of profiles are started by hand, with Compose."""
    services = composed()["services"]
    usual = {name for name, one in services.items() if PROFILES not in one}
    assert whole["services"].keys() == usual | {"mongrel2-2", "mongrel2-3"}


def test_nothing_is_left_that_swarm_refuses(whole: dict[str, Any]) -> None:
    """It would say so, or, worse, leave it out in silence."""
    for name, service in whole["services"].items():
        assert not REFUSED & service.keys(), name


def test_limits_are_those_of_compose(whole: dict[str, Any]) -> None:
    """In Swarm's own words."""
    for name, service in composed()["services"].items():
        if PROFILES not in service:
            limits = whole["services"][name]["deploy"]["resources"]["limits"]
            assert limits["memory"] == str(service["mem_limit"])
            assert limits["pids"] == service["pids_limit"]


def test_mongrel2_servers_have_a_port_each(whole: dict[str, Any]) -> None:
    """Of the node that they are on."""
    fronts = [whole["services"][name] for name in ("mongrel2", "mongrel2-2", "mongrel2-3")]
    assert [front["ports"][0]["published"] for front in fronts] == [6767, 6768, 6769]
    assert {(front["ports"][0]["target"], front["ports"][0]["mode"]) for front in fronts} == {
        (6767, "host")
    }


def test_workers_and_dispatchers_reach_every_mongrel2(whole: dict[str, Any]) -> None:
    """Wherever one address stood, all of them stand."""
    text = json.dumps(whole)
    assert text.count("tcp://mongrel2:") > 10
    for front in ("mongrel2-2", "mongrel2-3"):
        assert text.count(f"tcp://{front}:") == text.count("tcp://mongrel2:")
    pub = whole["services"]["listsurf"]["environment"]["LISTSURF_PUB_ADDRESS"]
    assert pub == "tcp://mongrel2:9903,tcp://mongrel2-2:9903,tcp://mongrel2-3:9903"


def test_sites_are_renewed_before_the_old_ones_end_and_the_rest_after(
    whole: dict[str, Any],
) -> None:
    """Two stores must not write to the same files, two dispatchers not share their workers."""
    orders = {
        name: one["deploy"]["update_config"]["order"] for name, one in whole["services"].items()
    }
    last = {name for name, order in orders.items() if order == "stop-first"}
    assert {"mongo", "redis", "mongrel2", "mongrel2-2", "listsurf-dispatcher"} <= last
    assert not {"listsurf", "nojs", "readify-web", "readify-api", "spotichat", "index"} & last
    assert all(one["stop_grace_period"] == "40s" for one in whole["services"].values())


def test_mongrel2_servers_have_a_common_name_and_time_to_end(whole: dict[str, Any]) -> None:
    """Who asks by the name never gets one that ends; its time for that is within the grace."""
    for name in ("mongrel2", "mongrel2-2", "mongrel2-3"):
        front = whole["services"][name]
        assert front["networks"] == {"default": {"aliases": ["fronts"]}}
        assert 0 < int(front["environment"]["DRAIN_SECONDS"]) < int(front["stop_grace_period"][:-1])


def test_sites_are_well_while_any_mongrel2_is_there(whole: dict[str, Any]) -> None:
    """A site is not killed because the first server is away: its health check asks by the name."""
    for name in ("index", "listsurf", "readify-fetch", "nojs"):
        assert whole["services"][name]["environment"]["FRONT"] == "fronts"


def test_sites_come_in_several_and_stores_once(whole: dict[str, Any]) -> None:
    """What has a dispatcher can be served by any number."""
    counts = {name: one["deploy"]["replicas"] for name, one in whole["services"].items()}
    several = {name for name, count in counts.items() if count == 2}
    assert several == {"listsurf", "nojs", "readify-web", "readify-api", "spotichat"}


def test_what_keeps_data_stays_where_they_are(whole: dict[str, Any]) -> None:
    """On another node its volume would be empty."""
    for name in ("mongo", "redis", "listsurf", "mongrel2"):
        places = whole["services"][name]["deploy"]["placement"]["constraints"]
        assert places == ["node.labels.data == here"], name
    assert whole["services"]["nojs"]["deploy"]["placement"]["constraints"] == []


def test_memory_is_mounted_where_compose_has_it(whole: dict[str, Any]) -> None:
    """Without the owner, whom Swarm cannot be told."""
    assert {"type": "tmpfs", "target": "/run/mongrel2"} in whole["services"]["mongrel2"]["volumes"]


def test_the_json_of_compose_2_is_read_as_well() -> None:
    """`docker compose config --format json` needs no package of Python."""
    spec = importlib.util.spec_from_file_location("swarm_file", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    port = {"mode": "ingress", "target": 6767, "published": "6767", "host_ip": "127.0.0.1"}
    document = {"services": {"mongrel2": {"ports": [port]}}}
    stack = module.stack(module.read(json.dumps(document)), fronts=2, replicas=1)
    assert [one["ports"][0]["published"] for one in stack["services"].values()] == [6767, 6768]
