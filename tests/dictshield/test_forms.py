"""Section 10 of the interface: HTML forms."""

from html.parser import HTMLParser
from typing import Any

import jinja2
import pytest
from dictshield.document import Document, EmbeddedDocument, swap_field
from dictshield.fields import BooleanField, IntField, StringField
from dictshield.fields.compound import ListField
from dictshield.forms import Form, FormPunch, default_field_map, default_name_map


class User(Document):
    """The document of these tests."""

    _private_fields = ["password", "is_active"]

    user_name = StringField(uniq_field="un")
    password = StringField()
    is_active = BooleanField()
    tags = ListField(StringField())
    age = IntField()


class Special(User):
    """A subclass."""


class Inputs(HTMLParser):
    """Collects the attributes of all inputs, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep inputs."""
        if tag == "input":
            self.found.append(dict(attrs))


def inputs(html: str) -> list[dict[str, str | None]]:
    """Return the inputs of a form."""
    parser = Inputs()
    parser.feed(html)
    return parser.found


def names(html: str) -> list[str | None]:
    """Return the names of a form's inputs."""
    return [found["name"] for found in inputs(html)]


def test_as_p_gives_a_paragraph_for_each_field() -> None:
    """Title, colon, blank, input; attributes in order."""
    values = {"user_name": "ada"}
    assert Form(User).as_p(values, "para", "in", skip_fields=["tags", "age"]) == (
        '<p class="para">User Name: <input class="in" type="text" name="user_name" value="ada"></p>'
    )
    assert Form(User).as_p(skip_fields=["tags", "age"]) == (
        '<p>User Name: <input type="text" name="user_name"></p>'
    )


def test_as_div_gives_a_div_with_label_and_input() -> None:
    """On lines of their own, indented; the label finds its input."""
    html = Form(User).as_div({"age": 3}, "d", "l", "i", ["tags", "user_name"])
    assert html == (
        '<div class="d">\n'
        '    <label class="l" for="User-age">Age</label>\n'
        '    <input class="i" type="text" name="age" value="3" id="User-age">\n'
        "</div>"
    )


@pytest.mark.parametrize("how", ["as_p", "as_div"])
def test_internal_and_private_fields_are_left_out(how: str) -> None:
    """The others come in the order of declaration."""
    assert names(getattr(Form(User), how)()) == ["user_name", "tags", "age"]


def test_given_private_fields_replace_the_private_list() -> None:
    """So that private fields can be edited."""
    assert names(Form(User, private_fields=["is_active"]).as_p()) == [
        "user_name",
        "password",
        "tags",
        "age",
    ]
    assert names(Form(User, []).as_p())[2] == "is_active"


def test_the_type_of_input_depends_on_name_then_class() -> None:
    """Passwords and truths have their own; programs may give their own maps."""
    assert default_field_map == {"BooleanField": "radio"}
    assert default_name_map == {"password": "password"}
    types = {i["name"]: i["type"] for i in inputs(Form(User, []).as_p())}
    assert (types["password"], types["is_active"], types["age"]) == ("password", "radio", "text")
    own = Form(User, [], field_map={"IntField": "number"}, name_map={"tags": "search"})
    types = {i["name"]: i["type"] for i in inputs(own.as_p())}
    assert types == {
        "user_name": "text",
        "password": "text",
        "is_active": "text",
        "tags": "search",
        "age": "number",
    }


def test_a_subclass_of_a_field_has_the_type_of_its_base() -> None:
    """The nearest class in the map counts."""

    class Flag(BooleanField):
        pass

    class Switch(Document):
        on = Flag()

    assert inputs(Form(Switch).as_p())[0]["type"] == "radio"


@pytest.mark.parametrize(
    "values",
    [
        {"user_name": "ada"},
        User(user_name="ada"),
        Special(user_name="ada"),
        swap_field(User, StringField, ["id"])(user_name="ada"),
    ],
)
def test_values_come_from_dictionaries_and_documents(values: Any) -> None:
    """Of the class, of subclasses, of swapped classes."""
    assert inputs(Form(User).as_p(values))[0]["value"] == "ada"


@pytest.mark.parametrize("values", [None, {}, User()])
def test_without_values_there_is_no_value_attribute(values: Any) -> None:
    """False values give none."""
    assert all("value" not in found for found in inputs(Form(User, []).as_p(values)))
    assert "value" not in inputs(Form(User).as_p({"age": 0}))[2]


class Other(Document):
    """Another document."""


@pytest.mark.parametrize("values", [5, "x", [1], Other()])
def test_other_values_are_a_wrong_use(values: Any) -> None:
    """FormPunch."""
    with pytest.raises(FormPunch, match="dictionary or a User"):
        Form(User).as_p(values)


@pytest.mark.parametrize("model", [User(), str, EmbeddedDocument, None])
def test_a_form_needs_a_document_class(model: Any) -> None:
    """FormPunch."""
    with pytest.raises(FormPunch, match="Document class"):
        Form(model)


def test_everything_is_escaped() -> None:
    """Values, names, classes."""

    class Evil(Document):
        pass

    evil: Any = type(Document)("Evil", (Evil,), {'"><b>': StringField()})
    attack = "\"'><script>alert(1)</script>&"
    html = Form(evil).as_div({'"><b>': attack}, attack, attack, attack)
    assert "<script" not in html
    assert "<b" not in html.lower()
    found = inputs(html)
    assert len(found) == 1
    assert (found[0]["value"], found[0]["class"], found[0]["name"]) == (attack, attack, '"><b>')


def test_a_list_is_shown_with_commas() -> None:
    """Not as Python writes it."""
    assert inputs(Form(User).as_p({"tags": ["a", "b"]}))[1]["value"] == "a, b"


def test_a_password_is_never_filled_in() -> None:
    """What is stored is a hash, which nobody should find in a page."""
    form = Form(User, private_fields=[])
    assert "hash" not in form.as_div(User(password="hash"))
    assert "hash" not in form.as_p({"password": "hash"})


def test_a_form_is_html_for_templates_that_escape() -> None:
    """No double escaping, and text that is added to it is plain again."""
    html = Form(User).as_p({"user_name": "<"})
    template = jinja2.Environment(autoescape=True).from_string("{{ form }}")
    assert template.render(form=html) == html
    assert not hasattr(html + "<", "__html__")


def test_a_value_without_text_is_shown_by_its_type() -> None:
    """A form must not fail over what a stranger sent; Python writes no number of 5,000 digits."""
    for value in (10**5000, [10**5000]):
        html = Form(User).as_p({"user_name": value})
        assert inputs(html)[0]["value"] == "<int>"


def test_deep_values_are_shown_by_their_type() -> None:
    """Where Python cannot write them."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(FormPunch, match="not <list>"):
        Form(User).as_p(deep)
    assert inputs(Form(User).as_p({"user_name": deep}))[0]["value"] == "<list>"
