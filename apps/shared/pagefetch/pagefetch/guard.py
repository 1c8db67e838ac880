"""Which addresses may be connected to: those that anybody on the internet can reach.

Notice that a name is resolved once. What comes out is checked and connected to; asking again in
between would let a name answer with a public address first and with ours afterwards.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from pagefetch.errors import FetchError

Address = IPv4Address | IPv6Address

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
SITE_LOCAL = IPv6Network("fec0::/10")  # RFC 3879: given up, but not by every network
WEB_PORTS = {80, 443}
FIRST_FREE_PORT = 1024  # below, other services listen that a request could be made to confuse


class Guard:
    """Resolves hosts, and refuses what is not public; `allowed` are networks that are, anyway."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self.allowed = [ip_network(network) for network in allowed]

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host; raise FetchError unless every one may be connected to."""
        if port not in WEB_PORTS and port < FIRST_FREE_PORT:
            raise FetchError(f"Port {port} is not one of the web.")
        found = resolve(host, port)
        if not all(self.permits(ip_address(address)) for address in found):
            raise FetchError("This host is not on the public internet.")
        return found

    def permits(self, address: Address) -> bool:
        """Say whether an address may be connected to."""
        return is_public(address) or any(address in network for network in self.allowed)


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, each once; raise FetchError if there are none."""
    try:
        # Encoded here: what can be no name is refused before a thread is asked to look it up.
        found = socket.getaddrinfo(host.encode("idna").decode(), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("There is no host of this name, or it cannot be looked up now.") from error
    addresses = [str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found]
    if not addresses:
        raise FetchError("This host has no address.")
    return list(dict.fromkeys(addresses))


def is_public(address: Address) -> bool:
    """Say whether an address is reachable for everybody (IANA's special-purpose registries)."""
    if isinstance(address, IPv6Address):
        inner = embedded(address)
        if inner is not None:
            return is_public(inner)
        if address in SITE_LOCAL:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to, if it does."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
