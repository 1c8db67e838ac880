"""Documents on disk: one SQLite file, written through before a write is acknowledged.

Each touched document is written as it now is, never the command that touched it. The journal is
SQLite's WAL without a sync for every commit: what was acknowledged survives the death of the
process at any instant; a power cut can lose the last moments, never the order or the whole.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from mongolite.values import Document, decode, encode

FORMAT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS collections (
    id INTEGER PRIMARY KEY, database TEXT NOT NULL, name TEXT NOT NULL, info BLOB NOT NULL,
    UNIQUE (database, name));
CREATE TABLE IF NOT EXISTS documents (
    collection INTEGER NOT NULL, record INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (collection, record));
"""


class StorageError(Exception):
    """The data directory cannot be used; the text says why in one line."""


class Stored(NamedTuple):
    """A collection as it lies in the store."""

    number: int
    database: str
    name: str
    info: Document


class Row(NamedTuple):
    """A document to write under its record number, or to delete when there is none."""

    collection: int
    record: int
    document: Document | None


class Storage(Protocol):
    """Where a catalog keeps what must outlive the process."""

    def collections(self) -> Iterable[Stored]:
        """Return every collection."""

    def documents(self, collection: int) -> Iterator[tuple[int, Document]]:
        """Yield record number and document of a collection in the order of their numbers."""

    def save_collection(self, stored: Stored) -> None:
        """Create a collection or write its name and info anew."""

    def drop_collection(self, number: int) -> None:
        """Remove a collection with its documents."""

    def write(self, rows: Iterable[Row]) -> None:
        """Write all rows or none."""

    def close(self) -> None:
        """Let go of the files."""


class MemoryStorage:
    """A storage that forgets: for `--data :memory:`."""

    def collections(self) -> Iterable[Stored]:
        """Return nothing."""
        return []

    def documents(self, collection: int) -> Iterator[tuple[int, Document]]:  # noqa: ARG002  protocol
        """Yield nothing."""
        return iter(())

    def save_collection(self, stored: Stored) -> None:
        """Forget it."""

    def drop_collection(self, number: int) -> None:
        """Forget it."""

    def write(self, rows: Iterable[Row]) -> None:
        """Forget them."""

    def close(self) -> None:
        """Do nothing."""


class SQLiteStorage:
    """A data directory with a lock, which dies with the process, and a SQLite file."""

    def __init__(self, directory: Path) -> None:
        """Open or create the directory; raises StorageError when that is impossible."""
        self._guard = threading.Lock()
        self._lock = _locked(directory)
        try:
            self._connection = _opened(directory / "mongolite.sqlite3")
        except BaseException:
            os.close(self._lock)
            raise

    def collections(self) -> Iterable[Stored]:
        """Return every collection."""
        rows = self._connection.execute("SELECT id, database, name, info FROM collections")
        return [Stored(number, base, name, decode(info)) for number, base, name, info in rows]

    def documents(self, collection: int) -> Iterator[tuple[int, Document]]:
        """Yield record number and document of a collection in the order of their numbers."""
        rows = self._connection.execute(
            "SELECT record, body FROM documents WHERE collection = ? ORDER BY record", (collection,)
        )
        for record, body in rows:
            yield record, decode(body)

    def save_collection(self, stored: Stored) -> None:
        """Create a collection or write its name and info anew."""
        row = (stored.number, stored.database, stored.name, encode(stored.info))
        with self._guard, self._connection:
            self._connection.execute("REPLACE INTO collections VALUES (?, ?, ?, ?)", row)

    def drop_collection(self, number: int) -> None:
        """Remove a collection with its documents."""
        with self._guard, self._connection:
            self._connection.execute("DELETE FROM collections WHERE id = ?", (number,))
            self._connection.execute("DELETE FROM documents WHERE collection = ?", (number,))

    def write(self, rows: Iterable[Row]) -> None:
        """Write all rows or none; raises sqlite3.Error when the disk refuses."""
        with self._guard, self._connection:
            for collection, record, document in rows:
                if document is None:
                    self._connection.execute(
                        "DELETE FROM documents WHERE collection = ? AND record = ?",
                        (collection, record),
                    )
                else:
                    self._connection.execute(
                        "REPLACE INTO documents VALUES (?, ?, ?)",
                        (collection, record, encode(document)),
                    )

    def close(self) -> None:
        """Write the journal back, close the file and give the directory free."""
        with self._guard:
            self._connection.close()
            os.close(self._lock)


def open_storage(place: str) -> Storage:
    """Return the storage for a `--data` argument; raises StorageError when it cannot be used."""
    return MemoryStorage() if place == ":memory:" else SQLiteStorage(Path(place))


def _locked(directory: Path) -> int:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(directory / "mongolite.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(
            f"cannot use the data directory {directory}: {error.strerror}"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StorageError(
            f"the data directory {directory} is in use by another server: stop that one first "
            "or choose another directory"
        ) from error
    return handle


def _opened(file: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(file, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        _check_format(connection, file)
    except sqlite3.Error as error:
        raise StorageError(f"cannot use {file}: {error}") from error
    return connection


def _check_format(connection: sqlite3.Connection, file: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in {0, FORMAT}:
        raise StorageError(
            f"{file} was written by another version (format {version}): move it away"
        )
    connection.execute(f"PRAGMA user_version = {FORMAT}")
