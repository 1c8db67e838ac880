"""Errors as MongoDB reports them: a code, its name and a sentence.

Codes and names are those of MongoDB's published list (src/mongo/base/error_codes.yml).
"""

from typing import Any

CODE_NAMES = {
    1: "InternalError",
    2: "BadValue",
    8: "UnknownError",
    9: "FailedToParse",
    14: "TypeMismatch",
    15: "Overflow",
    18: "AuthenticationFailed",
    20: "IllegalOperation",
    26: "NamespaceNotFound",
    27: "IndexNotFound",
    28: "PathNotViable",
    40: "ConflictingUpdateOperators",
    43: "CursorNotFound",
    48: "NamespaceExists",
    50: "MaxTimeMSExpired",
    52: "DollarPrefixedFieldName",
    53: "InvalidIdField",
    54: "NotSingleValueField",
    56: "EmptyFieldName",
    59: "CommandNotFound",
    66: "ImmutableField",
    67: "CannotCreateIndex",
    72: "InvalidOptions",
    73: "InvalidNamespace",
    85: "IndexOptionsConflict",
    86: "IndexKeySpecsConflict",
    91: "ShutdownInProgress",
    115: "CommandNotSupported",
    168: "InvalidPipelineOperator",
    171: "CannotIndexParallelArrays",
    197: "InvalidIndexSpecificationOption",
    238: "NotImplemented",
    241: "ConversionFailure",
    10334: "BSONObjectTooLarge",
    11000: "DuplicateKey",
    14031: "OutOfDiskSpace",
}

WAY_OUT = "mongolite is for demos and tests; set MONGO_URL to a real MongoDB to use it"


class MongoError(Exception):
    """What a command answers instead of a result; `details` are further fields of the answer."""

    def __init__(self, code: int, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    @property
    def code_name(self) -> str:
        """MongoDB's name for the code; codes without a name are called by their location."""
        return CODE_NAMES.get(self.code, f"Location{self.code}")

    def as_reply(self) -> dict[str, Any]:
        """Return the whole answer to a command that failed."""
        body = {"ok": 0.0, "errmsg": self.message, "code": self.code, "codeName": self.code_name}
        return body | self.details

    def as_write_error(self, index: int) -> dict[str, Any]:
        """Return the entry for `writeErrors` of statement number `index`."""
        return {"index": index, "code": self.code, "errmsg": self.message} | self.details


class BadValueError(MongoError):
    """An argument that no MongoDB would accept (code 2)."""

    def __init__(self, message: str) -> None:
        super().__init__(2, message)


class TypeMismatchError(MongoError):
    """An argument of the wrong type (code 14)."""

    def __init__(self, message: str) -> None:
        super().__init__(14, message)


class FailedToParseError(MongoError):
    """A statement that cannot be read (code 9)."""

    def __init__(self, message: str) -> None:
        super().__init__(9, message)


class RefusedError(MongoError):
    """Something that MongoDB can do and this server refuses to do wrongly (code 238)."""

    def __init__(self, what: str) -> None:
        super().__init__(238, f"{what} is not implemented here: {WAY_OUT}")
