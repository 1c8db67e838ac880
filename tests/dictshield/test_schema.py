"""Section 9 of the interface: JSON Schema, draft 2020-12."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from dictshield.base import InvalidShield
from dictshield.document import Document, EmbeddedDocument, schema_kwargs_to_dictshield
from dictshield.fields import (
    BaseField,
    BooleanField,
    DateTimeField,
    DecimalField,
    DictField,
    DictFieldNotFound,
    EmailField,
    FloatField,
    GeoPointField,
    IntField,
    LongField,
    MD5Field,
    SHA1Field,
    StringField,
    URLField,
    UUIDField,
    dictshield_fields,
)
from dictshield.fields.compound import EmbeddedDocumentField, ListField, MultiValueDictField
from dictshield.fields.mongo import ObjectIdField
from dictshield.fields.temporal import TimeStampField
from jsonschema import Draft202012Validator


class Author(EmbeddedDocument):
    """A document inside."""

    name = StringField(required=True)


class Everything(Document):
    """A field of each kind."""

    any_ = BaseField[Any]()
    text = StringField(regex="[a-z]+", max_length=9, min_length=1, description="Some text")
    genre = StringField(choices=["noir", "western"], default="noir")
    url = URLField(required=True)
    email = EmailField()
    uuid = UUIDField()
    object_id = ObjectIdField()
    md5 = MD5Field()
    sha1 = SHA1Field()
    number = IntField(min_value=1, max_value=9, default=lambda: 5)
    long_ = LongField()
    float_ = FloatField(min_value=0.5)
    decimal = DecimalField(max_value=100)
    flag = BooleanField(default=False)
    made = DateTimeField(default=datetime(2011, 1, 1, tzinfo=UTC))
    stamp = TimeStampField()
    facts = DictField()
    answers = MultiValueDictField()
    point = GeoPointField()
    tags = ListField(StringField(max_length=5), required=True)
    either = ListField([IntField(), StringField()])
    anything = ListField([])
    author = EmbeddedDocumentField(Author)
    authors = ListField(EmbeddedDocumentField(Author))


class Node(Document):
    """A document that holds itself."""

    label = StringField()
    parent = EmbeddedDocumentField("self")
    children = ListField(EmbeddedDocumentField("self"))


class Thread(EmbeddedDocument):
    """A document that holds a list of its own kind."""

    replies = ListField(EmbeddedDocumentField("self"))


class Forum(Document):
    """The one that holds threads."""

    threads = ListField(EmbeddedDocumentField(Thread))


class Hen(EmbeddedDocument):
    """Two documents that hold each other."""

    egg = EmbeddedDocumentField("Egg")


class Egg(EmbeddedDocument):
    """The other one."""

    hen = EmbeddedDocumentField(Hen)


class Farm(Document):
    """The one that holds both."""

    hens = ListField(EmbeddedDocumentField(Hen))
    egg = EmbeddedDocumentField(Egg)


FIELDS = {
    "any_": {"type": "any"},
    "text": {
        "type": "string",
        "description": "Some text",
        "maxLength": 9,
        "minLength": 1,
        "pattern": "[a-z]+",
    },
    "genre": {"type": "string", "enum": ["noir", "western"], "default": "noir"},
    "url": {"type": "string", "format": "url", "required": True},
    "email": {"type": "string", "format": "email"},
    "uuid": {"type": "string"},
    "object_id": {"type": "string"},
    "md5": {"type": "string", "minLength": 32, "maxLength": 32, "pattern": "^[0-9a-fA-F]*$"},
    "sha1": {"type": "string", "minLength": 40, "maxLength": 40, "pattern": "^[0-9a-fA-F]*$"},
    "number": {"type": "number", "minimum": 1, "maximum": 9},
    "long_": {"type": "number"},
    "float_": {"type": "number", "minimum": 0.5},
    "decimal": {"type": "number", "maximum": 100},
    "flag": {"type": "boolean", "default": False},
    "made": {
        "type": "string",
        "format": "date-time",
        "default": "2011-01-01T00:00:00+00:00",
    },
    "stamp": {"type": "number"},
    "facts": {"type": "object", "propertyNames": {"pattern": "^[^.$]*$"}},
    "point": {"type": "array", "items": [{"type": "number"}], "minItems": 2, "maxItems": 2},
    "tags": {"type": "array", "items": [{"type": "string", "maxLength": 5}], "required": True},
    "either": {"type": "array", "items": [{"type": "number"}, {"type": "string"}]},
    "anything": {"type": "array", "items": []},
    "author": {
        "type": "object",
        "properties": {"name": {"type": "string", "title": "name"}},
        "required": ["name"],
    },
}


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_has_its_schema(name: str) -> None:
    """With the field's name as title."""
    assert getattr(Everything, name).for_jsonschema() == {"title": name, **FIELDS[name]}


