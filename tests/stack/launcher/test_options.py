"""Settings of the launcher: environment variables, options, and what is said about wrong ones."""

from pathlib import Path

import pytest
from launcher.errors import LaunchError
from launcher.options import read_options

EVERYWHERE = "0.0.0.0"  # noqa: S104 - read here, bound by nobody


def test_without_settings_the_sites_are_local():
    """A bare start serves localhost:6767 to this machine only, with its state under var/."""
    options = read_options([], {})
    assert (options.domain, options.port, options.bind) == ("localhost", 6767, "127.0.0.1")
    assert options.var == Path("var").absolute()
    assert options.demo_data
    assert not options.screen


def test_empty_variables_count_as_unset():
    """`SITE_PORT= make demo` means the default, as in a shell."""
    assert read_options([], {"SITE_DOMAIN": "", "SITE_PORT": "", "VAR_DIR": ""}).port == 6767


def test_environment_variables_set_the_place():
    """Domain, port, address, directory and stores come from the environment."""
    options = read_options(
        [],
        {
            "SITE_DOMAIN": "Example.ORG.",
            "SITE_PORT": "8080",
            "SITE_BIND": EVERYWHERE,
            "VAR_DIR": "/srv/suite",
            "MONGO_URL": "mongodb://db.example.org",
            "REDIS_URL": "unix:///run/redis.sock",
            "LOGS": "screen",
        },
    )
    assert (options.domain, options.port, options.bind) == ("example.org", 8080, EVERYWHERE)
    assert options.var == Path("/srv/suite")
    assert options.mongo_url == "mongodb://db.example.org"
    assert options.redis_url == "unix:///run/redis.sock"
    assert options.screen


def test_options_choose_what_runs():
    """Applications, transport, concurrency, demo data and the ready file are options."""
    words = "--transport wsgi --concurrency eventlet --no-demo-data --verbose"
    options = read_options(
        ["--apps", "listsurf, readify", "--ready-file", "ready.json", *words.split()],
        {},
    )
    assert options.apps == ("listsurf", "readify")
    assert (options.transport, options.concurrency) == ("wsgi", "eventlet")
    assert not options.demo_data
    assert options.screen
    assert options.ready_file == Path("ready.json").absolute()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_DOMAIN", "a b"),
        ("SITE_DOMAIN", "x'] evil"),
        ("SITE_DOMAIN", "-x.org"),
        ("SITE_DOMAIN", "x..org"),
        ("SITE_DOMAIN", "a" * 300),
        ("SITE_PORT", "http"),
        ("SITE_PORT", "65536"),
        ("SITE_PORT", "-1"),
        ("SITE_PORT", "٣"),
        ("SITE_BIND", "localhost"),
        ("SITE_BIND", "::1"),
        ("MONGO_URL", "http://127.0.0.1"),
        ("REDIS_URL", "127.0.0.1:6379"),
    ],
)
def test_a_wrong_variable_is_named(name, value):
    """A wrong value is refused with the name of its variable."""
    with pytest.raises(LaunchError, match=name):
        read_options([], {name: value})


def test_a_wrong_store_address_is_not_repeated():
    """Addresses of stores may hold passwords, so they never reach the screen."""
    with pytest.raises(LaunchError) as caught:
        read_options([], {"MONGO_URL": "http://user:hunter2@db"})
    assert "hunter2" not in str(caught.value)


def test_an_unknown_transport_is_refused(capsys):
    """Argparse lists the choices."""
    with pytest.raises(SystemExit) as caught:
        read_options(["--transport", "fastcgi"], {})
    assert caught.value.code == 2
    assert "mongrel2" in capsys.readouterr().err


def test_help_lists_the_environment_variables(capsys):
    """`--help` is where people look for SITE_PORT."""
    with pytest.raises(SystemExit):
        read_options(["--help"], {})
    said = capsys.readouterr().out
    assert all(
        name in said for name in ("SITE_DOMAIN", "SITE_PORT", "VAR_DIR", "MONGO_URL", "REDIS_URL")
    )
