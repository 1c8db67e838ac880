"""Where the servers of tests log, so that a failing test can keep it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_folders: list[Path] = []


@contextmanager
def logs_in(folder: Path) -> Iterator[None]:
    """Keep the logs of a folder for all tests that fail before the end of the block."""
    _folders.append(folder)
    try:
        yield
    finally:
        _folders.remove(folder)


def folders() -> list[Path]:
    """Return the folders of the servers that run, each once."""
    return list(dict.fromkeys(_folders))