def test_the_schema_of_a_class_names_its_fields() -> None:
    """An object with title and properties; the id under `_id`, required fields in a list."""

    class Movie(Document):
        title = StringField(max_length=40, required=True)
        year = IntField(uniq_field="y")

    assert Movie.for_jsonschema() == {
        "type": "object",
        "title": "Movie",
        "properties": {
            "_id": {"type": "string", "title": "id"},
            "title": {"type": "string", "title": "title", "maxLength": 40},
            "y": {"type": "number", "title": "year"},
        },
        "required": ["title"],
    }
    assert json.loads(Movie.to_jsonschema()) == Movie.for_jsonschema()


def test_only_public_fields_are_described_if_there_are_any() -> None:
    """Also for the documents inside."""

    class Secret(EmbeddedDocument):
        _public_fields = ["name"]
        name = StringField()
        word = StringField()

    class Movie(Document):
        _public_fields = ["title", "secret", "nothing"]
        title = StringField()
        budget = IntField()
        secret = EmbeddedDocumentField(Secret)

    properties = Movie.for_jsonschema()["properties"]
    assert list(properties) == ["title", "secret"]
    assert list(properties["secret"]["properties"]) == ["name"]


@pytest.mark.parametrize("document_class", [Everything, Node, Forum, Farm, Author])
def test_schemas_are_valid_in_draft_2020_12(document_class: Any) -> None:
    """The `jsonschema` package says so."""
    Draft202012Validator.check_schema(document_class.for_jsonschema())


@pytest.mark.parametrize("document_class", [Everything, Node, Forum, Farm, Author])
def test_a_class_made_from_a_schema_has_the_same_schema(document_class: Any) -> None:
    """And the schema is not changed by reading it."""
    schema = document_class.for_jsonschema()
    before = json.dumps(schema)
    base = Document if issubclass(document_class, Document) else EmbeddedDocument
    assert base.from_jsonschema(schema).for_jsonschema() == schema
    assert json.dumps(schema) == before


def test_a_class_made_from_a_schema_works() -> None:
    """It is derived from the class that was asked, and its fields convert and validate."""

    class Saved(Document):
        created = IntField()

    movie_class: Any = Saved.from_jsonschema(Everything.for_jsonschema())
    assert issubclass(movie_class, Saved)
    assert movie_class.__name__ == "Everything"
    movie = movie_class(_id="x", url="http://a.co", tags=["a"], number=5, author={"name": "x"})
    assert movie.validate() is True
    assert movie.to_python()["_id"] == "x"
    assert movie_class(author={}).errors()[0] == ("url", "Required field missing", None)
    kinds = {name: type(field) for name, field in movie_class._fields.items()}
    assert (kinds["made"], kinds["email"], kinds["facts"]) == (
        DateTimeField,
        EmailField,
        DictField,
    )
    assert (kinds["point"], kinds["flag"], kinds["any_"]) == (
        GeoPointField,
        BooleanField,
        BaseField,
    )
    assert movie_class.text.max_length == 9
    assert movie_class.genre.choices == ["noir", "western"]


