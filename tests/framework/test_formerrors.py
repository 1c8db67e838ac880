"""Form errors: every message beside its field, and what was typed."""

from typing import Any

from brubeck.formerrors import FormErrors
from dictshield.document import Document
from dictshield.fields import EmailField, IntField, ListField, StringField
from hypothesis import given
from hypothesis import strategies as st


class Person(Document):
    name = StringField(required=True, max_length=5)
    email = EmailField()
    tags = ListField(IntField())


def test_no_errors_are_false() -> None:
    """So that a handler can say `if errors:`."""
    errors = FormErrors({"name": "ada"})
    assert not errors
    assert errors.failed is False
    assert (errors.errors, errors.message) == ({}, "")
    assert len(errors) == 0
    assert errors.of("name") == []
    assert "name" not in errors
    errors.add("name", "Too short.")
    assert errors
    assert errors.failed is True
    assert "name" in errors
    assert errors.errors == {"name": "Too short."}


def test_all_errors_of_a_document_are_shown() -> None:
    """Not only the first; those inside lists stand beside the list's field."""
    typed: dict[str, Any] = {"email": "nonsense", "tags": [1, "x"]}
    errors = FormErrors(typed)
    errors.add_errors(Person(**typed).errors())
    assert errors.errors.keys() == {"name", "email", "tags"}
    assert errors.of("name") == ["Required field missing"]
    assert errors.of("email") == ["Invalid email address"]


def test_messages_can_be_put_in_plain_words() -> None:
    """For visitors who do not speak model."""
    errors = FormErrors(messages={"Required field missing": "Please fill this in."})
    errors.add_errors([("name", "Required field missing", None)])
    assert errors.of("name") == ["Please fill this in."]


def test_paths_of_every_form_lead_to_their_field() -> None:
    """Dotted text, tuples, and nothing at all for the form as a whole."""
    errors = FormErrors()
    errors.add_errors([("a.0.b", "x", 1), (("c", 2), "x", 1), ((), "x", 1), ("", "y", 1)])
    assert errors.errors == {"a": "x", "c": "x"}
    assert errors.message == "x y"


def test_a_message_is_shown_once() -> None:
    """Two bad items of one list are one message."""
    errors = FormErrors()
    errors.add("tags", "Invalid")
    errors.add("tags", "Invalid")
    assert errors.of("tags") == ["Invalid"]
    assert len(errors) == 1


def test_what_was_typed_is_kept_except_secrets() -> None:
    """Passwords and tokens never go back into a page."""
    errors = FormErrors({"name": "ada", "password": "x", "New_Password": "y", "csrf_token": "z"})
    assert errors.value("name") == "ada"
    assert errors.value("password") == ""
    assert errors.values == {"name": "ada"}
    assert errors.value("missing", "default") == "default"


@given(st.lists(st.tuples(st.text(), st.text())))
def test_no_message_is_lost(messages: list[tuple[str, str]]) -> None:
    """Each is beside its field, in the order they came."""
    errors = FormErrors()
    for field, message in messages:
        errors.add(field, message)
    for field, message in messages:
        assert message in errors.of(field)
    assert len(errors) == len(set(messages))


def test_a_field_without_a_value_shows_nothing() -> None:
    """A blank field arrives as None, which no visitor should read in his form."""
    form = FormErrors({"name": None, "city": "Oslo"})
    assert form.value("name") == ""
    assert form.values == {"city": "Oslo"}
