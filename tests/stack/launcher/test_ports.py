"""Ports: free, taken, and next to each other."""

import socket

import pytest
from launcher.errors import LaunchError
from launcher.ports import next_port, open_port, require_port


@pytest.fixture
def taken():
    """Give a port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_the_ways_out(taken):
    """The message says which port, how to find its owner, and how to choose another."""
    with pytest.raises(LaunchError) as caught:
        require_port("127.0.0.1", taken)
    assert f"Port {taken} is taken" in str(caught.value)
    assert "ss -ltnp" in str(caught.value)
    assert "SITE_PORT=" in str(caught.value)


def test_a_port_taken_on_one_address_is_taken_for_all(taken):
    """Mongrel2 on 0.0.0.0 cannot start beside a server on 127.0.0.1."""
    assert open_port("", taken) is None


def test_a_free_port_is_returned(taken):
    """What can be bound is returned as it is; 0 becomes a number."""
    free = require_port("127.0.0.1", 0)
    assert free > 0
    assert require_port("127.0.0.1", free) == free


def test_the_next_port_skips_taken_ones(taken):
    """Without Mongrel2 the second site goes to the next port that is free."""
    assert next_port("127.0.0.1", taken - 1) > taken


def test_no_port_above_the_last_one():
    """65535 has no successor."""
    with pytest.raises(LaunchError, match="lower SITE_PORT"):
        next_port("127.0.0.1", 65535)


def test_an_address_of_another_machine_is_reported():
    """An address that this machine does not have cannot be listened on."""
    with pytest.raises(LaunchError, match="SITE_BIND"):
        require_port("192.0.2.1", 0)
