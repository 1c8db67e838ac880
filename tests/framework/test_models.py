"""Users and profiles: contract section 11, line by line."""

import re
from typing import Any

import bcrypt
import pytest
from brubeck import models, passwords
from brubeck.models import User, UserProfile
from brubeck.passwords import build_passwd_line, gen_hexdigest
from bson import ObjectId
from dictshield.base import ShieldException
from dictshield.document import swap_field
from dictshield.fields.mongo import ObjectIdField


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make argon2id cheap: what is promised here does not depend on its cost."""
    monkeypatch.setattr(passwords, "_PARAMETERS", "$argon2id$v=19$m=64,t=1,p=1$")


def test_create_user_makes_an_unsaved_user() -> None:
    """Lower-case name and e-mail, hashed password, no id."""
    user = User.create_user("Ada.L", "secret", " Ada@Example.COM ")
    assert (user.username, user.email) == ("ada.l", "ada@example.com")
    assert user.id is None
    assert user.password != "secret"
    assert user.check_password("secret")
    assert isinstance(user.date_joined, int)
    assert user.is_active is False
    assert user.validate()


@pytest.mark.parametrize("email", ["", None, "  "])
def test_the_email_may_be_left_out(email: Any) -> None:
    """None is the same as empty (fix 30)."""
    assert not User.create_user("ada", "secret", email).email


@pytest.mark.parametrize("name", ["a b", "ada!", "ädä", "ada\n", "", "a", "a/b"])
def test_bad_names_are_refused(name: str) -> None:
    """Letters, digits, dot and underscore, at least two (fix 30)."""
    with pytest.raises(ValueError, match="Usernames"):
        User.create_user(name, "secret")


def test_bad_addresses_are_refused() -> None:
    """With a ShieldException."""
    with pytest.raises(ShieldException):
        User.create_user("ada", "secret", "nonsense")


def test_a_missing_password_is_refused() -> None:
    """None is not hashed."""
    with pytest.raises(ValueError, match="No empty passwords"):
        User.create_user("ada", None)  # type: ignore[arg-type]


def test_programs_may_change_the_rules_for_names() -> None:
    """username_regex and username_min_length are class attributes, compiled or not."""

    class Short(User):
        username_regex = re.compile("[a-z-]+$")
        username_min_length = 1

    assert Short.create_user("a-", "secret").username == "a-"


def test_check_password_updates_last_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only when the password is right."""
    user = User.create_user("ada", "secret")
    user.last_login = 1
    monkeypatch.setattr(models, "curtime", lambda: 99)
    assert user.check_password("wrong") is False
    assert user.check_password(None) is False
    assert user.last_login == 1
    assert user.check_password("secret") is True
    assert user.last_login == 99


def test_a_user_without_password_cannot_log_in() -> None:
    """No exception either (fix 29)."""
    assert User(username="ada").check_password("secret") is False


def test_old_passwords_are_hashed_anew_at_login() -> None:
    """A bcrypt line becomes argon2id; a new one stays as it is."""
    salt = bcrypt.gensalt(4).decode()
    user = User(username="ada", password=build_passwd_line(*gen_hexdigest("secret", salt=salt)))
    assert user.check_password("wrong") is False
    assert user.password.startswith("bcrypt|||")
    assert user.check_password("secret") is True
    assert user.password.startswith("argon2id|||")
    line = user.password
    assert user.check_password("secret") is True
    assert user.password == line


def test_set_password_replaces_the_old_one() -> None:
    """The user is not saved."""
    user = User.create_user("ada", "old")
    user.set_password("new")
    assert user.check_password("new")
    assert not user.check_password("old")


def test_private_fields_stay_private() -> None:
    """Password and is_active of a user, owner_id of a profile."""
    user = User.create_user("ada", "secret")
    shown = User.make_ownersafe(user)
    assert not {"password", "is_active"} & set(shown)
    assert shown["username"] == "ada"
    assert UserProfile._private_fields == ["owner_id"]


def test_users_and_profiles_have_a_text_form() -> None:
    """The username, the profile's name."""
    assert str(User(username="ada")) == "ada"
    assert str(UserProfile(name="Ada L.")) == "Ada L."


def test_the_fields_of_a_profile() -> None:
    """Its own, and those of the mixins."""
    assert set(UserProfile._fields) == {
        "id", "owner_id", "owner_username", "created_at", "updated_at",
        "name", "email", "website", "bio", "location_text", "avatar_url",
    }  # fmt: skip


def test_models_can_have_mongo_ids() -> None:
    """swap_field works on both, owner_id included."""
    mongo_user = swap_field(User, ObjectIdField, ["id"])
    mongo_profile = swap_field(UserProfile, ObjectIdField, ["id", "owner_id"])
    user_id = ObjectId()
    user = mongo_user.create_user("ada", "secret")
    user.id = user_id
    assert user.to_python()["_id"] == user_id
    assert mongo_user(**user.to_python()).check_password("secret")
    profile = mongo_profile(owner_id=user_id, owner_username="ada")
    assert profile.to_python()["owner_id"] == user_id
