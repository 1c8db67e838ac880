"""What time removes: documents under TTL indexes, and cursors that nobody asks for."""

import logging
import threading
import time
from collections.abc import Iterator

from bson.datetime_ms import DatetimeMS

from mongolite.collection import Collection
from mongolite.commands import Context
from mongolite.commands.writing import writing
from mongolite.errors import MongoError
from mongolite.paths import candidates, split
from mongolite.values import Document

log = logging.getLogger("mongolite")

EVERY_SECONDS = 1.0


class Expiry(threading.Thread):
    """Looks once a second for what has expired."""

    def __init__(self, context: Context, every_seconds: float = EVERY_SECONDS) -> None:
        super().__init__(name="expiry", daemon=True)
        self._context = context
        self._every = every_seconds
        self._stopped = threading.Event()

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stopped.wait(self._every):
            self.once()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()

    def once(self) -> None:
        """Remove what has expired by now."""
        self._context.cursors.expire()
        for collection in list(self._context.catalog.collections()):
            try:
                self._remove_expired(collection)
            except MongoError as error:
                log.warning("could not expire documents of %s: %s", collection.namespace, error)

    def _remove_expired(self, collection: Collection) -> None:
        for path, seconds in list(_lifetimes(collection)):
            limit = int((time.time() - seconds) * 1000)
            with writing(self._context, collection.database) as work:
                for record, document in list(collection.documents.items()):
                    if expired(document, path, limit):
                        work.delete(collection, record)


def _lifetimes(collection: Collection) -> Iterator[tuple[tuple[str, ...], float]]:
    for index in list(collection.indexes.values()):
        if "expireAfterSeconds" in index.spec.options:
            seconds = float(index.spec.options["expireAfterSeconds"])
            yield split(next(iter(index.spec.fields))), seconds


def expired(document: Document, path: tuple[str, ...], limit: int) -> bool:
    """Say whether the earliest date at a path is at or before `limit` (milliseconds)."""
    dates = [int(value) for value in candidates(document, path) if type(value) is DatetimeMS]
    return bool(dates) and min(dates) <= limit
