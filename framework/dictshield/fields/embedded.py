# ruff: noqa: SLF001 - `_validate`, `_plan` and `_class_name` are names of the compatible interface.
"""Documents inside documents."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, overload

from dictshield.base import (
    CHECK_FAILURES,
    TOO_DEEP,
    RefusedAssignment,
    ShieldException,
    refused,
)
from dictshield.document import BaseDocument, EmbeddedDocument
from dictshield.fields.field import BaseField
from dictshield.nesting import run_scanned
from dictshield.registry import document_class
from dictshield.schema import SchemaWriter

RECURSIVE_REFERENCE_CONSTANT = "self"

NOT_EMBEDDED = "Invalid embedded document instance provided to an EmbeddedDocumentField"

D = TypeVar("D", bound=BaseDocument)

AnyField = BaseField[Any]


class EmbeddedDocumentField(BaseField[D]):
    """A document inside a document.

    Assignment turns a dictionary into the document without judging it yet.
    """

    nests = True

    @overload
    def __init__(self, document_type: type[D], **options: Any) -> None: ...

    @overload
    def __init__(
        self: "EmbeddedDocumentField[Any]", document_type: str, **options: Any
    ) -> None: ...

    def __init__(self, document_type: Any, **options: Any) -> None:
        """`document_type` is a subclass of EmbeddedDocument, its name, or `"self"` for the declaring class.

        Raises ShieldException for anything else.
        """
        super().__init__(**options)
        if not (isinstance(document_type, str) or is_embeddable(document_type)):
            reason = "Invalid embedded document class provided to an EmbeddedDocumentField"
            raise self.refuse(reason, document_type)
        self.document_type_obj = document_type

    @property
    def document_type(self) -> type[D]:
        """The class of the embedded document; a name is looked up when the class is needed.

        Raises InvalidShield for a name that no class has.
        """
        given: Any = self.document_type_obj
        if given == RECURSIVE_REFERENCE_CONSTANT:
            given = self.owner_document
        elif isinstance(given, str):
            given = document_class(given, near=self.owner_document)
        return given  # type: ignore[no-any-return]

    def document_types(self) -> Iterable[Any]:
        """Return the one document class."""
        return (self.document_type,)

    def stored(self, value: Any) -> Any:
        """Return a dictionary as document; raise RefusedAssignment for what can be none."""
        if value is None or isinstance(value, self.document_type):
            return value
        if not isinstance(value, Mapping):
            raise RefusedAssignment(NOT_EMBEDDED, self.field_name, value)
        return self.built(value)

    def built(self, values: Mapping[str, Any]) -> D:
        """Return the document that `values` describe; its `_cls` may name a subclass."""
        if not all(isinstance(key, str) for key in values):
            raise self.refuse("Names of fields must be text", values)
        document_type = descendant(self.document_type, values.get("_cls"))
        try:
            return run_scanned(values, lambda: document_type(**values))
        except CHECK_FAILURES as error:
            raise self.inside(error, values) from error

    def inside(self, error: Exception, value: object) -> ShieldException:
        """Return what went wrong in the document, with this field in its path."""
        if isinstance(error, RecursionError):
            return self.refuse(TOO_DEEP, value)
        exception = refused(error, None, value)
        return exception.within(self.field_name) if self.field_name else exception

    def for_python(self, value: Any) -> Any:
        """Return the document's `to_python()`."""
        return self.shaped(value, lambda document: document.to_python())

    def for_json(self, value: Any) -> Any:
        """Return the document's `to_json(encode=False)`."""
        return self.shaped(value, lambda document: document.to_json(encode=False))

    def shaped(self, value: Any, shape: Callable[[D], Any]) -> Any:
        """Return what `shape` makes of the document; an error in it has the way to it."""
        document = self.checked(value)
        try:
            return shape(document)
        except CHECK_FAILURES as error:
            raise self.inside(error, value) from error

    def checked(self, value: Any) -> D:
        """Return `value` if it is a document of the right class."""
        if not isinstance(value, self.document_type):
            raise self.refuse(NOT_EMBEDDED, value)
        return value

    def validate(self, value: Any) -> D:
        """Return `value` if it is a document of the right class and valid itself."""
        document = self.checked(value)
        try:
            if document._plan.nests:
                run_scanned(document, document.validate)
            else:
                document.validate()
        except CHECK_FAILURES as error:
            raise self.inside(error, value) from error
        return document

    def explain(self, value: object, error: ShieldException) -> Iterator[ShieldException]:
        """Yield every error of the document `value`."""
        found: list[ShieldException] = []
        if isinstance(value, self.document_type) and error.reason != TOO_DEEP:
            found = [self.inside(inner, value) for inner in value._every_error()]
        yield from found or [error]

    def reduced(
        self,
        value: object,
        convert: Callable[[AnyField, Any], object],
        nested: Callable[[Any, Any], object],
    ) -> object:
        """Return the document's own view."""
        if isinstance(value, BaseDocument):
            return nested(type(value), value)
        return (
            nested(self.document_type, value) if isinstance(value, dict) else convert(self, value)
        )

    def for_jsonschema(self) -> dict[str, Any]:
        """Return the JSON Schema of the document, titled for this field."""
        writer = SchemaWriter(self.document_type)
        return {**writer.whole(), **super().for_jsonschema()}

    def schema_within(self, writer: SchemaWriter) -> dict[str, Any]:
        """Return the JSON Schema of the document as a part of what `writer` writes."""
        return {**writer.inner(self.document_type), **super().for_jsonschema()}

    def _jsonschema_type(self) -> str:
        return "object"

    def _jsonschema_default(self) -> None:
        return None

    @classmethod
    def _from_jsonschema_types(cls) -> Iterable[str]:
        return ("object",)


def is_embeddable(document_type: object) -> bool:
    """Say whether `document_type` is a class of embedded documents."""
    return isinstance(document_type, type) and issubclass(document_type, EmbeddedDocument)


def descendants(root: type[D]) -> dict[object, type[D]]:
    """Return path -> class for `root` and all its subclasses."""
    found: dict[object, type[D]] = {getattr(root, "_class_name", None): root}
    for child in root.__subclasses__():
        found = {**descendants(child), **found}
    return found


def descendant(root: type[D], class_path: object) -> type[D]:
    """Return the subclass of `root` with the path that a stored document names, or `root`."""
    is_own = not isinstance(class_path, str) or class_path == getattr(root, "_class_name", None)
    return root if is_own else descendants(root).get(class_path, root)
