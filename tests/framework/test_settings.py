"""Settings: typed, documented, from the environment, and checked before anything starts."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import brubeck
import pytest
from brubeck.connections import Mongrel2Connection, WSGIConnection
from brubeck.settings import DEFAULT_SECRET, ServerSettings, SettingsError, setting

GOOD = "g" * 48


@dataclass(frozen=True, kw_only=True)
class AppSettings(ServerSettings):
    """Settings of a program."""

    prefix: str = "LISTSURF_"
    page_size: int = setting(25, "Items on a page.")
    mongo_url: str = setting("", "Address of MongoDB.", shared=True)


def test_defaults_serve_development() -> None:
    """Nothing needs to be set."""
    settings = ServerSettings.from_environment({})
    assert settings == ServerSettings()
    assert (settings.site_domain, settings.site_port) == ("localhost", 6767)
    assert settings.secret == DEFAULT_SECRET


def test_values_come_from_prefixed_variables() -> None:
    """Each with the type of its default."""
    settings = AppSettings.from_environment(
        {
            "LISTSURF_TRANSPORT": "wsgi",
            "LISTSURF_PORT": "8001",
            "LISTSURF_PRODUCTION": "yes",
            "LISTSURF_SECRET": f"{'o' * 32}, {GOOD}",
            "LISTSURF_PAGE_SIZE": "10",
        }
    )
    assert (settings.transport, settings.port, settings.production) == ("wsgi", 8001, True)
    assert settings.secrets == ("o" * 32, GOOD)
    assert settings.secret == GOOD
    assert settings.page_size == 10


def test_shared_variables_need_no_prefix_and_the_prefixed_one_wins() -> None:
    """One SITE_DOMAIN serves all applications; one of them may differ."""
    environ = {"SITE_DOMAIN": "example.org", "MONGO_URL": "mongodb://a", "PORT": "1"}
    settings = AppSettings.from_environment(environ)
    assert (settings.site_domain, settings.mongo_url) == ("example.org", "mongodb://a")
    assert settings.port == 8000
    own = AppSettings.from_environment(environ | {"LISTSURF_SITE_DOMAIN": "own.example"})
    assert own.site_domain == "own.example"


def test_the_prefix_can_be_given_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without settings of its own needs no subclass."""
    monkeypatch.setenv("INDEX_PORT", "8010")
    assert ServerSettings.from_environment(prefix="INDEX_").port == 8010


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("LISTSURF_PORT", "many", "Set it to a number"),
        ("LISTSURF_PRODUCTION", "maybe", "yes or no"),
        ("LISTSURF_TRANSPORT", "carrier", "mongrel2, wsgi"),
        ("LISTSURF_CONCURRENCY", "threads", "eventlet, gevent"),
        ("LISTSURF_LOG_LEVEL", "LOUD", "DEBUG"),
        ("LISTSURF_SECRET", "", "token_urlsafe"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(variable: str, value: str, advice: str) -> None:
    """The error has the variable and the remedy."""
    with pytest.raises(SettingsError, match=variable) as caught:
        AppSettings.from_environment({variable: value})
    assert advice in str(caught.value)


@pytest.mark.parametrize("secret", [None, DEFAULT_SECRET, "short", f"short,{GOOD}"])
def test_production_refuses_secrets_that_are_known_or_short(secret: str | None) -> None:
    """The default, a short one, and a short one among good ones."""
    environ = {"LISTSURF_PRODUCTION": "1"}
    if secret is not None:
        environ["LISTSURF_SECRET"] = secret
    with pytest.raises(SettingsError, match=r"LISTSURF_SECRET.*production mode refuses"):
        AppSettings.from_environment(environ)


def test_the_transport_is_made_of_the_settings() -> None:
    """Addresses for Mongrel2, host and port for WSGI."""
    pull_pub = {"LISTSURF_PULL_ADDRESS": "ipc://a", "LISTSURF_PUB_ADDRESS": "ipc://b"}
    connection = AppSettings.from_environment(pull_pub).connection()
    assert isinstance(connection, Mongrel2Connection)
    assert (connection.in_addr, connection.out_addr) == ("ipc://a", "ipc://b")
    assert connection.dispatcher is None
    dispatched = AppSettings.from_environment({**pull_pub, "LISTSURF_DISPATCHER": "tcp://d:1"})
    worker = dispatched.connection()
    assert isinstance(worker, Mongrel2Connection)
    assert worker.dispatcher == "tcp://d:1"
    served = AppSettings.from_environment({"LISTSURF_TRANSPORT": "wsgi"}).connection()
    assert isinstance(served, WSGIConnection)
    assert (served.host, served.port) == ("127.0.0.1", 8000)


def test_the_sample_documents_every_setting_and_is_valid() -> None:
    """Read back, it gives the defaults."""
    sample = AppSettings.sample()
    assert "# Items on a page.\nLISTSURF_PAGE_SIZE=25\n" in sample
    lines = [line for line in sample.splitlines() if line and not line.startswith("#")]
    environ = dict(line.split("=", 1) for line in lines)
    assert AppSettings.from_environment(environ) == AppSettings()
    assert "LISTSURF_PREFIX" not in environ


def test_proxies_are_believed_only_when_they_are_named() -> None:
    """None by default; several with commas between."""
    assert ServerSettings.from_environment({}).trusted_proxies == ()
    assert ServerSettings.from_environment({"TRUSTED_PROXIES": ""}).trusted_proxies == ()
    named = ServerSettings.from_environment({"TRUSTED_PROXIES": "10.0.0.1, 192.0.2.0/24"})
    assert named.trusted_proxies == ("10.0.0.1", "192.0.2.0/24")


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_a_program_starts_with_its_settings_and_its_library(library: str) -> None:
    """One call reads all settings and patches what the program imports afterwards."""
    done = begun(CONCURRENCY=library)
    assert done.stdout == f"{library} True\n"


def test_a_program_that_cannot_start_says_why_in_one_sentence() -> None:
    """No traceback: what is wrong with which variable."""
    done = begun(CONCURRENCY="threads")
    assert done.returncode == 1
    assert done.stderr.startswith("BRUBECK_CONCURRENCY")
    assert "Traceback" not in done.stderr


BEGINNING = """
from brubeck.settings import ServerSettings
settings = ServerSettings.at_start()
from brubeck.concurrency import current
import socket
print(current().name, settings.concurrency in socket.socket.__module__)
"""


def begun(**environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the first lines of a program."""
    path = {"PYTHONPATH": str(Path(brubeck.__file__).parents[1]), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BEGINNING],
        capture_output=True, text=True, check=False, env=path | environment,
    )  # fmt: skip
