"""What templates can do with values."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

FACES = 8  # colours


def iso(milliseconds: int) -> str:
    """Return a time for machines: 2026-01-31T12:05:09Z."""
    return f"{_moment(milliseconds):%Y-%m-%dT%H:%M:%SZ}"


def clock(milliseconds: int) -> str:
    """Return a time for people whose zone is not known: 12:05 UTC."""
    return f"{_moment(milliseconds):%H:%M} UTC"


def face(person: str) -> int:
    """Return which colour a person has; `faceOf` of the script counts alike."""
    return sum(map(ord, person)) % FACES


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


FILTERS: dict[str, Callable[..., Any]] = {"iso": iso, "clock": clock, "face": face}
