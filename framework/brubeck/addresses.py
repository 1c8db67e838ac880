"""Addresses of ZeroMQ: one, or several."""

from collections.abc import Sequence


def addresses(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return each address of a sequence, or of a text with commas between them."""
    several = given.split(",") if isinstance(given, str) else given
    return tuple(address.strip() for address in several if address.strip())