def test_a_class_made_from_a_schema_may_hold_itself() -> None:
    """References are followed to the class that they mean."""
    node_class: Any = Document.from_jsonschema(Node.for_jsonschema())
    node = node_class(label="a", children=[{"label": "b", "children": [{}]}])
    assert type(node.children[0].children[0]) is node_class
    farm_class: Any = Document.from_jsonschema(Farm.for_jsonschema())
    hen = farm_class(hens=[{"egg": {"hen": {}}}]).hens[0]
    assert type(hen.egg.hen) is type(hen)


@pytest.mark.parametrize("missing", ["title", "properties"])
def test_a_schema_needs_title_and_properties(missing: str) -> None:
    """AttributeError otherwise."""
    schema = {"title": "Movie", "properties": {}}
    del schema[missing]
    with pytest.raises(AttributeError, match=missing):
        Document.from_jsonschema(schema)


def read(schema: dict[str, Any], name: str | None = None) -> BaseField[Any]:
    """Return the field that a schema describes."""
    return Document.map_jsonschema_field_to_dictshield(schema, name)


def test_a_list_needs_items() -> None:
    """NotImplementedError otherwise."""
    with pytest.raises(NotImplementedError, match="items"):
        read({"type": "array"})


@pytest.mark.parametrize(
    ("schema", "field_class"),
    [
        ({"type": "boolean"}, BooleanField),
        ({"type": "number"}, IntField),
        ({"type": "integer"}, IntField),
        ({"type": "string"}, StringField),
        ({"type": "string", "format": "phone"}, StringField),
        ({"type": "string", "format": "date"}, DateTimeField),
        ({"type": "string", "format": "date-time"}, DateTimeField),
        ({"type": "string", "format": "time"}, DateTimeField),
        ({"type": "string", "format": "email"}, EmailField),
        ({"type": "string", "format": "url"}, URLField),
        ({"type": ["null", "string"]}, StringField),
        ({"type": ["null"]}, BaseField),
        ({"type": "array", "items": {"type": "string"}}, ListField),
        ({"items": [{"type": "string"}]}, ListField),
        ({"type": "object", "properties": {}}, EmbeddedDocumentField),
        ({"properties": {}}, EmbeddedDocumentField),
        ({"type": "object"}, DictField),
        ({"type": "any"}, BaseField),
        ({}, BaseField),
    ],
)
def test_types_and_formats_have_their_fields(
    schema: dict[str, Any], field_class: type[BaseField[Any]]
) -> None:
    """The registry, and what stands outside it."""
    assert type(read(schema)) is field_class


def test_the_registry_knows_the_types() -> None:
    """(type, format) -> field class."""
    expected = {
        ("array", None): ListField,
        ("boolean", None): BooleanField,
        ("number", None): IntField,
        ("integer", None): IntField,
        ("object", None): EmbeddedDocumentField,
        ("string", None): StringField,
    }
    assert {key: dictshield_fields[key] for key in expected} == expected


@pytest.mark.parametrize("schema", [{"type": "strange"}, {"type": "string", "format": "strange"}])
def test_an_unknown_type_or_format_is_told(schema: dict[str, Any]) -> None:
    """DictFieldNotFound."""
    with pytest.raises(DictFieldNotFound, match="strange"):
        read(schema)


def test_the_words_of_json_schema_become_arguments() -> None:
    """Those that the field knows; the others are left alone."""
    assert schema_kwargs_to_dictshield == {
        "maxLength": "max_length",
        "minLength": "min_length",
        "pattern": "regex",
        "minimum": "min_value",
        "maximum": "max_value",
    }
    field: Any = read({"type": "string", "maxLength": 3, "minimum": 5, "required": True})
    assert (field.max_length, field.required) == (3, True)
    assert not hasattr(field, "min_value")


def test_a_bad_pattern_is_an_invalid_shield() -> None:
    """With the pattern in the text."""
    with pytest.raises(InvalidShield, match=r"'\('"):
        read({"type": "string", "pattern": "("})


