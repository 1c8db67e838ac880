"""Promises of the small parts of the command line: options, ports, watched files."""

import errno
import os
import socket
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from brubeck.cli import listing, parser, ports
from brubeck.cli.errors import CommandError
from brubeck.cli.ports import bind, inherited
from brubeck.cli.run import choose_transport
from brubeck.cli.supervision import forget_live_gauges, worker_command
from brubeck.cli.transports import BoundPort, connection_for
from brubeck.cli.worker import _choose_library
from brubeck.connections import Mongrel2Connection, WSGIConnection


def options(*arguments: str) -> Namespace:
    """Return the options of `brubeck run`, completed."""
    parsed = parser().parse_args(["run", "shop:app", *arguments])
    choose_transport(parsed)
    return parsed


# -- options -----------------------------------------------------------------------------------


def test_without_options_the_application_decides() -> None:
    """Its own connection is kept."""
    own = Mongrel2Connection("ipc://a", "ipc://b")
    assert options().transport is None
    assert connection_for(options(), own) is own


@pytest.mark.parametrize(
    ("arguments", "transport"),
    [
        (["--port", "80"], "wsgi"),
        (["--host", ""], "wsgi"),
        (["--transport", "wsgi"], "wsgi"),
        (["--pull", "ipc://a", "--pub", "ipc://b"], "mongrel2"),
        (["--transport", "mongrel2", "--pull", "ipc://a", "--pub", "ipc://b"], "mongrel2"),
    ],
)
def test_addresses_imply_their_transport(arguments: list[str], transport: str) -> None:
    """Nobody has to say twice what he wants."""
    assert options(*arguments).transport == transport


def test_wsgi_listens_on_this_machine_only_unless_told_otherwise() -> None:
    """The defaults are safe; host and port are completed one by one."""
    assert (options("--transport=wsgi").host, options("--transport=wsgi").port) == (
        "127.0.0.1",
        8000,
    )
    assert (options("--host=::").host, options("--host=::").port) == ("::", 8000)
    assert (options("--port=0").host, options("--port=0").port) == ("127.0.0.1", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "80", "--pull", "ipc://a"],
        ["--transport", "wsgi", "--pub", "ipc://b"],
        ["--transport", "mongrel2", "--host", "::"],
    ],
)
def test_addresses_of_two_transports_contradict_each_other(arguments: list[str]) -> None:
    """The answer says which option belongs where."""
    with pytest.raises(CommandError, match="Give those of one transport"):
        options(*arguments)


@pytest.mark.parametrize(
    "arguments", [["--transport", "mongrel2"], ["--pull", "ipc://a"], ["--pub", "ipc://b"]]
)
def test_mongrel2_needs_both_addresses(arguments: list[str]) -> None:
    """The answer says which they are."""
    with pytest.raises(CommandError, match=r"Add --pull .* and --pub"):
        options(*arguments)


@pytest.mark.parametrize("address", ["8000", "ipc://", "tcp://127.0.0.1", "http://a:1"])
def test_addresses_of_mongrel2_are_checked(address: str) -> None:
    """ZeroMQ would complain much later, and in other words."""
    with pytest.raises(CommandError, match="is no address of ZeroMQ"):
        options("--pull", address, "--pub", "ipc://b")
    with pytest.raises(CommandError, match="is no address of ZeroMQ"):
        options("--pull", "tcp://127.0.0.1:1", "--pub", address)


