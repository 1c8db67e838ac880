"""One collection in memory: documents by record number, and the indexes that know them.

Documents are never changed in place, only replaced; so a reader that holds one needs no lock and no
copy. Whoever writes holds the lock of the database.
"""

import sqlite3
import uuid
from collections.abc import Iterable
from typing import NamedTuple, Self

from bson import Binary

from mongolite.errors import BadValueError, MongoError
from mongolite.filters import Matcher
from mongolite.indexes import DuplicateKeyError, Index
from mongolite.indexspec import ID_INDEX, IndexSpec
from mongolite.planner import SCAN, Plan, equality_count, plan
from mongolite.sorting import Order
from mongolite.storage import Row, Storage, Stored
from mongolite.textsearch import TextSearch
from mongolite.values import Document, Value, encode
from mongolite.walks import MOST_WANTED, walk_for

ID_SPEC = IndexSpec(ID_INDEX, {"_id": 1})


class Selection(NamedTuple):
    """The documents to look at for a filter, with their record numbers, and how they were found."""

    pairs: list[tuple[int, Document]]
    plan: Plan
    is_answer: bool = False  # they match, in the order that was asked for: no more than wanted
    rejected: int = 0  # others that were looked at on the way

    @property
    def examined(self) -> int:
        """How many documents are looked at."""
        return len(self.pairs) + self.rejected


