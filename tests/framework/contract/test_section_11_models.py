"""Contract section 11: the fields of a user."""

from typing import Any

import pytest
from brubeck.models import User
from dictshield.base import ShieldException

GOOD = {"username": "jd", "password": "x", "email": "jd@example.org"}


def test_a_user_needs_a_name_only() -> None:
    """Everything else has a default or may be missing (section 11)."""
    user = User(username="jd")
    user.validate()
    assert user.is_active is False
    assert isinstance(user.last_login, int)
    assert isinstance(user.date_joined, int)
    with pytest.raises(ShieldException):
        User().validate()


@pytest.mark.parametrize(
    ("field", "longest"), [("username", 30), ("password", 128), ("email", 100)]
)
def test_the_fields_of_a_user_have_an_end(field: str, longest: int) -> None:
    """The databases of the time were made for these lengths (section 11)."""

    def user(length: int) -> Any:
        ending = "@example.org" if field == "email" else ""
        return User(**{**GOOD, field: "x" * (length - len(ending)) + ending})

    if field != "email":  # its local part has a limit of its own
        user(longest).validate()
    with pytest.raises(ShieldException):
        user(longest + 1).validate()


@pytest.mark.parametrize("username", [None, "", "j"])
def test_a_name_that_nobody_typed_is_too_short(username: Any) -> None:
    """A missing form field is refused in words, like an empty one (section 11)."""
    with pytest.raises(ValueError, match=r"at least 2 characters"):
        User.create_user(username, "secret")
