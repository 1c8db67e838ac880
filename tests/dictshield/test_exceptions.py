"""Section 2 of the interface: exceptions."""

import copy

import pytest
from dictshield.base import (
    DictPunch,
    InvalidShield,
    RefusedAssignment,
    ShieldDocException,
    ShieldException,
    subclass_exception,
)
from dictshield.document import Document
from dictshield.fields import StringField


def test_a_shield_exception_carries_reason_name_and_value() -> None:
    """The three arguments are attributes, and the text joins them."""
    error = ShieldException("Not Int", "year", "soon")
    assert (error.reason, error.field_name, error.field_value) == ("Not Int", "year", "soon")
    assert str(error) == "Not Int - year:soon"


def test_the_args_of_a_shield_exception_are_empty() -> None:
    """Only additional arguments are in `args`."""
    assert ShieldException("r", "f", 1).args == ()
    assert ShieldException("r", "f", 1, "more").args == ("more",)


def test_dict_punch_is_the_old_name() -> None:
    """Programs of 0.2 catch the same class."""
    assert DictPunch is ShieldException


def test_a_doc_exception_lists_the_errors_of_a_document() -> None:
    """It has the class's path, the errors by both names, and says how many there are."""
    errors = [ShieldException("a", "b", 1), ShieldException("c", "d", 2)]
    error = ShieldDocException("Media.Movie", errors)
    assert error.doc == "Media.Movie"
    assert error.error_list is errors
    assert error.errors_list is errors
    assert str(error) == "Document had 2 errors - ['a - b:1', 'c - d:2']"


def test_a_doc_exception_is_no_shield_exception() -> None:
    """Programs that catch the one do not catch the other."""
    assert not issubclass(ShieldDocException, ShieldException)
    assert not issubclass(InvalidShield, ShieldException)


def test_a_refused_assignment_is_a_type_error_too() -> None:
    """Programs expect TypeError from assignments that cannot be."""
    assert issubclass(RefusedAssignment, ShieldException)
    assert issubclass(RefusedAssignment, TypeError)


@pytest.mark.parametrize("error", [
    ShieldException("r", "f", 1, "x").within("outer"),
    ShieldDocException("Doc", [ShieldException("r", "f", 1)], "x"),
])  # fmt: skip
def test_exceptions_survive_copying(error: Exception) -> None:
    """A copy says the same and has the same attributes."""
    twin = copy.copy(error)
    assert str(twin) == str(error)
    assert twin.args == error.args
    assert {k: str(v) for k, v in vars(twin).items()} == {k: str(v) for k, v in vars(error).items()}


def test_the_path_grows_outwards() -> None:
    """`within` puts the outer place in front."""
    assert ShieldException("r", "text", 1).within(3).within("comments").path == "comments.3.text"
    assert ShieldException("r", None, 1).within("tags").path == "tags"


def test_subclass_exception_makes_a_class() -> None:
    """It takes name, parents and module."""
    made = subclass_exception("DoesNotExist", (ShieldException,), "somewhere")
    assert issubclass(made, ShieldException)
    assert (made.__name__, made.__module__) == ("DoesNotExist", "somewhere")


def test_telling_an_error_never_fails() -> None:
    """A value that has no text is named by its type."""

    class Mute:
        def __str__(self) -> str:
            raise ValueError

    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    assert str(ShieldException("r", "f", Mute())) == "r - f:<Mute>"
    assert str(ShieldException("r", "f", deep)).startswith("r - f:")


def test_validation_of_all_raises_one_exception_for_the_document() -> None:
    """`validate(validate_all=True)` collects the errors of all fields."""

    class Movie(Document):
        title = StringField(required=True)
        plot = StringField(max_length=3)

    with pytest.raises(ShieldDocException) as caught:
        Movie(plot="long").validate(validate_all=True)
    assert caught.value.doc == "Movie"
    assert [e.field_name for e in caught.value.error_list] == ["title", "plot"]
    assert Movie(title="x").validate(validate_all=True) is True


def test_an_exception_shows_its_reason_to_programmers() -> None:
    """In a log or a console, `repr` has reason, name and value, whatever the value is."""
    error = ShieldException("Invalid URL", "site", "x")
    assert repr(error) == "ShieldException('Invalid URL', 'site', 'x')"
    whole = ShieldDocException("User", [error])
    assert repr(whole) == f"ShieldDocException('User', [{error!r}])"
    assert repr(ShieldException("Not Int", "n", 10**5000)) == (
        "ShieldException('Not Int', 'n', <int>)"
    )
