"""The user and the user's profile, as most applications have them."""

import re
from typing import Self

from dictshield.document import Document
from dictshield.fields import BooleanField, EmailField, LongField, StringField, URLField

from brubeck.datamosh import OwnedModelMixin, StreamedModelMixin
from brubeck.passwords import hash_password, needs_rehash, verify_password
from brubeck.timekeeping import curtime


class User(Document):
    """Someone who can log in. Documents are saved by the program, not by the model."""

    _private_fields = ["password", "is_active"]

    username = StringField(max_length=30, required=True)
    password = StringField(max_length=128)
    email = EmailField(max_length=100)

    is_active = BooleanField(default=False)
    last_login = LongField(default=curtime)
    date_joined = LongField(default=curtime)

    username_regex = re.compile(r"[A-Za-z0-9._]+\Z")
    username_min_length = 2

    def __str__(self) -> str:
        return str(self.username)

    def set_password(self, raw_passwd: str | None) -> None:
        """Store the hash of a password. Raises ValueError for None."""
        self.password = hash_password(raw_passwd)

    def check_password(self, raw_passwd: str | None) -> bool:
        """Tell whether this is the user's password.

        If it is, `last_login` becomes now, and a password hashed the old way is hashed anew:
        save the user afterwards.
        """
        if not verify_password(raw_passwd, self.password):
            return False
        self.last_login = curtime()
        if needs_rehash(self.password):
            self.set_password(raw_passwd)
        return True

    @classmethod
    def create_user(
        cls, username: str | None, password: str | None, email: str | None = ""
    ) -> Self:
        """Return a new user, not saved and without an id.

        Raises ValueError for a name that is too short or has other characters than letters,
        digits, dot and underscore, and for a password that is None; ShieldException for a bad
        e-mail address. None stands for a form field that nobody filled in.
        """
        username = (username or "").lower()
        cls._check_username(username)
        email = (email or "").strip().lower()
        if email:
            cls.email.validate(email)
        user = cls(username=username, date_joined=curtime(), **({"email": email} if email else {}))
        user.set_password(password)
        return user

    @classmethod
    def _check_username(cls, username: str) -> None:
        if len(username) < cls.username_min_length:
            raise ValueError(
                f"Usernames have at least {cls.username_min_length} characters. Choose a longer one."
            )
        if not re.compile(cls.username_regex).match(username):
            raise ValueError(
                "Usernames consist of letters, digits, dots and underscores only. Leave out the rest."
            )


class UserProfile(Document, OwnedModelMixin, StreamedModelMixin):  # type: ignore[misc]  # two Metas
    """What a user tells about himself."""

    _private_fields = ["owner_id"]

    name = StringField(max_length=255)
    email = EmailField(max_length=100)
    website = URLField(max_length=255)
    bio = StringField(max_length=100)
    location_text = StringField(max_length=100)
    avatar_url = URLField(max_length=255)

    def __str__(self) -> str:
        return str(self.name)
