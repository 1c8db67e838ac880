"""Section 5.2 of the interface: documents inside documents."""

from typing import Any

import pytest
from dictshield.base import InvalidShield, ShieldException
from dictshield.document import Document, EmbeddedDocument
from dictshield.fields import IntField, StringField
from dictshield.fields.compound import EmbeddedDocumentField, ListField

REASON = "Invalid embedded document instance provided to an EmbeddedDocumentField"


class Author(EmbeddedDocument):
    """The document inside."""

    name = StringField(required=True, max_length=5)
    age = IntField()


class Novelist(Author):
    """A special author."""

    novels = IntField()


class Book(Document):
    """The document outside."""

    author = EmbeddedDocumentField(Author)
    editor = EmbeddedDocumentField("Author")
    sequel = EmbeddedDocumentField("self")


@pytest.mark.parametrize("wrong", [str, object, Book, 5, None, Author(name="x")])
def test_only_embedded_classes_can_be_embedded(wrong: Any) -> None:
    """A wrong class is a ShieldException, not a crash."""
    with pytest.raises(ShieldException, match="Invalid embedded document class"):
        EmbeddedDocumentField(wrong)


def test_the_class_is_known_as_given_and_as_resolved() -> None:
    """`document_type_obj` and `document_type`."""
    assert (Book.author.document_type, Book.author.document_type_obj) == (Author, Author)
    assert (Book.editor.document_type, Book.editor.document_type_obj) == (Author, "Author")
    assert (Book.sequel.document_type, Book.sequel.document_type_obj) == (Book, "self")


def test_a_name_that_no_class_has_is_told_when_it_is_needed() -> None:
    """Names are looked up lazily, and a missing one says what to do."""

    class Orphan(Document):
        parent = EmbeddedDocumentField("NobodyOfThisName")

    with pytest.raises(InvalidShield, match="Define it, or import its module"):
        Orphan(parent={})


def test_a_name_may_be_defined_later() -> None:
    """Two classes can refer to each other."""

    class Hen(EmbeddedDocument):
        egg = EmbeddedDocumentField("EggOfThisTest")

    class EggOfThisTest(EmbeddedDocument):
        hen = EmbeddedDocumentField("Hen")

    hen = Hen(egg={"hen": {"egg": {}}})
    assert isinstance(hen.egg.hen.egg, EggOfThisTest)


def test_self_means_the_class_that_declares_the_field() -> None:
    """Also where a subclass inherits it."""

    class Fairytale(Book):
        pass

    assert type(Fairytale(sequel={}).sequel) is Book
    assert Fairytale.sequel is Book.sequel


def test_a_mapping_becomes_an_instance_that_is_not_validated_yet() -> None:
    """An instance is kept."""
    author = Author(name="Ada")
    assert Book(author=author).author is author
    book = Book(author={"age": "3"})
    assert isinstance(book.author, Author)
    assert book.author.age == 3
    with pytest.raises(ShieldException, match="Required field missing - name:None") as caught:
        book.validate()
    assert caught.value.path == "author.name"


def test_none_clears() -> None:
    """A set value can be taken away."""
    book = Book(author={"name": "Ada"})
    book.author = None
    assert book.author is None
    assert "author" not in book.to_python()


@pytest.mark.parametrize("value", [5, "x", [1], True, Book()])
def test_other_values_are_type_errors(value: Any) -> None:
    """Which are ShieldExceptions as well, with the field's path."""
    with pytest.raises(TypeError):
        Book(author=value)
    with pytest.raises(ShieldException) as caught:
        Book(sequel={"author": value})
    assert (caught.value.reason, caught.value.path) == (REASON, "sequel.author")


def test_a_wrong_instance_is_reported() -> None:
    """However it came into the data."""
    book = Book()
    book._data["author"] = 5
    assert book.errors() == [("author", REASON, 5)]
    with pytest.raises(ShieldException, match=REASON):
        book.to_python()


def test_every_error_inside_is_told_with_its_path() -> None:
    """At every depth."""
    book = Book(
        author={"name": "longer", "age": "x"},
        sequel={"author": {}, "sequel": {"author": {"name": "Ada", "age": "y"}}},
    )
    assert book.errors() == [
        ("author.name", "String value is too long", "longer"),
        ("author.age", "Not Int", "x"),
        ("sequel.author.name", "Required field missing", None),
        ("sequel.sequel.author.age", "Not Int", "y"),
    ]


def test_embedded_documents_are_written_with_their_class() -> None:
    """`to_python()` and `to_json(encode=False)` of their own."""
    book = Book(author={"name": "Ada", "age": 3})
    expected = {"name": "Ada", "age": 3, "_cls": "Author", "_types": ["Author"]}
    assert book.to_python()["author"] == expected
    assert book.to_json(encode=False)["author"] == expected


def test_a_stored_subclass_is_read_as_what_it_was() -> None:
    """`_cls` may name a subclass of the embedded class, and nothing else."""
    book = Book(author=Novelist(name="Ada", novels=3))
    again = Book(**book.to_python())
    assert type(again.author) is Novelist
    assert again == book
    for name in ("Book", "Author.Nobody", "", 5, None, ["Author"]):
        assert type(Book(author={"name": "x", "_cls": name}).author) is Author


def test_keys_that_are_no_text_are_refused() -> None:
    """With the path of the field."""
    with pytest.raises(ShieldException, match="Names of fields must be text") as caught:
        Book(sequel={"author": {1: 2}})
    assert caught.value.path == "sequel.author"


def test_the_program_of_an_embedded_document_is_used() -> None:
    """A subclass's own `__init__`, `validate` and `to_python` are called."""

    class Counted(EmbeddedDocument):
        size = IntField()

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.size = self.size or 7

        def validate(self, *args: Any) -> bool:
            if self.size > 8:
                raise ValueError
            return super().validate(*args)

        def to_python(self) -> dict[str, Any]:
            return {"size": self.size}

    class Box(Document):
        content = EmbeddedDocumentField(Counted)
        others = ListField(EmbeddedDocumentField(Counted))

    box = Box(content={}, others=[{}])
    assert box.to_python()["content"] == {"size": 7}
    assert box.others[0].size == 7
    assert Box(content={"size": 9}).errors() == [
        ("content", "Invalid value", Box(content={"size": 9}).content)
    ]