@pytest.mark.parametrize("count", ["0", "-1", "two", "²"])
def test_workers_are_counted(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Less than one is no number of processes."""
    with pytest.raises(SystemExit) as caught:
        options(f"--workers={count}")
    assert caught.value.code == 2
    assert "Give 1 or more" in capsys.readouterr().err


def test_mongrel2_addresses_make_a_connection() -> None:
    """They replace the application's own connection."""
    chosen = options("--pull", "ipc://a", "--pub", "ipc://b")
    connection = connection_for(chosen, WSGIConnection())
    assert isinstance(connection, Mongrel2Connection)
    assert (connection.in_addr, connection.out_addr) == ("ipc://a", "ipc://b")


def test_a_missing_coroutine_library_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence of the framework reaches the person at the keyboard."""

    def missing(_name: str) -> None:
        raise OSError("eventlet is not installed. Install it with: pip install brubeck[eventlet]")

    monkeypatch.setattr("brubeck.cli.worker.use", missing)
    with pytest.raises(CommandError, match=r"pip install brubeck\[eventlet\]"):
        _choose_library("eventlet")


def test_the_environment_may_choose_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is chosen before the module is imported then too."""
    asked: list[str | None] = []
    monkeypatch.setattr("brubeck.cli.worker.use", asked.append)
    monkeypatch.delenv("BRUBECK_CONCURRENCY", raising=False)
    _choose_library(None)
    assert asked == []
    monkeypatch.setenv("BRUBECK_CONCURRENCY", "eventlet")
    _choose_library(None)
    assert asked == [None]


def test_a_worker_gets_the_wishes_of_the_supervisor() -> None:
    """Its command line is understood by the same parser and means the same."""
    given = options("--port=8001", "--workers=3", "--concurrency=eventlet")
    command = worker_command(given, {"lifeline": 5, "listener": 6}, Path("told"))
    assert command[:4] == [sys.executable, "-m", "brubeck", "run"]
    understood = parser().parse_args(command[3:])
    choose_transport(understood)
    told = {"lifeline": 5, "listener": 6, "listing": "told/files", "folder": "told"}
    expected = vars(given) | told
    assert vars(understood) == expected


# -- ports -------------------------------------------------------------------------------------


def test_a_bound_port_is_told() -> None:
    """Port 0 takes a free one, whose number the connection knows."""
    connection = connection_for(options("--port=0"), WSGIConnection())
    assert isinstance(connection, BoundPort)
    with connection._listen() as listener:
        assert connection.port == listener.getsockname()[1] > 0
        assert connection.host == "127.0.0.1"


def test_a_port_that_is_taken_is_noticed_at_once() -> None:
    """The answer says what to do."""
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} of 127.0.0.1 is taken. .*--port"):
            bind("127.0.0.1", port)


def test_workers_may_share_the_port_of_the_application() -> None:
    """The application's own port is bound by every worker; its patience and grace stay."""
    own = WSGIConnection(0, "127.0.0.1", grace=3, patience=4)
    first = connection_for(options("--workers=2"), own)
    assert isinstance(first, BoundPort)
    assert (first.grace, first.patience) == (3, 4)
    own.port = first.port
    second = connection_for(options("--workers=2"), own)
    assert isinstance(second, BoundPort)
    assert second.port == first.port
    first._listen().close()
    second._listen().close()


def test_an_inherited_socket_is_used() -> None:
    """The supervisor has bound it already."""
    with bind("127.0.0.1", 0) as listener:
        given = options("--port=0")
        given.listener = os.dup(listener.fileno())
        connection = connection_for(given, WSGIConnection())
        assert isinstance(connection, BoundPort)
        with connection._listen() as own:
            assert own.getsockname() == listener.getsockname()


def test_inherited_descriptors_become_sockets() -> None:
    """They are the same socket, not a new one."""
    with bind("127.0.0.1", 0) as listener, inherited(os.dup(listener.fileno())) as again:
        assert again.getsockname() == listener.getsockname()


