"""The fields that hold other fields or documents, by the path that programs import them from."""

from dictshield.fields.embedded import RECURSIVE_REFERENCE_CONSTANT, EmbeddedDocumentField
from dictshield.fields.lists import ListField, SortedListField
from dictshield.fields.multivalue import MultiValueDictField

__all__ = [
    "RECURSIVE_REFERENCE_CONSTANT",
    "EmbeddedDocumentField",
    "ListField",
    "MultiValueDictField",
    "SortedListField",
]
