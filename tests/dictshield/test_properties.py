"""What holds for every value: tried by Hypothesis."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from dictshield.base import ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import (
    BaseField,
    BooleanField,
    DateTimeField,
    DecimalField,
    DictField,
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
)
from dictshield.fields.compound import (
    EmbeddedDocumentField,
    ListField,
    MultiValueDictField,
    SortedListField,
)
from dictshield.fields.mongo import ObjectIdField
from dictshield.fields.temporal import TimeStampField
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator


class Inner(EmbeddedDocument):
    """A document inside."""

    _public_fields = ["name"]
    name = StringField(required=True, max_length=20)
    child = EmbeddedDocumentField("self")


class Everything(Document):
    """A field of each kind, optional all."""

    _private_fields = ["text"]
    _public_fields = ["number", "inner", "inners"]

    anything = BaseField[Any]()
    text = StringField(max_length=20)
    url = URLField()
    email = EmailField()
    uuid = UUIDField()
    object_id = ObjectIdField()
    md5 = MD5Field()
    sha1 = SHA1Field()
    number = IntField(min_value=-10, max_value=10)
    long_ = LongField()
    float_ = FloatField()
    decimal = DecimalField()
    flag = BooleanField()
    made = DateTimeField()
    stamp = TimeStampField()
    facts = DictField()
    answers = MultiValueDictField()
    point = GeoPointField()
    words = ListField(StringField(max_length=5))
    numbers = SortedListField(IntField())
    either = ListField([IntField(), StringField()])
    rows = ListField(ListField(FloatField()))
    free = ListField([])
    inner = EmbeddedDocumentField(Inner)
    inners = ListField(EmbeddedDocumentField(Inner))
    parts = ListField([EmbeddedDocumentField(Inner), BooleanField()])


NAMES = [*Everything._fields, "_id", "_cls", "_types", "strange", "validate", "_data"]

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["3", "1e400", "2011-01-01T10:00:00Z", "a@b.co", "http://a.co", "f" * 24, "f" * 32, "0.5"]
    )
)
KEYS = st.sampled_from(["name", "child", "_cls", "a.b", "$a"]) | st.text(max_size=5)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), JSON, max_size=8)


@given(OBJECTS)
@settings(max_examples=150)
def test_any_json_validates_or_raises_a_shield_exception(values: dict[str, Any]) -> None:
    """Through the constructor; and `errors()` agrees with `validate()`."""
    try:
        document = Everything(**values)
    except ShieldException:
        return
    errors = document.errors()
    if not errors:
        assert document.validate() is True
        return
    with pytest.raises(ShieldException) as caught:
        document.validate()
    assert caught.value.path == errors[0][0]


@given(OBJECTS)
@settings(max_examples=120)
def test_a_valid_document_survives_every_journey(values: dict[str, Any]) -> None:
    """`Document(**d.to_python())` equals `d`, and JSON text leads back as well."""
    try:
        document = Everything(**values)
        document.validate()
    except ShieldException:
        return
    assert Everything(**document.to_python()) == document
    again = Everything(**json.loads(document.to_json()))
    assert again.validate() is True
    assert again.to_json() == document.to_json()


@given(OBJECTS, st.booleans())
@settings(max_examples=120)
def test_any_dictionary_is_judged_by_the_class(values: dict[str, Any], whole: bool) -> None:
    """True, or a ShieldException; what is left are fields."""
    check = Everything.validate_class_fields if whole else Everything.validate_class_partial
    found = check(dict(values), True)
    assert all(isinstance(error, ShieldException) for error in found)
    if found:
        with pytest.raises(ShieldException, match=" - "):
            check(values)
    else:
        assert check(values) is True
    assert values.keys() <= set(Everything._fields) | {"_id"}


@given(OBJECTS)
@settings(max_examples=120)
def test_no_view_shows_what_is_hidden(values: dict[str, Any]) -> None:
    """Of any dictionary; a value that cannot be shown is a ShieldException."""
    for view in (Everything.make_ownersafe, Everything.make_publicsafe):
        try:
            seen = view(json.loads(json.dumps(values)))
        except ShieldException:
            continue
        assert not {"text", "_id", "id", "_cls", "_types"} & seen.keys()
    try:
        public = json.loads(Everything.make_json_publicsafe(dict(values)))
    except ShieldException:
        return
    assert public.keys() <= {"number", "inner", "inners"}


class Agreed(Document):
    """Fields whose JSON Schema says all that validation says."""

    text = StringField(max_length=5, min_length=2)
    genre = StringField(choices=["noir", "western"])
    word = StringField(regex="^[a-c]+$")
    number = FloatField(min_value=-10, max_value=10)
    flag = BooleanField()
    point = GeoPointField()
    md5 = MD5Field()
    words = ListField(StringField(max_length=2))
    facts = DictField()


EXACT = {
    "text": st.text(min_size=1, max_size=8),
    "genre": st.sampled_from(["noir", "pop"]),
    "word": st.text("abcd", min_size=1, max_size=3),
    "number": st.floats(-20, 20) | st.integers(-20, 20),
    "flag": st.booleans() | st.integers(0, 1),
    "point": st.lists(st.integers() | st.text(max_size=1), max_size=3),
    "md5": st.text("0aAg", min_size=31, max_size=33),
    "words": st.lists(st.text(max_size=3) | st.integers(), max_size=3) | st.text(min_size=1),
    "facts": st.dictionaries(st.text("a.$", max_size=2), st.integers(), max_size=2),
}


@given(st.fixed_dictionaries({}, optional=EXACT))
@settings(max_examples=150)
def test_schema_and_validation_agree(values: dict[str, Any]) -> None:
    """What the one refuses, the other refuses, where a schema can say it."""
    validator = Draft202012Validator(Agreed.for_jsonschema())
    is_valid = Agreed(**values).errors() == []
    assert is_valid == validator.is_valid(values)


ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-5)), None])
VALID = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=20),
        "url": st.just("http://example.com/"),
        "email": st.just("a@b.co"),
        "uuid": st.uuids(),
        "number": st.integers(-10, 10),
        "long_": st.integers(),
        "float_": st.floats(allow_nan=False, allow_infinity=False),
        "flag": st.booleans(),
        "made": st.datetimes(timezones=ZONES),
        "stamp": st.datetimes(min_value=datetime(1970, 1, 1)) | st.integers(0, 2**33),  # noqa: DTZ001 - Hypothesis wants it so
        "facts": st.dictionaries(st.text("ab", max_size=3), st.integers()),
        "answers": st.dictionaries(st.text("ab", max_size=3), st.lists(st.text(max_size=3))),
        "point": st.tuples(st.integers(), st.floats(-90, 90)),
        "words": st.lists(st.text(max_size=5)),
        "numbers": st.lists(st.integers()),
        "either": st.lists(st.integers() | st.text(max_size=3)),
        "rows": st.lists(st.lists(st.floats(-1, 1))),
        "inner": st.fixed_dictionaries({"name": st.text(min_size=1, max_size=5)}),
        "inners": st.lists(st.fixed_dictionaries({"name": st.text(min_size=1, max_size=5)})),
    },
)


@given(VALID)
@settings(max_examples=80)
def test_what_is_valid_is_written_as_its_schema_says(values: dict[str, Any]) -> None:
    """JSON of a valid document satisfies the schema of its class, and makes an equal document."""

    class Whole(Everything):
        _public_fields = None

    document = Whole(**values)
    assert document.errors() == []
    written = json.loads(document.to_json())
    Draft202012Validator(Whole.for_jsonschema()).validate(written)
    assert Whole(**written).to_json() == document.to_json()
    assert Whole(**document.to_python()) == document
