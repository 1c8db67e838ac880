"""Indexes of one collection: dictionaries from keys to documents, and the uniqueness they promise.

An index keeps one dictionary for each prefix of its fields, so that an equality on the first of
three fields finds its documents as directly as an equality on all.
"""

from collections.abc import Iterable, Mapping

from mongolite.errors import MongoError
from mongolite.forks import Forks
from mongolite.indexspec import ID_INDEX, IndexSpec
from mongolite.keys import document_keys
from mongolite.ordered import OrderedKeys
from mongolite.paths import candidates, split
from mongolite.textsearch import TextFields
from mongolite.values import MISSING, NULL_KEY, Document, Key, Value, order_key

DUPLICATE_KEY = 11000


Keys = list[tuple[Key, ...]]


class Index:
    """The keys of all documents of a collection for one specification.

    Documents are named by their record number, an int that is never used twice in a collection.
    """

    def __init__(self, spec: IndexSpec) -> None:
        self.spec = spec
        self._text = TextFields.of(spec) if spec.text else None
        lengths = 1 if spec.text else len(spec.fields)
        self._by_prefix: list[dict[tuple[Key, ...], set[int]]] = [{} for _ in range(lengths)]
        self._ordered = OrderedKeys()
        self.forks = Forks()

    def keys_of(self, document: Document) -> Keys:
        """Return the keys to store for a document; raises MongoError when it cannot be indexed."""
        if not self.spec.covers(document):
            return []
        if self._text:
            return [(order_key(term),) for term in self._text.scores(document)]
        if not self.spec.ordered:
            return []
        if self.spec.name == ID_INDEX:
            return [(order_key(document["_id"]),)]
        keys = document_keys(document, self.spec.paths)
        if self.spec.hashed and len(keys) > 1:
            raise MongoError(16766, "Error: hashed indexes do not currently support array values")
        if self.spec.sparse:
            keys = [key for key in keys if not self._absent(document, key)]
        return keys

    def _absent(self, document: Document, key: tuple[Key, ...]) -> bool:
        """Say whether none of the fields is there; a null that is there counts as there."""
        if any(part != NULL_KEY for part in key):
            return False
        return not any(
            value is not MISSING
            for path in self.spec.paths
            for value in candidates(document, path, expand=False)
        )

    def check(self, keys: Keys, record: int | None, namespace: str) -> None:
        """Raise DuplicateKeyError (11000) if another record than `record` has one of the keys."""
        if not self.spec.unique:
            return
        for key in keys:
            if self._by_prefix[-1].get(key, set()) - {record}:
                raise self._duplicate(key, namespace)

    def _duplicate(self, key: tuple[Key, ...], namespace: str) -> MongoError:
        pattern = dict(self.spec.fields)
        return DuplicateKeyError(namespace, self.spec.name, pattern, key)

    def add(self, record: int, keys: Keys) -> None:
        """Remember a record under its keys."""
        self.forks.add(keys)
        for key in keys:
            self._ordered.add(key)
            for length, entries in enumerate(self._by_prefix, 1):
                entries.setdefault(key[:length], set()).add(record)

    def remove(self, record: int, keys: Keys) -> None:
        """Forget a record under its keys."""
        self.forks.remove(keys)
        for key in keys:
            self._ordered.remove(key)
            for length, entries in enumerate(self._by_prefix, 1):
                self._discard(entries, key[:length], record)

    @staticmethod
    def _discard(
        entries: dict[tuple[Key, ...], set[int]], key: tuple[Key, ...], record: int
    ) -> None:
        records = entries.get(key)
        if records is None:
            return
        records.discard(record)
        if not records:
            del entries[key]

    def find(self, prefixes: Iterable[tuple[Key, ...]]) -> set[int]:
        """Return the records that have one of the prefixes (all of the same length)."""
        found: set[int] = set()
        for prefix in prefixes:
            found |= self._by_prefix[len(prefix) - 1].get(prefix, set())
        return found

    def count(self, prefixes: Iterable[tuple[Key, ...]]) -> int:
        """Return at most how many records `find` would name."""
        return sum(len(self._by_prefix[len(key) - 1].get(key, ())) for key in prefixes)

    def ends(
        self, prefix: tuple[Key, ...], documents: Mapping[int, Document]
    ) -> list[tuple[Key, ...]]:
        """Return, in order, what follows the prefix in the keys: not to be changed by the caller.

        `documents` are those of the collection, all of which have to be in the index. Only for
        prefixes behind which all keys of a document are the same (`Forks.settled`).
        """
        paths = self.spec.paths[len(prefix) :]

        def made() -> Iterable[tuple[Key, ...]]:
            records = self.find([prefix]) if prefix else documents
            return (document_keys(documents[record], paths)[0] for record in records)

        return self._ordered.behind(prefix, made)

    def records(self) -> set[int]:
        """Return every record in the index: fewer than all when it is sparse or partial."""
        return set().union(*self._by_prefix[0].values())


class DuplicateKeyError(MongoError):
    """Two documents with one key of a unique index (code 11000); the values are filled in later."""

    def __init__(self, namespace: str, index: str, pattern: Document, key: tuple[Key, ...]) -> None:
        super().__init__(DUPLICATE_KEY, "")
        self.namespace = namespace
        self.index = index
        self.pattern = pattern
        self.key = key

    def describe(self, document: Document) -> "DuplicateKeyError":
        """Fill in message, `keyPattern` and `keyValue` from the document that was refused."""
        values = {name: self._value(document, at) for at, name in enumerate(self.pattern)}
        shown = ", ".join(f"{name}: {_shown(value)}" for name, value in values.items())
        self.message = (
            f"E11000 duplicate key error collection: {self.namespace} "
            f"index: {self.index} dup key: {{ {shown} }}"
        )
        self.details = {"keyPattern": self.pattern, "keyValue": values}
        return self

    def _value(self, document: Document, at: int) -> Value:
        """Return the value that collided: the element where the field holds an array."""
        path = split(list(self.pattern)[at])
        for value in candidates(document, path):
            if value is not MISSING and order_key(value) == self.key[at]:
                return value
        return None


def _shown(value: Value) -> str:
    return f'"{value}"' if type(value) is str else ("null" if value is None else repr(value))
