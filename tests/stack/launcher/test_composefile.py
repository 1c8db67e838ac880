"""Promises of docker-compose.yml that can be read in it, without a Docker."""

import json
import re
from typing import Any

import pytest
import yaml
from launcher.applications import APPLICATIONS, Application
from launcher.containers import PORTS
from launcher.sample import COMPOSE

ROOT = COMPOSE.parent
METRICS = ROOT / "docker" / "metrics"
DASHBOARD = METRICS / "grafana" / "dashboards" / "suite.json"
FILE: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
LASTING = {name: each for name, each in SERVICES.items() if each["restart"] != "no"}

every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_a_service_has_limits_and_no_rights(name: str) -> None:
    """Memory, processors and processes are bounded; the root file system cannot be written."""
    service = SERVICES[name]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", LASTING)
def test_a_service_that_lasts_is_looked_at_and_started_again(name: str) -> None:
    """What ends by itself, demo data and load, has a profile and is not in the way."""
    assert LASTING[name]["restart"] == "unless-stopped"
    assert LASTING[name]["healthcheck"]["test"][0] == "CMD"


@every_service
def test_a_service_waits_for_those_it_needs_to_be_well(name: str) -> None:
    """Not only for their start."""
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        assert how == {"condition": "service_healthy"}
        assert needed in LASTING


def test_the_sites_alone_are_published_and_only_here_unless_it_is_asked_otherwise() -> None:
    """The dashboard, which knows no accounts, never leaves this machine."""
    ports = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert ports == {
        "mongrel2": ["${SITE_ADDRESS:-127.0.0.1}:${SITE_PORT:-6767}:${SITE_PORT:-6767}"],
        "grafana": ["127.0.0.1:${GRAFANA_PORT:-3000}:3000"],
    }


def test_what_is_no_site_has_a_profile() -> None:
    """`docker-compose up` starts what people want; the rest is asked for by name."""
    profiles = {name: each["profiles"] for name, each in SERVICES.items() if "profiles" in each}
    assert profiles == {
        "demo-data": ["demo"],
        "load": ["load"],
        "prometheus": ["metrics"],
        "store-metrics": ["metrics"],
        "grafana": ["metrics"],
    }


def test_the_stores_data_are_in_volumes() -> None:
    """Redis writes every change to its append-only file before it answers."""
    assert SERVICES["mongo"]["volumes"] == ["mongo:/data/db"]
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]
    assert SERVICES["redis"]["command"][1:5] == ["--appendonly", "yes", "--appendfsync", "always"]


def test_prometheus_asks_every_process_of_the_python_side() -> None:
    """A service that is added is added to its file as well."""
    (suite, _) = yaml.safe_load((METRICS / "prometheus.yml").read_text())["scrape_configs"]
    names = set(suite["dns_sd_configs"][0]["names"])
    python = {name for name, each in LASTING.items() if "brubeck-suite" in each["image"]}
    assert names == python
    assert suite["dns_sd_configs"][0]["port"] == int(FILE["x-environment"]["METRICS_PORT"])


def test_the_dashboard_asks_the_one_source_there_is() -> None:
    """Grafana finds both in its folder when it starts."""
    sources = METRICS / "grafana" / "datasources" / "prometheus.yml"
    (source,) = yaml.safe_load(sources.read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090"
    panels = [each for each in json.loads(DASHBOARD.read_text())["panels"] if "targets" in each]
    assert {each["datasource"]["uid"] for each in panels} == {source["uid"]}
    assert len({each["id"] for each in panels}) == len(panels) > 10
    assert all(each["description"].endswith(".") for each in panels)


def test_images_are_made_of_the_base_alone() -> None:
    """None has to be built before another one, in whatever order Compose builds them."""
    for path in (ROOT / "docker").rglob("Dockerfile"):
        text = path.read_text()
        stages = set(re.findall(r" AS (\S+)", text))
        assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) <= {"${BASE_IMAGE}", *stages}
        assert not re.search(r"^(ARG|ENV) .*(SECRET|PASSWORD|TOKEN|KEY)", text, re.MULTILINE)


def test_what_is_pulled_is_named_with_its_version() -> None:
    """No `latest`, which is something else every month."""
    pulled = re.findall(r"\$\{\w+_IMAGE:-([\w./-]+:[\w.-]+)\}", COMPOSE.read_text())
    assert len(set(pulled)) == 5
    assert not [name for name in pulled if name.endswith(":latest")]


@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda each: each.name)
def test_a_dispatcher_makes_the_promise_that_the_launcher_makes(application: Application) -> None:
    """What a killed worker had begun is answered again in containers as it is in the demo."""
    commands = [" ".join(each["command"]) for each in SERVICES.values() if "command" in each]
    port = f"mongrel2:{PORTS[application.name]} "
    promised = [
        found
        for command in commands
        if port in command
        for found in re.findall(r"--repeat=(\w+)", command)
    ]
    assert promised == ([application.repeat] if application.repeat else [])
