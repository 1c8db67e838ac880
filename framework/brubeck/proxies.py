"""Who is at the other end when there are proxies in between."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_trusted(address: str, proxies: Iterable[str]) -> bool:
    """Tell whether an address is one of the proxies, given as addresses or networks.

    Raises ValueError for a proxy that is neither.
    """
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in _networks(tuple(proxies)))


def client_address(peer: str, forwarded_for: str, proxies: Iterable[str]) -> str:
    """Return the nearest address that is no trusted proxy.

    Read from the right: everybody appends the address that he saw, and what stands left of the
    first stranger is whatever the stranger liked to write (CWE-348).
    """
    proxies = tuple(proxies)
    client = peer
    for claimed in reversed(forwarded_for.split(",")):
        address = _parsed(claimed.strip())
        if address is None or not is_trusted(client, proxies):
            break
        client = str(address)
    return client


@lru_cache(maxsize=32)
def _networks(proxies: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def _parsed(address: str) -> Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    # Sockets that take both families show IPv4 peers as ::ffff:127.0.0.1.
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed
