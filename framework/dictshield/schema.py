# ruff: noqa: SLF001 - `_fields` and `_public_fields` are names of the compatible interface.
"""JSON Schema, in both directions: draft 2020-12."""

import inspect
import re
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from dictshield.base import InvalidShield, shown
from dictshield.encoding import dumps
from dictshield.fields.field import BaseField, DictFieldNotFound, dictshield_fields
from dictshield.nesting import MAX_DEPTH, is_too_deep
from dictshield.plan import Plan

AnyField = BaseField[Any]

schema_kwargs_to_dictshield = {
    "maxLength": "max_length",
    "minLength": "min_length",
    "pattern": "regex",
    "minimum": "min_value",
    "maximum": "max_value",
}

NUMBERS = (int, float)

#: What the value of a word has to be; Python's True is no number here.
WORD_TYPES: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "description": str,
    "type": (str, list),
    "format": str,
    "$ref": str,
    "properties": dict,
    "$defs": dict,
    "required": (list, bool),
    "items": (dict, list),
    "anyOf": list,
    "enum": list,
    "pattern": str,
    "minLength": int,
    "maxLength": int,
    "minimum": NUMBERS,
    "maximum": NUMBERS,
}

OTHER_WORDS = {"default": "default", "description": "description", "enum": "choices"}


class SchemaMixin:
    """Gives a document class its JSON Schema, and a JSON Schema its document class."""

    _plan: ClassVar[Plan]
    _public_fields: ClassVar[list[str] | None]

    @classmethod
    def for_jsonschema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the class: of its public fields only, if it names any."""
        return SchemaWriter(cls).whole()

    @classmethod
    def to_jsonschema(cls) -> str:
        """Return the JSON Schema of the class as text."""
        return dumps(cls.for_jsonschema())

    @classmethod
    def from_jsonschema(cls, schema: dict[str, Any]) -> type[Self]:
        """Return a new subclass of this class with the fields that `schema` describes.

        Raises AttributeError if the schema has no title or no properties, NotImplementedError for a list
        without items, DictFieldNotFound for a type that no field reads, InvalidShield for bad names and for
        what is no JSON Schema at all.
        """
        return SchemaReader(schema).document(cls)  # type: ignore[no-any-return]

    @classmethod
    def map_jsonschema_field_to_dictshield(
        cls, schema_field: dict[str, Any], field_name: str | None = None
    ) -> AnyField:
        """Return the field that `schema_field` describes, as `from_jsonschema` would make it."""
        return SchemaReader(schema_field).field(schema_field, field_name)


class SchemaWriter:
    """Writes the JSON Schema of one document class and of those that it holds.

    Classes that hold themselves, directly or not, are written once and referred to. For strangers
    the private fields of all classes are left out.
    """

    def __init__(self, root: Any, *, for_strangers: bool = False) -> None:
        """Write for the document class `root`."""
        self.root = root
        self.for_strangers = for_strangers
        self.definitions: dict[str, dict[str, Any]] = {}

    def whole(self) -> dict[str, Any]:
        """Return the schema of the root."""
        schema = self.document(self.root)
        return {**schema, "$defs": self.definitions} if self.definitions else schema

    def inner(self, document_class: Any) -> dict[str, Any]:
        """Return the schema of a class inside the root, or a reference to it."""
        if document_class is self.root:
            return {"$ref": "#"}
        if document_class not in reachable(document_class):
            return self.document(document_class)
        name = document_class.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] |= self.document(document_class)
        return {"$ref": f"#/$defs/{name}"}

    def document(self, document_class: Any) -> dict[str, Any]:
        """Return the schema of one class."""
        plan = document_class._plan
        public = document_class._public_fields
        names = plan.fields if public is None else map(plan.names.get, public)
        hidden = self.hidden(document_class)
        visible = [name for name in names if name and name not in hidden]
        fields = {key_of(plan, name): plan.fields[name] for name in visible}
        schema = {
            "type": "object",
            "title": document_class.__name__,
            "properties": {key: modern(f.schema_within(self)) for key, f in fields.items()},
        }
        required = [key for key, field in fields.items() if field.required]
        return {**schema, "required": required} if required else schema

    def hidden(self, document_class: Any) -> set[str]:
        """Return the names of the fields that are left out of the schema of one class."""
        private = getattr(document_class, "_private_fields", None) or ()
        names = document_class._plan.names
        return {names.get(name, name) for name in private} if self.for_strangers else set()


def key_of(plan: Plan, name: str) -> str:
    """Return the name of the property for a field: the id is always `_id`."""
    return "_id" if name == plan.id_name else plan.fields[name].uniq_field or name


def modern(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a field's schema in the words of draft 2020-12.

    Fields keep the original's words: `required` as a property of its own, `any` as a type, `items` as a list.
    """
    kept = {key: value for key, value in schema.items() if value is not True or key != "required"}
    if kept.get("type") == "any":
        del kept["type"]
    if isinstance(kept.get("items"), list):
        kept["items"] = one_of_them([modern(item) for item in kept["items"]])
    return kept


