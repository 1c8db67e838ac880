"""Section 6.2 of the interface: instances."""

import copy
from typing import Any

import pytest
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import DecimalField, IntField, StringField, UUIDField
from dictshield.fields.compound import EmbeddedDocumentField, ListField


class Author(EmbeddedDocument):
    """A document inside."""

    name = StringField()


class Movie(Document):
    """The document of these tests."""

    title = StringField(default="untitled")
    year = IntField(minimized_field_name="y", uniq_field="released")
    tags = ListField(StringField())
    author = EmbeddedDocumentField(Author)
    price = DecimalField()


class Sequel(Movie):
    """A child of it."""

    number = IntField()


def test_a_document_takes_keywords_only() -> None:
    """Positional values are refused by Python itself."""
    with pytest.raises(TypeError):
        Movie("title")  # type: ignore[misc]


def test_defaults_come_first_then_values() -> None:
    """A callable default is evaluated once for a document and stored."""
    counter = iter(range(100))

    class Ticket(Document):
        number = IntField(default=lambda: next(counter))

    first, second = Ticket(), Ticket()
    assert (first.number, first.number, second.number) == (0, 0, 1)
    assert Ticket(number=9).number == 9
    assert Movie().title == "untitled"


@pytest.mark.parametrize("key", ["year", "y", "released"])
def test_a_field_has_up_to_three_names(key: str) -> None:
    """Its own, the minimised and the serialised one."""
    assert Movie(**{key: 1999}).year == 1999


def test_the_id_is_also_known_as_mongo_has_it() -> None:
    """`_id` is taken as `id`."""
    text = "12345678-1234-5678-1234-567812345678"
    assert str(Movie(_id=text).id) == str(Movie(id=text).id) == text


def test_unknown_keys_become_plain_attributes() -> None:
    """They can be read, and are not written."""
    movie = Movie(title="x", email="a@b.co", _cls="Movie", _types=["Movie"])
    assert movie.email == "a@b.co"  # type: ignore[attr-defined]
    assert set(movie.to_python()) == {"title", "tags", "_cls", "_types"}
    assert movie.validate() is True


@pytest.mark.parametrize(
    "key",
    [
        "validate",
        "to_python",
        "errors",
        "make_ownersafe",
        "_data",
        "_fields",
        "_plan",
        "_internal_fields",
        "__class__",
        "__dict__",
        "__init__",
        "self",
        "cls",
        "not an identifier",
        "a.b",
        "",
        "$where",
        "rank",
    ],
)
def test_no_key_can_overwrite_what_the_class_has(key: str) -> None:
    """Methods, properties and private names are safe from input."""

    class Safe(Movie):
        @property
        def rank(self) -> int:
            return 1

    before = set(dir(Safe(title="x")))
    safe = Safe(**{"title": "x", key: "evil"})
    after = set(dir(safe)) - {key if key in {"self", "cls"} else ""}
    assert after == before
    assert safe.rank == 1
    assert safe.validate() is True
    assert safe.to_python()["title"] == "x"


def test_a_document_can_be_used_like_a_mapping() -> None:
    """Iteration, keys, length."""
    movie = Movie(title="x")
    assert list(movie) == ["id", "title", "year", "tags", "author", "price"]
    assert (movie["title"], movie["id"]) == ("x", None)
    movie["title"] = "y"
    movie["id"] = "12345678-1234-5678-1234-567812345678"
    assert movie.title == "y"
    assert movie["id"] == movie.id
    assert len(movie) == 6


@pytest.mark.parametrize("name", ["nothing", "validate", "_data", "released"])
def test_only_fields_are_keys(name: str) -> None:
    """Anything else is a KeyError, for reading and for writing."""
    movie = Movie()
    with pytest.raises(KeyError):
        movie[name]
    with pytest.raises(KeyError):
        movie[name] = 1


def test_in_asks_for_attributes_that_are_not_none() -> None:
    """Methods count; keys that are no text do not."""
    movie = Movie(title="x")
    assert "title" in movie
    assert "validate" in movie
    assert "year" not in movie
    assert "nothing" not in movie
    assert 5 not in movie


def test_equality_is_of_class_and_fields() -> None:
    """The id included; `!=` is the opposite."""
    assert Movie(title="x") == Movie(title="x")
    assert (Movie(title="x") != Movie(title="x")) is False
    assert Movie(title="x") != Movie(title="y")
    assert Movie(id="1" * 32) != Movie()
    assert Movie() != Author()
    assert Movie() != "Movie"
    assert Movie(title="x") == Sequel(title="x")
    assert Sequel(title="x") == Movie(title="x")
    assert Sequel(number=1) != Sequel(number=2)


def test_equality_looks_at_what_values_mean() -> None:
    """`'1.50'` and Decimal('1.50') are the same price; what means nothing equals nothing."""
    assert Movie(price="1.50") == Movie(**Movie(price="1.50").to_python())
    assert Movie(price="x") != Movie(price="y")
    assert Movie(price="1") != Movie(price=None)


def test_one_missing_id_is_like_another() -> None:
    """A false id is not written, so blank text and None are the same."""
    assert Movie(id="") == Movie()
    assert Movie(id="1" * 32) != Movie(id="")


def test_comparing_leaves_the_fields_alone() -> None:
    """Nothing disappears from the class."""
    before = dict(Movie._fields)
    assert Movie() == Movie()
    assert before == Movie._fields


def test_documents_are_hashable_by_identity() -> None:
    """Equal documents are two members of a set."""
    assert len({Movie(), Movie()}) == 2


def test_the_text_of_a_document() -> None:
    """`__unicode__` of a converted program, its `__str__`, or the class's name."""

    class Old(Document):
        def __unicode__(self) -> str:
            return "old"

    class New(Document):
        def __str__(self) -> str:
            return "new"

    assert (str(Movie()), repr(Movie())) == ("Movie object", "<Movie: Movie object>")
    assert (str(Old()), repr(Old())) == ("old", "<Old: old>")
    assert (str(New()), repr(New())) == ("new", "<New: new>")


def test_a_copy_shares_the_data() -> None:
    """copy.copy of a document equals it, whatever happens to either."""
    movie = Movie(title="x")
    twin = copy.copy(movie)
    twin.title = "y"
    assert twin == movie
    assert movie.title == "y"
    apart = copy.deepcopy(movie)
    apart.title = "z"
    assert movie.title == "y"


def test_a_program_may_override_the_constructor() -> None:
    """Call the parent, then set fields."""

    class Named(Document):
        key = UUIDField()
        name = StringField()

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if not self.name:
                self.name = "nobody"

    assert Named().name == "nobody"
    assert Named(name="x").to_python()["name"] == "x"


def test_plain_attributes_can_be_set_later() -> None:
    """They stay out of the output."""
    movie = Movie()
    movie.note = "x"  # type: ignore[attr-defined]
    assert "note" not in movie.to_python()
