"""Stages that write their documents into a collection: `$out` and `$merge`."""

from collections.abc import Iterator

from mongolite.collection import Collection, UnitOfWork
from mongolite.documents import storable
from mongolite.errors import MongoError, RefusedError
from mongolite.expressions.compiler import named_arguments
from mongolite.stages.pipeline import Environment, Stage, compile_document_stages, stage
from mongolite.values import Document, Value, identical


def _place(argument: Value, environment: Environment, name: str) -> tuple[str, str]:
    """Return database and collection of a target."""
    if type(argument) is str:
        return environment.database, argument
    fields = named_arguments(name, argument, ("coll",), ("db",))
    return fields.get("db", environment.database), fields["coll"]


@stage("$out")
def _out(argument: Value, environment: Environment) -> Stage:
    database, name = _place(argument, environment, "$out")

    def run(documents: Iterator[Document]) -> Iterator[Document]:
        catalog = environment.catalog
        if catalog is None:
            raise MongoError(72, "$out is not allowed to be used within an update")
        listed = [storable(document) for document in documents]
        with catalog.database(database).lock, UnitOfWork(catalog.storage) as work:
            collection = catalog.ensure(database, name)
            for record in list(collection.documents):
                work.delete(collection, record)
            for document in listed:
                work.insert(collection, document)
        return iter(())

    return run


_WHEN_MATCHED = {"replace", "keepExisting", "merge", "fail"}
_WHEN_NOT_MATCHED = {"insert", "discard", "fail"}


@stage("$merge")
def _merge(argument: Value, environment: Environment) -> Stage:
    if type(argument) is str:
        argument = {"into": argument}
    optional = ("on", "whenMatched", "whenNotMatched", "let")
    fields = named_arguments("$merge", argument, ("into",), optional)
    database, name = _place(fields["into"], environment, "$merge")
    merge = Merge(fields, environment)

    def run(documents: Iterator[Document]) -> Iterator[Document]:
        catalog = environment.catalog
        if catalog is None:
            raise MongoError(72, "$merge is not allowed to be used within an update")
        listed = [storable(document) for document in documents]
        with catalog.database(database).lock, UnitOfWork(catalog.storage) as work:
            merge.run(listed, catalog.ensure(database, name), work)
        return iter(())

    return run


class Merge:
    """What to do with each document of a `$merge`."""

    def __init__(self, fields: Document, environment: Environment) -> None:
        self._matched = fields.get("whenMatched", "merge")
        self._unmatched = fields.get("whenNotMatched", "insert")
        on = fields.get("on", "_id")
        self._on = on if type(on) is list else [on]
        self._variables = environment.variables
        if fields.get("let"):
            raise RefusedError("$merge with let")
        if type(self._matched) is not list and self._matched not in _WHEN_MATCHED:
            raise MongoError(9, f"unknown whenMatched mode of $merge: {self._matched}")
        if self._unmatched not in _WHEN_NOT_MATCHED:
            raise MongoError(9, f"unknown whenNotMatched mode of $merge: {self._unmatched}")

    def run(self, documents: list[Document], collection: Collection, work: UnitOfWork) -> None:
        """Merge documents into a collection."""
        self._check_index(collection)
        for document in documents:
            if any(name not in document for name in self._on):
                raise MongoError(51132, "$merge write error: an 'on' field is missing")
            query = {name: {"$eq": document[name]} for name in self._on}
            pairs = collection.select(query).pairs
            found = [pair for pair in pairs if self._same(pair[1], document)]
            if found:
                self._meet(*found[0], document, collection, work)
            elif self._unmatched == "insert":
                work.insert(collection, document)
            elif self._unmatched == "fail":
                raise MongoError(13113, "$merge could not find a matching document in the target")

    def _check_index(self, collection: Collection) -> None:
        for index in collection.indexes.values():
            if index.spec.unique and set(index.spec.fields) == set(self._on):
                return
        raise MongoError(51183, "Cannot find index to verify that join fields will be unique")

    def _same(self, one: Document, other: Document) -> bool:
        return all(identical(one.get(name), other[name]) for name in self._on)

    def _meet(
        self,
        record: int,
        old: Document,
        document: Document,
        collection: Collection,
        work: UnitOfWork,
    ) -> None:
        if self._matched == "fail":
            raise MongoError(11000, "$merge found a matching document in the target")
        if self._matched == "keepExisting":
            return
        if type(self._matched) is list:
            variables = {**self._variables, "new": document}
            new = compile_document_stages(self._matched, variables)(old)
        elif self._matched == "merge":
            new = old | document
        else:
            new = document
        if not identical(old.get("_id"), new.get("_id")):
            raise MongoError(66, "$merge failed to update the matching document: _id is immutable")
        work.replace(collection, record, new)