def one_of_them(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one schema for what fits any of `schemas`; no schema at all fits everything."""
    if len(schemas) == 1:
        return schemas[0]
    return {"anyOf": schemas} if schemas else {}


def reachable(document_class: Any) -> set[Any]:
    """Return the classes that documents of `document_class` may hold at any depth."""
    found: set[Any] = set()
    waiting = [document_class]
    while waiting:
        fields: Iterable[AnyField] = waiting.pop()._plan.fields.values()
        new = {inner for field in fields for inner in field.document_types()} - found
        found |= new
        waiting += new
    return found


class SchemaReader:
    """Makes document classes of one JSON Schema; the schema stays as it is."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Read `schema`, the root to which references refer; raise InvalidShield if it is nested too deeply."""
        if is_too_deep(schema):
            msg = f"A JSON Schema of more than {MAX_DEPTH} levels is nested too deeply. Use $defs and $ref."
            raise InvalidShield(msg)
        self.schema = checked(schema)
        self.classes: dict[str, Any] = {}
        self.references: list[tuple[Any, str]] = []

    def document(self, base: Any) -> Any:
        """Return the class of the root, a subclass of `base`."""
        self.classes["#"] = self.new_class(self.schema, base)
        for name, definition in self.schema.get("$defs", {}).items():
            titled = {"title": name, **checked(definition)}
            self.classes[f"#/$defs/{name}"] = self.new_class(titled)
        for field, reference in self.references:
            if reference not in self.classes:
                msg = f"The schema refers to {reference!r}. Define that under $defs."
                raise InvalidShield(msg)
            field.document_type_obj = self.classes[reference]
        return self.classes["#"]

    def new_class(self, schema: dict[str, Any], base: Any = None) -> Any:
        """Return a document class with the title and the properties of `schema`."""
        from dictshield.document import EmbeddedDocument

        base = base or EmbeddedDocument
        for key in ("title", "properties"):
            if key not in schema:
                msg = f"A JSON Schema without {key!r} describes no document. Add it."
                raise AttributeError(msg)
        required = schema.get("required", ())
        names = required if isinstance(required, list) else ()
        attrs = {
            property_name(base, key): self.field(s, key, is_required=key in names)
            for key, s in schema["properties"].items()
        }
        return named_class(schema["title"], base, attrs)

    def field(
        self, schema: dict[str, Any], name: str | None = None, *, is_required: bool = False
    ) -> AnyField:
        """Return the field that `schema` describes; a name goes into the titles of nested documents."""
        checked(schema)
        options: dict[str, Any] = {"required": is_required or schema.get("required") is True}
        if name == "_id":
            options["uniq_field"] = name
        kind = kind_of(schema)
        if kind == "array":
            return self.list_field(schema, options)
        if kind == "object":
            return self.object_field(schema, name, options)
        return plain_field(schema, kind, options)

    def list_field(self, schema: dict[str, Any], options: dict[str, Any]) -> AnyField:
        """Return a list field for the items of `schema`, or a point for two numbers."""
        from dictshield.fields.compound import ListField
        from dictshield.fields.geo import GeoPointField

        if "items" not in schema:
            msg = "A list needs items in its JSON Schema. Add them."
            raise NotImplementedError(msg)
        items = schema["items"]
        if items == {"type": "number"} and schema.get("minItems") == schema.get("maxItems") == 2:
            return GeoPointField(**options, **options_for(GeoPointField, schema))
        choices = items if isinstance(items, list) else items.get("anyOf", [items] if items else [])
        fields = [self.field(item) for item in choices]
        return ListField(fields, **options, **options_for(ListField, schema))

    def object_field(
        self, schema: dict[str, Any], name: str | None, options: dict[str, Any]
    ) -> AnyField:
        """Return a field for a document, or for a dictionary if `schema` has no properties."""
        from dictshield.fields.compound import EmbeddedDocumentField
        from dictshield.fields.dictionary import DictField

        if "$ref" in schema:
            field: AnyField = EmbeddedDocumentField("self", **options)
            self.references.append((field, schema["$ref"]))
            return field
        if "properties" not in schema:
            return DictField(**options, **options_for(DictField, schema))
        document_type = self.new_class({"title": name or "Item", **schema})
        return EmbeddedDocumentField(
            document_type, **options, **options_for(EmbeddedDocumentField, schema)
        )


def checked(schema: Any) -> dict[str, Any]:
    """Return `schema` if it is an object whose words have values of the right kind; raise InvalidShield."""
    if not isinstance(schema, dict):
        msg = f"A JSON Schema is an object, not {shown(schema, repr)}. Pass a dict."
        raise InvalidShield(msg)
    for word, types in WORD_TYPES.items():
        value = schema.get(word)
        is_number = isinstance(value, int) and types in (int, NUMBERS)
        if word in schema and (
            not isinstance(value, types) or (is_number and isinstance(value, bool))
        ):
            msg = f"In a JSON Schema, {word!r} cannot be {shown(value, repr)}. Correct it."
            raise InvalidShield(msg)
    return schema


def named_class(title: str, base: Any, attrs: dict[str, Any]) -> Any:
    """Return a subclass of `base` called `title`; raise InvalidShield for a title that no class can have."""
    try:
        return type(base)(title, (base,), attrs)
    except ValueError as error:
        msg = f"No class can be called {title!r}: {error}. Choose another title."
        raise InvalidShield(msg) from error


def property_name(base: Any, key: Any) -> str:
    """Return the field name for a property; raise InvalidShield for what would hide a method."""
    if key == "_id":
        return "id"
    if not isinstance(key, str):
        msg = f"A field is called by text, not by {shown(key, repr)}. Make it text."
        raise InvalidShield(msg)
    if key != "id" and (key.startswith("_") or hasattr(base, key)) and not is_field(base, key):
        msg = f"A field cannot be called {key!r}: {base.__name__} needs that name itself. Choose another."
        raise InvalidShield(msg)
    return key


def is_field(base: Any, name: str) -> bool:
    """Say whether `name` is a field of the class `base` already."""
    return name in base._plan.fields


def kind_of(schema: dict[str, Any]) -> str:
    """Return the type that `schema` names, or that its other keys give away."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), None)
    if kind is None and ("properties" in schema or "$ref" in schema):
        kind = "object"
    if kind is None and "items" in schema:
        kind = "array"
    return str(kind or "any")


def plain_field(schema: dict[str, Any], kind: str, options: dict[str, Any]) -> AnyField:
    """Return the field that the registry has for the type and format of `schema`."""
    key = (kind, schema.get("format"))
    if key not in dictshield_fields:
        msg = f"No field reads the JSON Schema type {kind!r} with the format {key[1]!r}. Register one in dictshield_fields."
        raise DictFieldNotFound(msg)
    field_class = dictshield_fields[key]
    try:
        field: AnyField = field_class(**options, **options_for(field_class, schema))
    except re.error as error:
        msg = f"The pattern {schema['pattern']!r} is no regular expression: {error}. Correct it."
        raise InvalidShield(msg) from error
    return field


def options_for(field_class: type[AnyField], schema: dict[str, Any]) -> dict[str, Any]:
    """Return what `schema` says in the words of the constructor of `field_class`."""
    known = {
        name
        for klass in field_class.__mro__
        for name in inspect.signature(klass.__init__).parameters  # type: ignore[misc]
    }
    words = schema_kwargs_to_dictshield | OTHER_WORDS
    return {word: schema[key] for key, word in words.items() if key in schema and word in known}
