"""Stores of notes of every kind, empty."""

from collections.abc import Callable
from typing import Any

from brubeck.queryset import AbstractQueryset, DictQueryset
from dictshield.document import Document
from dictshield.fields import IntField, StringField
from dictshield.fields.base import BaseField

Make = Callable[..., AbstractQueryset]


class Note(Document):
    id = BaseField(id_field=True)
    text = StringField()
    owner = StringField()
    number = IntField()


class Plain(AbstractQueryset):
    """A store that somebody wrote with the forms of old only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._inner = DictQueryset(**options)

    def __getattribute__(self, name: str) -> Any:
        if name.endswith(("_one", "_many", "_all")) and not name.startswith("_"):
            return getattr(self._inner, name)
        return super().__getattribute__(name)


def note(key: Any, text: str = "x", **values: Any) -> Note:
    return Note(id=key, text=text, **values)


def texts(pairs: Any) -> list[Any]:
    """Return message and text, or id, of each pair."""
    return [(message, item["text"] if isinstance(item, dict) else item) for message, item in pairs]
