"""A command with its arguments, taken out with the types that they must have."""

import time
from dataclasses import dataclass
from typing import Any

from mongolite.errors import BadValueError, MongoError, RefusedError, TypeMismatchError
from mongolite.values import Document, Key, Value, is_number, order_key, type_name, whole

UNKNOWN_FIELD = 40415
_GENERIC = {
    "$db",
    "$readPreference",
    "$clusterTime",
    "lsid",
    "readConcern",
    "writeConcern",
    "maxTimeMS",
    "comment",
    "apiVersion",
    "apiStrict",
    "apiDeprecationErrors",
}
_TRANSACTION = {"txnNumber", "startTransaction", "autocommit"}
_READ_LEVELS = {"local", "available", "majority", "linearizable"}


@dataclass(frozen=True)
class Request:
    """One command. The getters raise MongoError for an argument of the wrong type."""

    name: str
    body: Document
    connection: int = 0

    @property
    def database(self) -> str:
        """The database that the command was sent to."""
        return self.text("$db")

    @property
    def collection(self) -> str:
        """The collection that the command names as its own value."""
        value = self.body[self.name]
        if type(value) is not str or not value:
            raise MongoError(73, f"Invalid namespace specified '{self.database}.{value}'")
        return value

    @property
    def namespace(self) -> str:
        """Database and collection."""
        return f"{self.database}.{self.collection}"

    @property
    def session(self) -> Key | None:
        """The identity of the client's session, if it has one."""
        return order_key(self.body["lsid"]) if "lsid" in self.body else None

    def check(self, fields: frozenset[str]) -> None:
        """Raise MongoError for a field that the command does not know ("*" knows all) or refuses."""
        if _TRANSACTION & self.body.keys():
            raise MongoError(
                20,
                "Transaction numbers are only allowed on a replica set member or mongos; "
                "mongolite is a standalone server: set MONGO_URL to a real MongoDB to use them",
            )
        for field in self.body if "*" not in fields else ():
            if field not in fields and field not in _GENERIC and field != self.name:
                raise MongoError(
                    UNKNOWN_FIELD, f"BSON field '{self.name}.{field}' is an unknown field."
                )
        self._check_concerns()
        check_collation(self.body)

    def _check_concerns(self) -> None:
        level = self.document("readConcern").get("level", "local")
        if level not in _READ_LEVELS:
            raise RefusedError(f"read concern {level!r}")
        w = self.document("writeConcern").get("w", 1)
        if is_number(w) and w > 1:
            raise BadValueError("cannot use 'w' > 1 when a host is not replicated")
        if type(w) is str and w != "majority":
            raise BadValueError(
                f"cannot use non-majority 'w' mode {w} when a host is not a replica"
            )

    def get(self, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
        """Return an argument of the given Python type; null counts as not given."""
        value = self.body.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise TypeMismatchError(
                f"BSON field '{self.name}.{name}' is the wrong type '{type_name(value)}'"
            )
        return value

    def document(self, name: str) -> Document:
        """Return a document, an empty one by default."""
        return self.get(name, dict, {})

    def array(self, name: str) -> list[Value]:
        """Return an array, an empty one by default."""
        return self.get(name, list, [])

    def text(self, name: str) -> str:
        """Return a string; raises MongoError when it is not given."""
        value = self.get(name, str, None)
        if value is None:
            raise MongoError(40414, f"BSON field '{self.name}.{name}' is missing but required")
        return str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a bool; numbers count as MongoDB counts them."""
        return bool(self.get(name, (bool, int, float), default))

    def size(self, name: str) -> int | None:
        """Return a whole number that is not negative, or None."""
        number = self.number(name)
        if number is not None and number < 0:
            raise MongoError(
                51024, f"BSON field '{name}' value must be >= 0, actual value '{number}'"
            )
        return number

    def number(self, name: str) -> int | None:
        """Return a whole number or None."""
        value = self.body.get(name)
        if value is None:
            return None
        try:
            return whole(value, name)
        except TypeError as error:
            raise TypeMismatchError(f"BSON field '{self.name}.{name}' is the wrong type") from error

    def deadline(self) -> float | None:
        """Return the moment (`time.monotonic`) at which `maxTimeMS` is over, or None."""
        limit = self.size("maxTimeMS")
        return time.monotonic() + limit / 1000 if limit else None


def check_collation(arguments: Document) -> None:
    """Raise MongoError for a collation other than the binary one."""
    collation = arguments.get("collation")
    if collation and collation != {"locale": "simple"}:
        raise RefusedError(f"the collation {collation!r}")


def only(document: Value, allowed: set[str], where: str) -> Document:
    """Return a statement after making sure that it is a document with known fields."""
    if type(document) is not dict:
        raise TypeMismatchError(f"BSON field '{where}' must be an object")
    for field in document:
        if field not in allowed:
            raise MongoError(UNKNOWN_FIELD, f"BSON field '{where}.{field}' is an unknown field.")
    check_collation(document)
    return document
