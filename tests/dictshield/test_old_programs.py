"""Section 11 of the interface: what the known programs do."""

import json
import time
from typing import Any

import pytest
from bson import ObjectId
from dictshield.base import DictPunch, ShieldException
from dictshield.document import Document, EmbeddedDocument, swap_field
from dictshield.fields import (
    BooleanField,
    DateTimeField,
    EmailField,
    EmbeddedDocumentField,
    IntField,
    ListField,
    LongField,
    StringField,
    URLField,
    UUIDField,
)
from dictshield.fields.mongo import ObjectIdField
from dictshield.forms import Form


def curtime() -> int:
    """Return the milliseconds since the epoch."""
    return int(time.time() * 1000)


class MillisecondField(LongField):
    """Overrides only `__set__`."""

    def __set__(self, instance: Any, value: Any) -> None:
        """Store milliseconds."""
        instance._data[self.field_name] = value or 0


class OwnedMixin(EmbeddedDocument):
    """As Brubeck has it."""

    owner_id = UUIDField(required=True)
    owner_username = StringField(max_length=30, required=True)

    class Meta:
        mixin = True


class StreamedMixin(EmbeddedDocument):
    """As Brubeck has it."""

    created_at = MillisecondField(default=0)
    updated_at = MillisecondField(default=0)

    class Meta:
        mixin = True


class User(Document):
    """As Brubeck's README has it."""

    _private_fields = ["password", "is_active"]

    username = StringField(max_length=30, required=True)
    email = EmailField(max_length=100)
    password = StringField(max_length=128)
    is_active = BooleanField(default=False)
    date_joined = LongField(default=curtime)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.username = self.username and self.username.lower()

    def __unicode__(self) -> str:
        return f"{self.username}"


class Link(Document, OwnedMixin, StreamedMixin):
    """A link of Readify's kind."""

    title = StringField(max_length=255)
    url = URLField(max_length=65536)
    tags = ListField(StringField(max_length=50))
    language = StringField(choices=["en", "de"])

    class Meta:
        id_field = ObjectIdField
        id_options = {"auto_fill": True}


class Message(EmbeddedDocument):
    """A message of SpotiChat's kind."""

    text = StringField(required=True)


class Room(Document):
    """A room of them."""

    messages = ListField(EmbeddedDocumentField(Message))


def link() -> Link:
    """Return a link that is complete."""
    owner = "12345678-1234-5678-1234-567812345678"
    return Link(title="x", url="http://a.co/", owner_id=owner, owner_username="ada", tags=["t"])


def test_a_document_goes_to_mongo_and_back() -> None:
    """`to_python()` is stored; what is found becomes a document by keywords."""
    stored = link().to_python()
    assert isinstance(stored["_id"], ObjectId)
    assert stored["_types"] == ["Link"]
    found = Link(**stored)
    assert found.validate() is True
    assert found.id == stored["_id"]
    assert found.to_python() == stored


def test_a_document_goes_to_redis_and_back() -> None:
    """`to_json()` and `Class(**json.loads(text))`."""
    first = link()
    assert Link(**json.loads(first.to_json())) == first


def test_swapped_models_get_mongo_ids() -> None:
    """Brubeck's profile: id and owner_id."""
    swapped: Any = swap_field(Link, ObjectIdField, ["id", "owner_id"])
    an_id = "0123456789abcdef01234567"
    document = swapped(_id=an_id, owner_id=an_id, owner_username="ada")
    assert document.validate() is True
    assert document.to_python()["owner_id"] == ObjectId(an_id)


def test_bad_input_is_caught_as_before() -> None:
    """`validate()` in try and except, by either name."""
    try:
        User(username="x" * 31).validate()
    except DictPunch as error:
        reason = error.reason
    assert reason == "String value is too long"
    with pytest.raises(ShieldException, match="Value must be one of"):
        Link(owner_id="1" * 32, owner_username="x", language="fr").validate()


def test_an_overridden_constructor_and_text_are_used() -> None:
    """The parent is called, then fields are set; `__unicode__` makes the text."""
    assert str(User(username="Ada")) == "ada"
    assert User(username="Ada", extra="kept").extra == "kept"  # type: ignore[attr-defined]


def test_what_is_stored_is_made_safe_for_its_owner() -> None:
    """`make_ownersafe(dict)`."""
    user = User(username="ada", password="hash", is_active=True, date_joined=5)
    assert User.make_ownersafe(user.to_python()) == {"username": "ada", "date_joined": 5}


def test_a_form_edits_a_user() -> None:
    """With classes, values and skipped fields."""
    html = Form(User, private_fields=["is_active"]).as_div(
        values=User(username="ada"),
        skip_fields=["date_joined", "email"],
        div_class="clearfix",
        label_class="label",
        input_class="input",
    )
    assert html.count("<div") == 2
    assert 'type="password" name="password"' in html


def test_messages_in_a_room() -> None:
    """Everything imported from `dictshield.fields`, as in 2011."""
    room = Room()
    room.messages.append(Message(text="hi"))
    assert room.to_python()["messages"] == [
        {"text": "hi", "_cls": "Message", "_types": ["Message"]}
    ]
    assert json.loads(Room.make_json_ownersafe(room)) == {"messages": [{"text": "hi"}]}


def test_default_times_are_taken_when_the_document_is_made() -> None:
    """`default=curtime`, once for a document."""
    before = curtime()
    user = User(username="ada")
    assert before <= user.date_joined <= curtime()
    assert user.date_joined == user.to_python()["date_joined"]
    assert link().created_at == 0


def test_a_lazy_program_of_0_3() -> None:
    """`meta` as a dictionary, ids of Mongo, an implicit id from the database."""

    class Post(Document):
        meta = {"id_field": ObjectIdField, "collection": "posts"}
        at = DateTimeField()
        count = IntField()

    post = Post(_id=ObjectId(), at="2011-01-01T10:00:00", count="3", _cls="Post", _types=["Post"])
    assert post.validate() is True
    assert set(post.to_python()) == {"_id", "at", "count", "_cls", "_types"}


def test_a_get_with_an_owner_is_called_as_python_calls_it() -> None:
    """Fields of 2012 wrote `__get__(self, instance, owner)`, without a default for the owner."""

    class Loud(StringField):
        def __get__(self, instance: Any, owner: Any) -> Any:
            """Return the text in capitals."""
            if instance is None:
                return self
            return (instance._data.get(self.field_name) or "").upper()

    class Shout(Document):
        text = Loud(max_length=3)

    assert Shout(text="abc").to_python()["text"] == "ABC"
    assert Shout(text="abcd").errors() == [("text", "String value is too long", "ABCD")]
    assert json.loads(Shout.make_json_ownersafe(Shout(text="a"))) == {"text": "A"}


def test_the_options_of_0_3_are_kept() -> None:
    """Those that nothing here uses as well, for the programs that read them."""

    class Capped(Document):
        meta = {"collection": "log", "max_documents": 5, "max_size": 100}

    assert Capped._meta == {"collection": "log", "max_documents": 5, "max_size": 100}
