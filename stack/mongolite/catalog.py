"""All databases and their collections."""

import re
import threading
from collections.abc import Iterator

from mongolite.collection import Collection
from mongolite.errors import MongoError
from mongolite.storage import Storage, Stored
from mongolite.values import Document

INVALID_NAMESPACE = 73
LONGEST_NAMESPACE = 255
_BAD_DATABASE = re.compile(r'[/\\. "$*<>:|?\x00]')


class Database:
    """The collections of one name, under one lock for writing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lock = threading.RLock()
        self.collections: dict[str, Collection] = {}


class Catalog:
    """Databases by name. A database exists as soon as one of its collections does."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._lock = threading.RLock()
        self._databases: dict[str, Database] = {}
        self._last_number = 0
        for stored in storage.collections():
            collection = Collection(stored, storage)
            collection.load()
            self._adopt(collection)

    def _adopt(self, collection: Collection) -> None:
        self.database(collection.database).collections[collection.name] = collection
        self._last_number = max(self._last_number, collection.number)

    def database(self, name: str) -> Database:
        """Return a database, an empty one if it was not there; raises MongoError for a bad name."""
        if not name or len(name) > 63 or _BAD_DATABASE.search(name):
            raise MongoError(INVALID_NAMESPACE, f"Invalid database name: '{name}'")
        with self._lock:
            return self._databases.setdefault(name, Database(name))

    def databases(self) -> list[Database]:
        """Return the databases that have a collection, by name."""
        with self._lock:
            found = [one for one in self._databases.values() if one.collections]
        return sorted(found, key=lambda one: one.name)

    def collections(self) -> Iterator[Collection]:
        """Yield every collection of every database."""
        for database in self.databases():
            with database.lock:
                listed = list(database.collections.values())
            yield from listed

    def get(self, database: str, name: str) -> Collection | None:
        """Return a collection if there is one."""
        return self.database(database).collections.get(name)

    def ensure(self, database: str, name: str) -> Collection:
        """Return a collection, created now if it was not there; the caller holds the lock."""
        found = self.get(database, name)
        return found or self.create(database, name)

    def create(self, database: str, name: str) -> Collection:
        """Create an empty collection; raises MongoError for a name that MongoDB refuses."""
        check_collection_name(database, name)
        with self._lock:
            stored = Stored(self._last_number + 1, database, name, {})
            collection = Collection(stored, self.storage)
            collection.save()
            self._adopt(collection)
        return collection

    def drop(self, collection: Collection) -> None:
        """Remove a collection with its documents and indexes."""
        self.storage.drop_collection(collection.number)
        self.database(collection.database).collections.pop(collection.name)

    def rename(self, collection: Collection, name: str) -> None:
        """Give a collection another name in its database."""
        check_collection_name(collection.database, name)
        collection.save(name)
        collections = self.database(collection.database).collections
        collections[name] = collections.pop(collection.name)
        collection.name = name

    def wait_for_writers(self) -> None:
        """Return when no write is in hand; later ones are kept out for good."""
        with self._lock:
            databases = list(self._databases.values())
        for database in databases:
            database.lock.acquire()

    def snapshot(self, database: str, name: str) -> list[Document]:
        """Return all documents of a collection as they are now; none if it does not exist."""
        with self.database(database).lock:
            collection = self.get(database, name)
            return list(collection.documents.values()) if collection else []


def check_collection_name(database: str, name: str) -> None:
    """Raise MongoError (73) for a collection name that MongoDB refuses."""
    bad = not name or "$" in name or "\0" in name or name.startswith((".", "system."))
    if bad or name.endswith("."):
        raise MongoError(INVALID_NAMESPACE, f"Invalid collection name: '{name}'")
    if len(f"{database}.{name}".encode()) > LONGEST_NAMESPACE:
        raise MongoError(
            INVALID_NAMESPACE,
            f"Fully qualified namespace is too long, at most {LONGEST_NAMESPACE} bytes: {name[:40]}...",
        )
