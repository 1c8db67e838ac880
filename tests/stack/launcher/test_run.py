"""The launcher with real servers: Mongrel2, Redis, Mongo and the sample sites."""

import json
import os
import signal
import stat
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e


def sample(fetch, facts):
    status, body = fetch(facts["addresses"]["sample"])
    assert status == 200
    return json.loads(body)


def test_a_site_answers_through_mongrel2(launch, fetch):
    """The ready file has the address; the site gets its requests by host name from Mongrel2."""
    facts = launch("--apps", "sample").ready()
    assert facts["transport"] == "mongrel2"
    assert {"mongrel2", "redis", "sample", "index"} == set(facts["pids"])
    shown = sample(fetch, facts)
    assert shown["host"] == "sample.localhost"
    assert shown["environment"]["SAMPLE_TRANSPORT"] == "mongrel2"


@pytest.mark.parametrize("transport", ["mongrel2", "wsgi"])
def test_the_suite_starts_as_it_is(launch, fetch, transport):
    """`python -m launcher` with its own table: every application answers, and says how to log in."""
    run = launch("--transport", transport, program=["-m", "launcher"])
    facts = run.ready()
    assert {"listsurf", "index"} <= set(facts["addresses"])
    status, page = fetch(facts["addresses"]["listsurf"], "/login")
    assert status == 200
    assert b"Listsurf" in page
    status, page = fetch(facts["addresses"]["index"])
    assert status == 200
    assert page.count(b"Running") == len(facts["addresses"]) - 1
    assert "log in as demo with the password" in run.said()


def test_the_addresses_are_on_the_screen(launch):
    """Who ran `make demo` reads where to go, how to log in, and how to stop."""
    run = launch("--apps", "sample")
    facts = run.ready()
    assert all(address in run.said() for address in facts["addresses"].values())
    docs = facts["addresses"]["index"].replace("//", "//docs.")
    assert f"  {docs} " in run.said()
    assert "Log in as sam with the password sample." in run.said()
    assert "nobody's business" not in run.said()
    assert "Ctrl-C stops everything" in run.said()


def test_unknown_host_names_get_the_index(launch, fetch):
    """The default host lists the sites, with their health."""
    facts = launch("--apps", "sample").ready()
    for host in ("localhost", "nobody.localhost", "127.0.0.1"):
        status, body = fetch(facts["addresses"]["index"], host=host)
        assert status == 200
        assert facts["addresses"]["sample"].encode() in body
        assert b"Running" in body


def test_the_site_domain_is_everywhere(launch, fetch):
    """SITE_DOMAIN changes host names, addresses and what applications are told."""
    facts = launch("--apps", "sample", SITE_DOMAIN="demo.test").ready()
    assert facts["addresses"]["sample"].startswith("http://sample.demo.test:")
    shown = sample(fetch, facts)
    assert shown["host"] == "sample.demo.test"
    assert shown["environment"]["SITE_DOMAIN"] == "demo.test"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(launch, number):
    """SIGTERM, Ctrl-C and a closed terminal: exit code 0, no process, no ready file."""
    run = launch("--apps", "sample")
    facts = run.ready()
    assert run.end(number) == 0
    run.leaves_nothing()
    assert not run.ready_file.exists()
    for pid in facts["pids"].values():
        with pytest.raises(ProcessLookupError):
            os.killpg(pid, 0)


def test_a_signal_during_the_start_stops_everything(launch):
    """Nobody has to wait for the start to end."""
    run = launch("--apps", "sample")
    log = Path(run.var) / "log" / "redis.log"
    run.wait_for(log.exists, "log of the first server")
    assert run.end() == 0
    run.leaves_nothing()


