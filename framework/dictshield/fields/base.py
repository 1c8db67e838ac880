"""The basic fields, by the path that programs import them from."""

from dictshield.base import InvalidShield, ShieldException
from dictshield.fields.boolean import BooleanField
from dictshield.fields.dictionary import DictField
from dictshield.fields.field import BaseField, BaseFieldMetaClass
from dictshield.fields.geo import GeoPointField
from dictshield.fields.identity import JsonHashMixin, MD5Field, SHA1Field, UUIDField
from dictshield.fields.number import (
    DecimalField,
    FloatField,
    IntField,
    JsonNumberMixin,
    LongField,
    NumberField,
)
from dictshield.fields.text import EmailField, StringField, URLField
from dictshield.fields.times import DateTimeField

__all__ = [
    "BaseField",
    "BaseFieldMetaClass",
    "BooleanField",
    "DateTimeField",
    "DecimalField",
    "DictField",
    "EmailField",
    "FloatField",
    "GeoPointField",
    "IntField",
    "InvalidShield",
    "JsonHashMixin",
    "JsonNumberMixin",
    "LongField",
    "MD5Field",
    "NumberField",
    "SHA1Field",
    "ShieldException",
    "StringField",
    "URLField",
    "UUIDField",
]
