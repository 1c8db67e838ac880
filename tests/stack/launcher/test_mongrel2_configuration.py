"""Mongrel2's configuration: what is written, what is loaded, what is noticed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from launcher import mongrel2
from launcher.applications import INDEX, Application
from launcher.errors import LaunchError
from launcher.sites import Site

SITES = (
    Site(
        Application("surf", "surf", "surf", "Surf."),
        "surf.example.org",
        7070,
        "ipc:///tmp/x/surf.in",
        "ipc:///tmp/x/surf.out",
    ),
    Site(INDEX, "example.org", 7070, "ipc:///tmp/x/index.in", "ipc:///tmp/x/index.out"),
)


@pytest.fixture
def configuration():
    return mongrel2.Configuration(SITES, bind="127.0.0.1", port=7070, descriptors=20_000)


def rows(database, query):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def test_every_site_gets_its_host_and_sockets(configuration, tmp_path):
    """What m2sh loads has one host a site, each with its own handler, and no static directory."""
    mongrel2.write(configuration, tmp_path)
    database = tmp_path / "mongrel2.sqlite"
    assert rows(database, "SELECT name FROM host") == [("surf.example.org",), ("example.org",)]
    assert rows(database, "SELECT send_spec, recv_spec FROM handler ORDER BY send_spec DESC") == [
        ("ipc:///tmp/x/surf.in", "ipc:///tmp/x/surf.out"),
        ("ipc:///tmp/x/index.in", "ipc:///tmp/x/index.out"),
    ]
    assert rows(database, "SELECT * FROM directory") == []


def test_unknown_hosts_go_to_the_index(configuration, tmp_path):
    """The default host is the index site's."""
    mongrel2.write(configuration, tmp_path)
    server = rows(tmp_path / "mongrel2.sqlite", "SELECT default_host, bind_addr, port FROM server")
    assert server == [("example.org", "127.0.0.1", 7070)]


def test_the_loaded_settings_are_the_wanted_ones(configuration, tmp_path):
    """Capacity, header size and the store for uploads arrive in the database."""
    mongrel2.write(configuration, tmp_path)
    loaded = dict(rows(tmp_path / "mongrel2.sqlite", "SELECT key, value FROM setting"))
    assert loaded["superpoll.max_fd"] == "20000"
    assert loaded["superpoll.hot_dividend"] == "2"
    assert loaded["upload.temp_store"] == "uploads/up.XXXXXX"
    assert loaded["limits.buffer_size"] == "16384"


def test_idents_are_new_at_every_start():
    """Replies to connections of an earlier server must not reach strangers of this one."""
    first, second = (mongrel2.Configuration(SITES, "127.0.0.1", 7070, 256) for _ in range(2))
    seen = [*first.idents.values(), *second.idents.values()]
    assert len(set(seen)) == 4
    # Mongrel2 accepts letters, digits and dashes only; equal lengths rule out prefixes.
    assert {len(ident) for ident in seen} == {36}
    assert all(ident.replace("-", "").isalnum() for ident in seen)


def test_sending_and_receiving_idents_are_equal(configuration, tmp_path):
    """With an ident of its own each way, replies would go to other servers' clients as well."""
    mongrel2.write(configuration, tmp_path)
    for sent, received in rows(
        tmp_path / "mongrel2.sqlite", "SELECT send_ident, recv_ident FROM handler"
    ):
        assert sent == received


def test_an_old_database_does_not_survive(configuration, tmp_path):
    """m2sh leaves an existing database alone when it fails, so it is deleted first."""
    (tmp_path / "mongrel2.sqlite").write_text("old")
    mongrel2.write(configuration, tmp_path)
    assert rows(tmp_path / "mongrel2.sqlite", "SELECT uuid FROM server") == [("main",)]


def test_a_file_that_m2sh_cannot_read_is_noticed(configuration, tmp_path, monkeypatch):
    """m2sh exits with 0 on a syntax error; the launcher does not believe it."""
    monkeypatch.setattr(mongrel2.Configuration, "render", lambda self: "main = Server(")
    with pytest.raises(LaunchError, match="was not loaded as written") as caught:
        mongrel2.write(configuration, tmp_path)
    assert "mongrel2.conf" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE server SET default_host = 'other'", "servers"),
        ("UPDATE server SET port = 80", "servers"),
        ("DELETE FROM route WHERE id = 1", "routes"),
        ("UPDATE handler SET recv_ident = ''", "routes"),
        ("DELETE FROM setting WHERE key = 'upload.temp_store'", "settings"),
    ],
)
def test_every_difference_is_noticed(configuration, tmp_path, change, what):
    """A database that differs in one value from the configuration is refused, naming the part."""
    mongrel2.write(configuration, tmp_path)
    database = tmp_path / "mongrel2.sqlite"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(change)
    with pytest.raises(LaunchError, match=f"its {what} are"):
        mongrel2.verify(configuration, database)


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 100])
def test_a_missing_or_broken_database_is_noticed(configuration, tmp_path, content):
    """Nothing loaded is an error, too."""
    database = tmp_path / "mongrel2.sqlite"
    if content is not None:
        database.write_bytes(content)
    with pytest.raises(LaunchError, match="was not loaded as written"):
        mongrel2.verify(configuration, database)


def test_no_more_connections_than_the_machine_permits(monkeypatch):
    """superpoll.max_fd above the hard limit would count as the soft limit."""
    monkeypatch.setattr(mongrel2.resource, "getrlimit", lambda _: (1024, 4096))
    assert mongrel2.descriptors() == 4096
    monkeypatch.setattr(mongrel2.resource, "getrlimit", lambda _: (1024, 1_000_000))
    assert mongrel2.descriptors() == 20_000
    unlimited = mongrel2.resource.RLIM_INFINITY
    monkeypatch.setattr(mongrel2.resource, "getrlimit", lambda _: (1024, unlimited))
    assert mongrel2.descriptors() == 20_000


def test_the_template_names_no_directory_routes():
    """A Dir route lets one false Content-Length kill the server; the framework serves files."""
    assert "Dir(" not in Path(mongrel2.TEMPLATE).read_text(encoding="utf-8")