class Collection:
    """Documents, their indexes, and where they are stored."""

    def __init__(self, stored: Stored, storage: Storage) -> None:
        self.number = stored.number
        self.database = stored.database
        self.name = stored.name
        self.uuid = stored.info.get("uuid") or Binary(uuid.uuid4().bytes, 4)
        self.documents: dict[int, Document] = {}
        self.indexes: dict[str, Index] = {ID_INDEX: Index(ID_SPEC)}
        self._next_record = 1
        self._storage = storage
        for entry in stored.info.get("indexes", []):
            spec = IndexSpec.from_listed(entry)
            self.indexes[spec.name] = Index(spec)

    @property
    def namespace(self) -> str:
        """Database and collection name, as messages have it."""
        return f"{self.database}.{self.name}"

    def load(self) -> None:
        """Read the documents from the storage."""
        for record, document in self._storage.documents(self.number):
            self._place(record, document)
            self._next_record = record + 1

    def save(self, name: str | None = None) -> None:
        """Write indexes and name (the present one by default), not the documents."""
        listed = [index.spec.listed() for index in self.indexes.values()]
        info = {"uuid": self.uuid, "indexes": listed[1:]}
        self._storage.save_collection(Stored(self.number, self.database, name or self.name, info))

    # --- reading

    def select(
        self, query: Document, hint: Value = None, text: TextSearch | None = None
    ) -> Selection:
        """Return the documents that may match; raises MongoError for a hint without its index."""
        if text is not None:
            records = self.text_index().find(text.keys)
            return Selection(self._pairs(records), Plan(records, (self.text_index().spec.name,)))
        if hint is not None:
            return self._hinted(query, hint)
        chosen = plan(query, list(self.indexes.values()))
        if chosen.records is None:
            return Selection(list(self.documents.items()), SCAN)
        return Selection(self._pairs(chosen.records), chosen)

    def walk(
        self, query: Document, matches: Matcher, order: Order, wanted: int
    ) -> Selection | None:
        """Return the first documents that match, in order; None where no index is in that order."""
        if not order or not 0 < wanted <= MOST_WANTED:
            return None
        walk = walk_for(query, order, list(self.indexes.values()), self.documents)
        walked = walk.find(query, matches, self.documents, wanted) if walk else None
        if walk is None or walked is None:
            return None
        plan = Plan(None, (walk.index.spec.name,))
        return Selection(walked.pairs, plan, is_answer=True, rejected=walked.rejected)

    def count(self, query: Document) -> int | None:
        """Return how many documents match a filter for values of an index; None for any other."""
        if not query:
            return len(self.documents)
        return equality_count(query, list(self.indexes.values()))

    def _pairs(self, records: Iterable[int]) -> list[tuple[int, Document]]:
        return [(record, self.documents[record]) for record in sorted(records)]

    def _hinted(self, query: Document, hint: Value) -> Selection:
        if type(hint) is dict and "$natural" in hint:
            pairs = list(self.documents.items())
            return Selection(pairs[::-1] if hint["$natural"] == -1 else pairs, SCAN)
        index = self.index_for(hint)
        if index is None or not index.spec.ordered:
            raise BadValueError(
                "error processing query: planner returned error :: caused by :: "
                "hint provided does not correspond to an existing index"
            )
        chosen = plan(query, [index])
        records = index.records() if chosen.records is None else chosen.records
        return Selection(self._pairs(records), Plan(records, (index.spec.name,)))

    def index_for(self, hint: Value) -> Index | None:
        """Return the index that a name or a key document means."""
        if type(hint) is str:
            return self.indexes.get(hint)
        wanted = list(hint.items()) if type(hint) is dict else None
        for index in self.indexes.values():
            if list(index.spec.fields.items()) == wanted:
                return index
        return None

    def text_index(self) -> Index:
        """Return the text index; raises MongoError (27) if there is none."""
        for index in self.indexes.values():
            if index.spec.text:
                return index
        raise MongoError(27, "text index required for $text query")

    # --- writing

    def _place(self, record: int, document: Document) -> None:
        for index in self.indexes.values():
            index.add(record, index.keys_of(document))
        self.documents[record] = document

    def put(self, record: int | None, document: Document) -> int:
        """Insert a document (record None) or replace one; raises DuplicateKeyError and changes nothing."""
        old = None if record is None else self.documents[record]
        keys = {name: index.keys_of(document) for name, index in self.indexes.items()}
        for name, index in self.indexes.items():
            try:
                index.check(keys[name], record, self.namespace)
            except DuplicateKeyError as error:
                raise error.describe(document) from None
        if record is None:
            record, self._next_record = self._next_record, self._next_record + 1
        for name, index in self.indexes.items():
            if old is not None:
                index.remove(record, index.keys_of(old))
            index.add(record, keys[name])
        self.documents[record] = document
        return record

    def remove(self, record: int) -> None:
        """Delete a document."""
        document = self.documents.pop(record)
        for index in self.indexes.values():
            index.remove(record, index.keys_of(document))

    def restore(self, record: int, document: Document | None) -> None:
        """Bring back what was there before a write that could not be stored."""
        if record in self.documents:
            self.remove(record)
        if document is not None:
            self._place(record, document)
            self.documents = dict(sorted(self.documents.items()))  # in their order again

    def build_index(self, spec: IndexSpec) -> None:
        """Add an index over the present documents; raises MongoError and adds nothing."""
        index = Index(spec)
        for record, document in self.documents.items():
            keys = index.keys_of(document)
            try:
                index.check(keys, record, self.namespace)
            except DuplicateKeyError as error:
                raise error.describe(document) from None
            index.add(record, keys)
        self.indexes[spec.name] = index

    def size(self) -> int:
        """Return the sum of the sizes of the documents in bytes."""
        return sum(len(encode(document)) for document in list(self.documents.values()))


class UnitOfWork:
    """The writes of one command: all are stored before it is acknowledged, or all are undone.

    A context manager: leaving it stores them, leaving it by an exception undoes them.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._done: list[tuple[Collection, int, Document | None, Document | None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self._undo()

    def insert(self, collection: Collection, document: Document) -> None:
        """Insert a document."""
        record = collection.put(None, document)
        self._done.append((collection, record, None, document))

    def replace(self, collection: Collection, record: int, document: Document) -> None:
        """Replace a document."""
        old = collection.documents[record]
        collection.put(record, document)
        self._done.append((collection, record, old, document))

    def delete(self, collection: Collection, record: int) -> None:
        """Delete a document."""
        old = collection.documents[record]
        collection.remove(record)
        self._done.append((collection, record, old, None))

    def commit(self) -> None:
        """Store what was done; raises MongoError after undoing it when the disk refuses."""
        if not self._done:
            return
        try:
            self._storage.write(Row(one.number, record, new) for one, record, _, new in self._done)
        except sqlite3.Error as error:
            self._undo()
            raise MongoError(
                14031, f"the write could not be stored and was undone: {error}"
            ) from error
        self._done.clear()

    def _undo(self) -> None:
        for collection, record, old, _ in reversed(self._done):
            collection.restore(record, old)
        self._done.clear()
