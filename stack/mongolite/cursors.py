"""Open cursors: what has not been fetched yet, and how long it is kept."""

import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bson.raw_bson import RawBSONDocument

from mongolite.errors import MongoError
from mongolite.values import Document, Key, encode

CURSOR_NOT_FOUND = 43
FIRST_BATCH = 101
BATCH_BYTES = 16 * 1024 * 1024
IDLE_SECONDS = 600.0
MOST_CURSORS = 2_000


@dataclass
class Cursor:
    """The rest of a result, produced as it is asked for."""

    namespace: str
    documents: Iterator[Document]
    session: Key | None = None
    immortal: bool = False
    number: int = 0
    used: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _waiting: RawBSONDocument | None = None

    def batch(self, count: int | None) -> tuple[list[RawBSONDocument], bool]:
        """Return up to `count` documents (None: as many as fit) and whether that was the end."""
        found: list[RawBSONDocument] = []
        room = BATCH_BYTES
        while count is None or len(found) < count:
            document = self._next()
            if document is None:
                return found, True
            room -= len(document.raw)
            if room < 0 and found:
                self._waiting = document
                return found, False
            found.append(document)
        self._waiting = self._next()
        return found, self._waiting is None

    def _next(self) -> RawBSONDocument | None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            return waiting
        for document in self.documents:
            return RawBSONDocument(encode(document))
        return None


class Cursors:
    """The open cursors by number; the longest unused one gives way when there are too many."""

    def __init__(self, most: int = MOST_CURSORS, idle_seconds: float = IDLE_SECONDS) -> None:
        self._cursors: dict[int, Cursor] = {}
        self._lock = threading.Lock()
        self._most = most
        self._idle_seconds = idle_seconds

    def __len__(self) -> int:
        return len(self._cursors)

    def first_reply(self, cursor: Cursor, count: int | None, *, single: bool = False) -> Document:
        """Return the reply that opens a cursor; it stays open if there is more to come."""
        batch, finished = cursor.batch(FIRST_BATCH if count is None else count)
        number = 0 if finished or single else self._keep(cursor)
        return {"cursor": {"firstBatch": batch, "id": number, "ns": cursor.namespace}}

    def _keep(self, cursor: Cursor) -> int:
        with self._lock:
            if len(self._cursors) >= self._most:
                oldest = min(self._cursors.values(), key=lambda one: one.used)
                del self._cursors[oldest.number]
            cursor.number = self._new_number()
            self._cursors[cursor.number] = cursor
        return cursor.number

    def _new_number(self) -> int:
        number = secrets.randbits(62) + 1
        return number if number not in self._cursors else self._new_number()

    def next_reply(self, number: int, namespace: str, count: int | None) -> Document:
        """Return the reply to getMore; raises MongoError (43) for a cursor that is not there."""
        cursor = self._cursors.get(number)
        if cursor is None:
            raise MongoError(CURSOR_NOT_FOUND, f"cursor id {number} not found")
        if cursor.namespace != namespace:
            raise MongoError(
                13, f"getMore on {namespace}, but cursor {number} is on {cursor.namespace}"
            )
        with cursor.lock:
            batch, finished = self._advance(cursor, count)
        if finished:
            self.kill([number])
        identity = 0 if finished else number
        return {"cursor": {"nextBatch": batch, "id": identity, "ns": namespace}}

    def _advance(self, cursor: Cursor, count: int | None) -> tuple[list[RawBSONDocument], bool]:
        try:
            return cursor.batch(count)
        except MongoError:
            self.kill([cursor.number])
            raise
        finally:
            cursor.used = time.monotonic()

    def kill(self, numbers: Iterable[int]) -> tuple[list[int], list[int]]:
        """Forget cursors; return the numbers that were there and those that were not."""
        killed: list[int] = []
        unknown: list[int] = []
        with self._lock:
            for number in numbers:
                there = self._cursors.pop(number, None) is not None
                (killed if there else unknown).append(number)
        return killed, unknown

    def end_sessions(self, sessions: set[Key]) -> None:
        """Forget the cursors of sessions that ended."""
        self.kill([one.number for one in self._listed() if one.session in sessions])

    def expire(self) -> None:
        """Forget the cursors that nobody asked for long enough."""
        limit = time.monotonic() - self._idle_seconds
        self.kill([one.number for one in self._listed() if one.used < limit and not one.immortal])

    def _listed(self) -> list[Cursor]:
        with self._lock:
            return list(self._cursors.values())