@pytest.mark.parametrize("name", ["validate", "_data", "_fields", "to_python", "__class__"])
def test_no_property_can_hide_a_method(name: str) -> None:
    """The schema may come from a stranger."""
    with pytest.raises(InvalidShield, match="needs that name itself"):
        Document.from_jsonschema({"title": "Evil", "properties": {name: {"type": "string"}}})


def test_a_property_may_replace_an_inherited_field() -> None:
    """And the id may be called `id`."""

    class Saved(Document):
        title = StringField()

    schema = {"title": "T", "properties": {"title": {"type": "number"}, "id": {"type": "string"}}}
    made: Any = Saved.from_jsonschema(schema)
    assert type(made.title) is IntField
    assert type(made.id) is StringField


def test_a_reference_to_nothing_is_told() -> None:
    """InvalidShield, with the reference."""
    schema = {"title": "T", "properties": {"a": {"$ref": "#/$defs/Nothing"}}}
    with pytest.raises(InvalidShield, match="Nothing"):
        Document.from_jsonschema(schema)


def test_nested_objects_become_embedded_documents() -> None:
    """Named by their title, or by the property."""
    field: Any = read({"properties": {"a": {"type": "string"}}}, "author")
    assert issubclass(field.document_type, EmbeddedDocument)
    assert field.document_type.__name__ == "author"
    assert read({"title": "Writer", "properties": {}}).document_type.__name__ == "Writer"  # type: ignore[attr-defined]


def nested_schema(depth: int) -> dict[str, Any]:
    """Return the schema of lists in lists."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


@pytest.mark.parametrize("schema", [None, 5, "x", [], True])
def test_what_is_no_object_is_no_schema(schema: Any) -> None:
    """Neither as a whole, nor as a property, nor as an item or a definition."""
    with pytest.raises(InvalidShield, match="is an object"):
        Document.from_jsonschema(schema)
    with pytest.raises(InvalidShield, match="is an object"):
        Document.from_jsonschema({"title": "T", "properties": {"a": schema}})
    with pytest.raises(InvalidShield, match="is an object"):
        Document.from_jsonschema({"title": "T", "properties": {}, "$defs": {"A": schema}})
    with pytest.raises(InvalidShield, match="is an object"):
        read({"type": "array", "items": [schema]})


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("title", 5),
        ("type", {}),
        ("format", []),
        ("properties", []),
        ("$ref", {}),
        ("required", 5),
        ("items", "x"),
        ("anyOf", {}),
        ("enum", "x"),
        ("pattern", 5),
        ("minLength", "x"),
        ("maxLength", True),
        ("minimum", "x"),
        ("maximum", None),
    ],
)
def test_words_of_a_schema_have_values_of_their_kind(word: str, value: object) -> None:
    """InvalidShield with the word, when the class is made and not when it is used."""
    with pytest.raises(InvalidShield, match="cannot be") as caught:
        read({"type": "string", word: value})
    assert repr(word) in str(caught.value)


def test_a_schema_may_not_be_nested_without_end() -> None:
    """A thousand levels, or one that holds itself, are InvalidShield; some forty are fine."""
    loop: dict[str, Any] = {"title": "T"}
    loop["properties"] = {"a": loop}
    for schema in (loop, {"title": "T", "properties": {"a": nested_schema(1_000)}}):
        with pytest.raises(InvalidShield, match="nested too deeply"):
            Document.from_jsonschema(schema)
    made: Any = Document.from_jsonschema({"title": "T", "properties": {"a": nested_schema(40)}})
    assert made(a=[[]]).validate() is True


@pytest.mark.parametrize("title", ["a\0b", "\udc80"])
def test_a_title_must_be_able_to_name_a_class(title: str) -> None:
    """InvalidShield otherwise."""
    with pytest.raises(InvalidShield, match="No class can be called"):
        Document.from_jsonschema({"title": title, "properties": {}})


@pytest.mark.parametrize("key", [5, None, (1,)])
def test_properties_are_called_by_text(key: object) -> None:
    """InvalidShield otherwise."""
    with pytest.raises(InvalidShield, match="called by text"):
        Document.from_jsonschema({"title": "T", "properties": {key: {"type": "string"}}})
