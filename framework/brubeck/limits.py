"""How much a stranger may send."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one request; beyond them it is answered with 4xx, never half read."""

    body: int = 1_048_576
    """Bytes of the request body."""
    arguments: int = 1000
    """Names and values in the query string and, counted anew, in a form body."""
    argument_size: int = 262_144
    """Bytes of one value of a form."""
    header_count: int = 100
    """Different header names."""
    header_size: int = 16_384
    """Characters of all header names and values together."""
    json_depth: int = 64
    """Lists and objects inside each other in a JSON body."""
    files: int = 20
    """Uploaded files in one form."""
    file_memory: int = 262_144
    """Bytes of one uploaded file that are kept in memory; the rest waits on disk."""


DEFAULT_LIMITS = Limits()