def test_ipv6_addresses_are_understood() -> None:
    """A colon in the host makes the difference."""
    with bind("::1", 0) as listener:
        assert listener.family is socket.AF_INET6


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("no-such-host.invalid", 0, "There is no host 'no-such-host.invalid'"),
        ("192.0.2.1", 0, "no network of this machine has that address"),
        ("127.0.0.1", 70_000, "70000 is no port"),
    ],
)
def test_impossible_addresses_are_explained(host: str, port: int, said: str) -> None:
    """Each mistake has its own words."""
    with pytest.raises(CommandError, match=said):
        bind(host, port)


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EACCES, "needs more rights"), (errno.ENOBUFS, "cannot be had: .*Change it")],
)
def test_what_the_system_refuses_is_explained(
    monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    """Whatever the reason is, there is one, and all interfaces are named as such."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(ports.socket, "create_server", refuse)
    with pytest.raises(CommandError, match=rf"Port 80 of all interfaces {said}"):
        bind("", 80)


# -- watched files -----------------------------------------------------------------------------


def listed(path: Path) -> list[str]:
    """Return the names in a list of files."""
    return [line.partition(" ")[2] for line in path.read_text().splitlines()]


def touch(path: Path, time: int) -> None:
    """Write a file with a time of its own, in seconds since the epoch."""
    path.write_text("")
    os.utime(path, (time, time))


def test_changed_and_removed_files_are_told_once(tmp_path: Path) -> None:
    """What is as it was when it was listed has not changed."""
    one, two = tmp_path / "one.py", tmp_path / "two with blank.py"
    touch(one, 1)
    touch(two, 1)
    files = tmp_path / "files"
    watch = listing.Watch(files)
    assert watch.changed() == []
    files.write_text(f"{10**9} {one}\n{10**9} {two}")
    assert watch.changed() == []
    touch(one, 2)
    assert watch.changed() == [str(one)]
    two.unlink()
    assert watch.changed() == [str(two)]
    touch(two, 1)
    assert watch.changed() == [str(two)]
    assert watch.changed() == []


def test_a_change_before_the_first_look_is_noticed(tmp_path: Path) -> None:
    """What counts is the time that the program was made of."""
    one, files = tmp_path / "one.py", tmp_path / "files"
    touch(one, 2)
    files.write_text(f"{10**9} {one}")
    assert listing.Watch(files).changed() == [str(one)]


def test_files_stay_watched_when_they_are_not_listed_any_more(tmp_path: Path) -> None:
    """A module that could not be imported is missing in the next list, but has to be looked at."""
    one, files = tmp_path / "one.py", tmp_path / "files"
    touch(one, 1)
    files.write_text(f"{10**9} {one}")
    watch = listing.Watch(files)
    watch.changed()
    files.write_text("")
    touch(one, 2)
    assert watch.changed() == [str(one)]


def test_the_files_of_imported_modules_are_listed(tmp_path: Path) -> None:
    """Whatever was imported is watched."""
    listing.write(tmp_path / "files")
    files = listed(tmp_path / "files")
    assert listing.__file__ in files
    assert __file__ in files
    assert not listing.Watch(tmp_path / "files").changed()
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_the_files_of_a_failed_import_are_listed(tmp_path: Path) -> None:
    """A module that fails is not among the imported ones, but it is the one to be corrected."""
    broken = tmp_path / "broken.py"
    broken.write_text("def (:\n")
    try:
        try:
            compile(broken.read_text(), str(broken), "exec")
        except SyntaxError as error:
            raise CommandError("It could not be imported.") from error
    except CommandError as error:
        listing.write(tmp_path / "files", error)
    assert str(broken) in listed(tmp_path / "files")


# -- what supervisor and workers share ---------------------------------------------------------


def test_a_worker_that_is_gone_has_nothing_in_flight(tmp_path: Path) -> None:
    """Its live gauges are removed, its counters and those of others stay."""
    names = {"gauge_livesum_7.db", "gauge_livesum_77.db", "counter_7.db"}
    for name in names:
        (tmp_path / name).touch()
    forget_live_gauges({"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}, 7)
    assert {path.name for path in tmp_path.iterdir()} == names - {"gauge_livesum_7.db"}
    forget_live_gauges({}, 77)
    assert (tmp_path / "gauge_livesum_77.db").exists()
