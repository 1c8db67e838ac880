"""Which addresses may be connected to."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pagefetch import FetchError
from pagefetch.guard import Guard, is_public

OURS = [
    "127.0.0.1", "127.255.255.254", "0.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1",
    "ff02::1", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["93.184.215.14", "1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"]


@pytest.mark.parametrize("address", OURS)
def test_what_is_not_public_is_refused(address: str) -> None:
    """Loopback, private, link-local, shared, documentation, multicast: of no family (CWE-918)."""
    assert not is_public(ip_address(address))
    with pytest.raises(FetchError, match="not on the public internet"):
        Guard().addresses(address, 80)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_connected_to(address: str) -> None:
    """The address itself comes back."""
    assert Guard().addresses(address, 443) == [address]


@given(st.ip_addresses(v=4))
def test_no_disguise_makes_an_address_public(address: IPv4Address) -> None:
    """An IPv4 address inside an IPv6 one is judged as what it is: mapped, 6to4, NAT64, Teredo."""
    number = int(address)
    disguises = [
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),
    ]
    for disguised in disguises:
        assert not is_public(disguised) or is_public(address)


@pytest.mark.parametrize("host", ["0x7f000001", "2130706433", "127.1", "localhost", "017700000001"])
def test_another_spelling_of_this_machine_is_refused(host: str) -> None:
    """What counts is the address that comes out."""
    with pytest.raises(FetchError):
        Guard().addresses(host, 80)


@pytest.mark.parametrize("port", [1, 22, 25, 110, 1023])
def test_ports_of_other_services_are_refused(port: int) -> None:
    """No mail server is talked to in the disguise of a page."""
    with pytest.raises(FetchError, match="Port"):
        Guard().addresses("1.1.1.1", port)


def test_exceptions_are_named() -> None:
    """A test or a demo may allow this machine, and nothing beside it."""
    guard = Guard(allowed=("127.0.0.1", "fd00::/8"))
    assert guard.addresses("127.0.0.1", 8080) == ["127.0.0.1"]
    assert guard.addresses("fd00::7", 8080) == ["fd00::7"]
    with pytest.raises(FetchError):
        guard.addresses("127.0.0.2", 8080)


def test_a_name_that_nobody_has_is_explained() -> None:
    """One reads that the name is the reason."""
    with pytest.raises(FetchError, match="no host of this name"):
        Guard().addresses("nowhere.invalid", 80)
