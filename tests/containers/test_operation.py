"""Whoever runs the containers sees what they do, bounds what they take, and gets the data back."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from containers.stack import DEADLINE, FILES, ROOT, Containers
from gevent import sleep

V2 = ROOT / "build" / "compose" / "compose" / "docker-compose"
DASHBOARD = ROOT / "docker" / "metrics" / "grafana" / "dashboards" / "suite.json"
PROFILES = "demo,load,metrics"
LISTSURF = "listsurf.localhost"
PROMETHEUS = "http://127.0.0.1:9090"
STORED = """
import sys, pymongo
client = pymongo.MongoClient()
{what}
for database in sorted(client.list_database_names()):
    for name in sorted(client[database].list_collection_names()):
        for each in sorted(client[database][name].find(), key=repr):
            print(database, name, each)
"""

pytestmark = pytest.mark.timeout(1800)


# -- the file, as both versions of Compose read it ---------------------------------------------


@pytest.fixture(params=["1.29", "v2"])
def compose(request: pytest.FixtureRequest) -> list[str]:
    """Give the command of a version of Compose."""
    command = ["docker-compose"] if request.param == "1.29" else [str(V2)]
    if shutil.which(command[0]) is None:
        pytest.skip(
            f"{command[0]} IS MISSING, SO docker-compose.yml WAS NOT READ WITH IT. "
            "`make test-compose` installs Compose v2, Debian's docker-compose is 1.29."
        )
    return command


def configuration(compose: list[str], *options: str, **variables: str) -> str:
    """Return what Compose has understood; fail if it says anything beside that."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME")} | variables
    environ["COMPOSE_PROFILES"] = PROFILES
    done = subprocess.run(
        [*compose, *options, "config"], cwd=ROOT, env=environ, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("files", [FILES[:1], FILES], ids=["registry", "without"])
def test_both_versions_of_compose_read_the_file_without_a_word(
    compose: list[str], files: tuple[str, ...]
) -> None:
    """No error, no warning, and all services."""
    text = configuration(compose, *(f"--file={name}" for name in files))
    for name in (
        "mongrel2",
        "listsurf-dispatcher",
        "readify-fetch",
        "demo-data",
        "load",
        "grafana",
    ):
        assert re.search(rf"^  {name}:$", text, re.MULTILINE)


def test_both_versions_hand_the_settings_of_env_on(compose: list[str], tmp_path: Path) -> None:
    """What stands in .env reaches the applications, and the limits."""
    settings = tmp_path / "env"
    settings.write_text(f"ENV_FILE={settings}\nLISTSURF_SIGNUPS=7\nMONGO_CPUS=0.5\n")
    text = configuration(compose, f"--env-file={settings}")
    assert re.search(r"^ +LISTSURF_SIGNUPS: ['\"]7['\"]$", text, re.MULTILINE)
    assert re.search(r"^ +cpus: ['\"]?0\.5['\"]?$", text, re.MULTILINE)


# -- limits ------------------------------------------------------------------------------------


def test_every_container_is_bounded_and_comes_back(containers: Containers) -> None:
    """Docker itself says so of each: memory, processors, processes, rights, root, restarts."""
    found: list[dict[str, Any]] = json.loads(containers.docker("inspect", *containers.ids()))
    assert len(found) >= 15
    for each in found:
        host = each["HostConfig"]
        assert 0 < host["Memory"] <= 2**30, each["Name"]
        assert 0 < host["NanoCpus"] <= 10**9
        assert 0 < host["PidsLimit"] <= 1024
        assert host["ReadonlyRootfs"] is True
        assert host["CapDrop"] == ["ALL"]
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        assert each["Config"]["User"] not in {"", "0", "root"}


def test_a_process_that_ends_is_started_again(containers: Containers) -> None:
    """Without anybody doing anything."""
    (container,) = containers.ids("index")
    containers.docker("exec", container, "python", "-c", "import os; os.kill(1, 15)")
    deadline = monotonic() + DEADLINE
    while containers.docker("inspect", "--format={{.RestartCount}}", container).strip() == "0":
        assert monotonic() < deadline
        sleep(0.2)
    containers.wait_until_healthy("index")


# -- logs --------------------------------------------------------------------------------------

OWN = ("index", "listsurf", "listsurf-dispatcher", "readify-web", "readify-web-dispatcher",
       "readify-api", "readify-fetch", "spotichat", "nojs", "mongrel2", "mongo")  # fmt: skip


def test_all_that_the_suites_programs_say_is_json_lines_on_stdout(containers: Containers) -> None:
    """Each line with time, level, logger and message, those of requests with their fields."""
    assert containers.get(LISTSURF, "/login?secret=1")[0] == 200
    for service in OWN:
        for container in containers.ids(service):
            lines = containers.docker("logs", container).splitlines()
            assert lines, service
            for line in lines:
                assert {"time", "level", "logger", "message"} <= set(json.loads(line)), service
    said = [json.loads(line) for line in logs(containers, "listsurf")]
    (asked,) = [line for line in said if line.get("path") == "/login"]
    assert (asked["status"], asked["method"]) == (200, "GET")
    assert asked["request_id"] in asked["message"]
    assert "secret" not in json.dumps(asked)


def logs(containers: Containers, service: str) -> list[str]:
    """Return what all containers of a service have written to stdout."""
    return [
        line
        for container in containers.ids(service)
        for line in containers.docker("logs", container).splitlines()
    ]


# -- metrics -----------------------------------------------------------------------------------


def query(containers: Containers, expression: str) -> list[dict[str, Any]]:
    """Return what Prometheus answers."""
    answer = containers.compose(
        "exec", "-T", "prometheus", "promtool", "query", "instant", "--format=json", PROMETHEUS,
        expression,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(answer)
    return found


@pytest.fixture(scope="module")
def metrics(containers: Containers) -> Containers:
    """Give the containers with Prometheus among them, and three of Listsurf."""
    containers.compose(
        "--profile", "metrics", "up", "-d", "--no-build", "--no-recreate", "--scale",
        "listsurf=3", "prometheus", "store-metrics", "listsurf",
    )  # fmt: skip
    containers.wait_until_healthy("prometheus", "store-metrics", "listsurf")
    return containers


def eventually(containers: Containers, expression: str) -> list[dict[str, Any]]:
    """Return what Prometheus answers once that is something."""
    deadline = monotonic() + DEADLINE
    while not (found := query(containers, expression)):
        assert monotonic() < deadline, expression
        sleep(1)
    return found


def test_prometheus_finds_every_process_however_many_there_are(metrics: Containers) -> None:
    """Sites, dispatchers, fetch workers, the index: each container once, those added later too."""
    eventually(metrics, 'count(up{service="listsurf"} == 1) == 3')
    found = query(metrics, "count by (service) (up == 1)")
    counts = {each["metric"]["service"]: int(each["value"][1]) for each in found}
    assert counts.pop("listsurf") == 3
    assert counts == dict.fromkeys(
        ["index", "listsurf-dispatcher", "readify-web", "readify-web-dispatcher", "readify-api",
         "readify-api-dispatcher", "readify-fetch", "spotichat", "spotichat-dispatcher", "nojs",
         "nojs-dispatcher", "store-metrics", "prometheus"], 1,
    )  # fmt: skip


def expressions() -> list[str]:
    """Return every expression of the dashboard."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def test_every_line_of_the_dashboard_has_data(metrics: Containers) -> None:
    """No panel is empty, or asks for a name that nobody has."""
    assert metrics.get(LISTSURF, "/login")[0] == 200
    for expression in expressions():
        assert eventually(metrics, expression.replace("$__rate_interval", "1m")), expression


def test_a_store_that_is_down_is_shown_as_down(metrics: Containers) -> None:
    """And the others' numbers are still there."""
    metrics.compose("stop", "redis")
    try:
        assert eventually(metrics, 'store_up{store="redis"} == 0')
        assert query(metrics, 'store_up{store="mongo"} == 1')
    finally:
        metrics.compose("start", "redis")
        metrics.wait_until_healthy()
    assert eventually(metrics, 'store_up{store="redis"} == 1')


# -- load --------------------------------------------------------------------------------------


def test_the_load_asks_every_site_and_all_answer(containers: Containers) -> None:
    """For as long as it was told, with figures for each."""
    said = containers.compose("run", "--rm", "-T", "-e", "LOAD_SECONDS=1", "load")
    assert len(re.findall(r"^Requests/sec: +[\d.]+$", said, re.MULTILINE)) == 5
    assert f"== {LISTSURF}:{containers.port}/login" in said


@pytest.mark.parametrize("setting", ["LOAD_SECONDS=61", "LOAD_SECONDS=x", "LOAD_CONNECTIONS=501"])
def test_the_load_has_bounds(setting: str, containers: Containers) -> None:
    """A number that is too large is refused, not obeyed for a night."""
    with pytest.raises(AssertionError, match="Set it to a number from 1 to"):
        containers.compose("run", "--rm", "--no-deps", "-T", "-e", setting, "load")


# -- backup and restore ------------------------------------------------------------------------


def in_mongo(containers: Containers, what: str = "") -> str:
    """Do something in the Mongo server; returns all that it holds then."""
    program = STORED.format(what=what)
    return containers.compose("exec", "-T", "mongo", "python", "-c", program)


def in_redis(containers: Containers, *command: str) -> str:
    """Say something to Redis."""
    return containers.compose("exec", "-T", "redis", "redis-cli", *command)


def test_what_was_backed_up_is_there_after_a_restore_and_nothing_else(
    containers: Containers, tmp_path: Path
) -> None:
    """Both stores, and the sites work as before."""
    folder = tmp_path / "backup"
    in_redis(containers, "SET", "of the test", "before")
    stored, page = in_mongo(containers), containers.get(LISTSURF, "/u/demo")[1]
    containers.make("backup", TO=str(folder))
    assert folder.stat().st_mode & 0o077 == 0
    in_redis(containers, "SET", "of the test", "after")
    in_redis(containers, "SET", "later", "1")
    changed = in_mongo(
        containers, "client.linksurf.listitems.drop(); client.later.a.insert_one({})"
    )
    assert changed != stored
    containers.make("restore", FROM=str(folder))
    containers.wait_until_healthy()
    assert in_mongo(containers) == stored
    assert in_redis(containers, "MGET", "of the test", "later") == "before\n\n"
    links = re.findall('https?://[^"]+', page)
    assert re.findall('https?://[^"]+', containers.get(LISTSURF, "/u/demo")[1]) == links
    containers.compose("restart", "redis")
    containers.wait_until_healthy()
    assert in_redis(containers, "GET", "of the test") == "before\n"


def test_a_backup_overwrites_nothing_and_a_restore_wants_a_backup(
    containers: Containers, tmp_path: Path
) -> None:
    """Both say what to do instead, before they touch anything."""
    with pytest.raises(AssertionError, match="Give the name of a folder that does not"):
        containers.make("backup", TO=str(tmp_path))
    with pytest.raises(AssertionError, match=r"one that docker/backup\.sh has made"):
        containers.make("restore", FROM=str(tmp_path))