def test_data_stay_and_demo_data_come_once(launch, fetch):
    """A second run finds what the first one wrote, and fills in nothing again."""
    first = launch("--apps", "sample")
    shown = sample(fetch, first.ready())
    secret = shown["environment"]["SAMPLE_SECRET"]
    assert (shown["visits"], shown["demo_runs"]) == (1, 1)
    first.end()
    second = launch("--apps", "sample")
    shown = sample(fetch, second.ready())
    assert (shown["visits"], shown["demo_runs"]) == (2, 1)
    assert shown["environment"]["SAMPLE_SECRET"] == secret
    assert "Log in as sam" in second.said()


def test_demo_data_can_be_left_out(launch, fetch):
    """--no-demo-data starts with what is there."""
    facts = launch("--apps", "sample", "--no-demo-data").ready()
    assert sample(fetch, facts)["demo_runs"] == 0


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_both_coroutine_libraries_serve(launch, fetch, library):
    """--concurrency decides for every application, the index too."""
    facts = launch("--apps", "sample", "--concurrency", library).ready()
    assert sample(fetch, facts)["environment"]["SAMPLE_CONCURRENCY"] == library
    assert fetch(facts["addresses"]["index"])[0] == 200


def test_without_mongrel2_the_same_pages_are_served(launch, fetch):
    """The transport wsgi gives the first site SITE_PORT, and says in one line what it does."""
    run = launch("--apps", "sample", "--transport", "wsgi")
    facts = run.ready()
    assert "mongrel2" not in facts["pids"]
    assert sample(fetch, facts)["environment"]["SAMPLE_TRANSPORT"] == "wsgi"
    assert fetch(facts["addresses"]["index"])[0] == 200
    assert "WSGI" in run.said()


def test_a_machine_without_mongrel2_falls_back(launch, fetch, tmp_path):
    """Where mongrel2 is not on the path, the sites are served all the same."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("redis-server", "sh"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    run = launch("--apps", "sample", PATH=str(tools))
    facts = run.ready()
    assert facts["transport"] == "wsgi"
    assert "Mongrel2 is not installed" in run.said()
    assert fetch(facts["addresses"]["sample"])[0] == 200


def test_the_embedded_mongo_server_is_started(launch):
    """An application that needs Mongo gets the address of a server that answers."""
    facts = launch("--apps", "stored", "--transport", "wsgi").ready()
    assert facts["mongo_url"].startswith("mongodb://127.0.0.1:")
    assert "mongo" in facts["pids"]


def test_logs_are_kept_for_each_program(launch, fetch):
    """Every program has its log; a new start begins a new one and keeps the old."""
    first = launch("--apps", "sample")
    sample(fetch, first.ready())
    logs = Path(first.var) / "log"
    assert {"index.log", "mongrel2.log", "redis.log", "sample.log", "sample-demo-data.log"} <= {
        path.name for path in logs.iterdir()
    }
    first.end()
    before = (logs / "sample.log").read_text(encoding="utf-8")
    launch("--apps", "sample").ready()
    assert (logs / "sample.log.1").read_text(encoding="utf-8") == before
    assert stat.S_IMODE(logs.stat().st_mode) == 0o700


def test_logs_can_be_shown_on_the_screen(launch):
    """LOGS=screen prefixes each line with its program."""
    run = launch("--apps", "sample", LOGS="screen")
    run.ready()
    assert "redis      | " in run.said()


def test_a_long_path_moves_the_sockets(launch, fetch, tmp_path):
    """A state directory too deep for sockets works, and the other place is cleaned up."""
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    run = launch("--apps", "sample", VAR_DIR=str(deep))
    shown = sample(fetch, run.ready())
    sockets = Path(shown["environment"]["SAMPLE_PULL_ADDRESS"].removeprefix("ipc://")).parent
    assert deep not in sockets.parents
    run.end()
    assert not sockets.exists()


def test_an_odd_path_is_no_trouble(launch, fetch, tmp_path):
    """Blanks, quotes and other alphabets in the path reach neither Mongrel2 nor a shell."""
    run = launch("--apps", "sample", VAR_DIR=str(tmp_path / "it's $HOME; ключ"))
    assert sample(fetch, run.ready())["visits"] == 1
