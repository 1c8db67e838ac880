"""All fields: the basic ones at once, the others when they are asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dictshield.fields.base import (
    BaseField,
    BaseFieldMetaClass,
    BooleanField,
    DateTimeField,
    DecimalField,
    DictField,
    EmailField,
    FloatField,
    GeoPointField,
    IntField,
    InvalidShield,
    JsonHashMixin,
    JsonNumberMixin,
    LongField,
    MD5Field,
    NumberField,
    SHA1Field,
    ShieldException,
    StringField,
    URLField,
    UUIDField,
)
from dictshield.fields.field import DictFieldNotFound, dictshield_fields

if TYPE_CHECKING:
    from dictshield.document import EmbeddedDocument
    from dictshield.fields.compound import (
        EmbeddedDocumentField,
        ListField,
        MultiValueDictField,
        SortedListField,
    )
    from dictshield.fields.mongo import ObjectIdField as ObjectIdField

# Compound fields import documents, which import this package; programs of 2011 import them from here.
LATER = {
    "EmbeddedDocument": "dictshield.document",
    "EmbeddedDocumentField": "dictshield.fields.compound",
    "ListField": "dictshield.fields.compound",
    "MultiValueDictField": "dictshield.fields.compound",
    "ObjectIdField": "dictshield.fields.mongo",
    "SortedListField": "dictshield.fields.compound",
}

# ObjectIdField is left out: `import *` must work without bson.
__all__ = [
    "BaseField",
    "BaseFieldMetaClass",
    "BooleanField",
    "DateTimeField",
    "DecimalField",
    "DictField",
    "DictFieldNotFound",
    "EmailField",
    "EmbeddedDocument",
    "EmbeddedDocumentField",
    "FloatField",
    "GeoPointField",
    "IntField",
    "InvalidShield",
    "JsonHashMixin",
    "JsonNumberMixin",
    "ListField",
    "LongField",
    "MD5Field",
    "MultiValueDictField",
    "NumberField",
    "SHA1Field",
    "ShieldException",
    "SortedListField",
    "StringField",
    "URLField",
    "UUIDField",
    "dictshield_fields",
]


def __getattr__(name: str) -> Any:
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
