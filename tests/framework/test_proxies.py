import pytest
from brubeck.proxies import client_address, is_trusted
from hypothesis import given, settings
from hypothesis import strategies as st

PROXIES = ("10.0.0.0/8", "192.168.1.1", "fd00::/8")


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("192.168.1.1", True),
        ("fd00::1", True),
        ("192.168.1.2", False),
        ("::1", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_proxies_are_addresses_or_networks(address: str, trusted: bool) -> None:
    """IPv4 in IPv6's clothes is IPv4."""
    assert is_trusted(address, PROXIES) is trusted


def test_a_proxy_that_is_no_address_is_an_error() -> None:
    """A misspelt setting must not silently trust nobody."""
    with pytest.raises(ValueError, match="my-proxy"):
        is_trusted("10.0.0.1", ["my-proxy"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("1.1.1.1", "9.9.9.9", "1.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "9.9.9.9, 10.0.0.2", "9.9.9.9"),
        ("10.0.0.1", "9.9.9.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("", "9.9.9.9", ""),
    ],
)
def test_the_client_is_the_nearest_stranger(peer: str, forwarded: str, client: str) -> None:
    """What a stranger wrote into the header himself is never believed."""
    assert client_address(peer, forwarded, PROXIES) == client


@settings(deadline=None, max_examples=50)
@given(st.text(), st.text())
def test_any_header_gives_some_address(peer: str, forwarded: str) -> None:
    """Nothing that is sent raises, and a stranger at the door is himself."""
    assert client_address(peer, forwarded, PROXIES) == peer
