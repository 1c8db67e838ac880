"""Where applications are reached, and what they are told about it."""

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from launcher.applications import INDEX, Application
from launcher.errors import LaunchError
from launcher.options import Options
from launcher.ports import open_port
from launcher.sites import addresses, environment, listing, plan

SURF = Application("surf", "surf", "surf", "Save links.", needs=("mongo",), concurrency="eventlet")
SOCKETS = Path("/tmp/suite")


@pytest.fixture
def options():
    return Options(domain="example.org", port=open_port("127.0.0.1", 0))


def settings(site, options, base=None, transport="mongrel2", **stores):
    return environment(site, options, transport, secret="generated", stores=stores, base=base or {})


def test_mongrel2_serves_all_sites_on_one_port(options):
    """Host names tell the sites apart; the index has the bare domain."""
    sites = plan((SURF, INDEX), options, "mongrel2", SOCKETS)
    assert [site.host for site in sites] == ["surf.example.org", "example.org"]
    assert {site.port for site in sites} == {options.port}
    assert sites[0].address == f"http://surf.example.org:{options.port}/"
    assert sites[0].pull == "ipc:///tmp/suite/surf.in"
    assert sites[0].pub == "ipc:///tmp/suite/surf.out"


def test_without_mongrel2_the_first_site_has_the_port(options):
    """The others get the next free ones, all different."""
    sites = plan((SURF, INDEX), options, "wsgi", SOCKETS)
    assert sites[0].port == options.port
    assert sites[1].port > options.port


def test_port_80_goes_without_saying(monkeypatch):
    """Browsers do not show it either, and the Host header lacks it."""
    monkeypatch.setattr("launcher.sites.require_port", lambda address, port: port)
    site = plan((SURF,), Options(port=80), "mongrel2", SOCKETS)[0]
    assert site.address == "http://surf.localhost/"


def test_a_taken_port_stops_the_plan(options):
    """Nothing is started before the port is known to be free."""
    refused = pytest.raises(LaunchError, match="is taken")
    with socket.create_server(("127.0.0.1", options.port)), refused:
        plan((SURF,), options, "mongrel2", SOCKETS)


def test_an_application_is_told_its_place(options):
    """Transport, sockets, address, domain, secret and stores arrive under its own prefix."""
    site = plan((SURF,), options, "mongrel2", SOCKETS)[0]
    told = settings(site, options, {"PATH": "/bin"}, MONGO_URL="mongodb://127.0.0.1:1")
    assert told == {
        "PATH": "/bin",
        "SURF_TRANSPORT": "mongrel2",
        "SURF_PULL_ADDRESS": "ipc:///tmp/suite/surf.in",
        "SURF_PUB_ADDRESS": "ipc:///tmp/suite/surf.out",
        "SURF_HOST": "127.0.0.1",
        "SURF_PORT": str(options.port),
        "SURF_CONCURRENCY": "eventlet",
        "SURF_SECRET": "generated",
        "SITE_DOMAIN": "example.org",
        "SITE_PORT": str(options.port),
        "MONGO_URL": "mongodb://127.0.0.1:1",
        "PYTHONUNBUFFERED": "1",
    }


def test_own_secrets_and_choices_of_the_person_stay(options):
    """LISTSURF_SECRET and LISTSURF_CONCURRENCY in the environment are handed on."""
    site = plan((SURF,), options, "mongrel2", SOCKETS)[0]
    told = settings(site, options, {"SURF_SECRET": "mine", "SURF_CONCURRENCY": "gevent"})
    assert (told["SURF_SECRET"], told["SURF_CONCURRENCY"]) == ("mine", "gevent")


@pytest.mark.parametrize("name", ["CONCURRENCY", "BRUBECK_CONCURRENCY"])
def test_variables_without_a_prefix_are_for_all(options, name):
    """What the framework reads for all applications decides where no application's own does."""
    site = plan((SURF,), options, "mongrel2", SOCKETS)[0]
    told = settings(site, options, {name: "gevent", "SECRET": "ours"})
    assert (told["SURF_CONCURRENCY"], told["SURF_SECRET"]) == ("gevent", "ours")


def test_the_command_line_decides_about_concurrency(options):
    """--concurrency overrides the table and the environment."""
    chosen = Options(port=options.port, concurrency="gevent")
    site = plan((SURF,), chosen, "mongrel2", SOCKETS)[0]
    told = settings(site, chosen, {"SURF_CONCURRENCY": "eventlet"})
    assert told["SURF_CONCURRENCY"] == "gevent"


def test_old_addresses_in_the_environment_do_not_count(options):
    """A nested launcher must not send its applications to the outer one's sockets."""
    site = plan((SURF,), options, "mongrel2", SOCKETS)[0]
    told = settings(site, options, {"SURF_PULL_ADDRESS": "ipc://old", "SITE_PORT": "1"})
    assert told["SURF_PULL_ADDRESS"] == site.pull
    assert told["SITE_PORT"] == str(options.port)


def test_the_index_is_told_all_sites(options):
    """Address, description, and how to ask for the health of each."""
    site = plan((SURF,), options, "mongrel2", SOCKETS)[0]
    assert json.loads(listing([site], "127.0.0.1")) == [
        {
            "name": "surf",
            "address": f"http://surf.example.org:{options.port}/",
            "title": "Surf",
            "description": "Save links.",
            "connect_to": "127.0.0.1",
            "port": options.port,
            "host": "surf.example.org",
            "health": "/healthz",
        }
    ]


def test_programs_of_one_application_know_each_other_by_address(options):
    """SURF_API_ADDRESS is told to all programs of surf, and nothing to an application of one."""
    api = replace(SURF, name="surf_api", host="api.surf", of="surf", program="api")
    sites = plan((SURF, api, INDEX), options, "mongrel2", SOCKETS)
    port = options.port
    assert addresses(sites[0], sites) == addresses(sites[1], sites)
    assert addresses(sites[0], sites) == {
        "SURF_SITE_ADDRESS": f"http://surf.example.org:{port}",
        "SURF_API_ADDRESS": f"http://api.surf.example.org:{port}",
    }
    assert addresses(sites[2], sites) == {}


def test_a_program_that_nobody_visits_is_not_listed(options):
    """The index shows what people can open."""
    hidden = replace(SURF, name="surf_fetch", of="surf", listed=False)
    sites = plan((SURF, hidden), options, "mongrel2", SOCKETS)
    assert [entry["name"] for entry in json.loads(listing(sites, "127.0.0.1"))] == ["surf"]
