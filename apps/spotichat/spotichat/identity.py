"""How a person is known: by a secret that is handed out once, in a cookie or by the client itself.

Notice that a name is no proof of anything. It belongs to whoever has the secret, together with all
names that look like it; and Redis knows no more of the secret than its digest.
"""

import secrets
from typing import TYPE_CHECKING, Any

from brubeck.errors import HTTPError
from brubeck.formerrors import FormErrors
from brubeck.request import Request
from chatnames import check_name, cleaned

from spotichat import queries
from spotichat.keys import digest
from spotichat.models import Person

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

COOKIE = "identity"
COOKIE_LIFE = 400 * 24 * 60 * 60  # seconds, as long as browsers keep any; Redis forgets sooner
SECRET_BYTES = 24
LONGEST_SECRET = 100  # characters
OURS = ("spotichat", "spotify")  # names that would speak for the site
TAKEN = "Somebody has this name, or one that looks like it. Choose another one."
NOBODY = "Nobody is known by this secret. Choose a nickname, or send Authorization: Bearer SECRET."


class NameError422(HTTPError):  # noqa: N818  named after its status, as in brubeck.errors
    """422: a nickname that cannot be used (RFC 9110, 15.5.21)."""

    status_code = 422


class Conflict(HTTPError):  # noqa: N818  as above
    """409: a nickname that somebody else has (RFC 9110, 15.5.10)."""

    status_code = 409


class Unauthorized(HTTPError):  # noqa: N818  as above
    """401: we do not know who asks (RFC 9110, 15.5.2)."""

    status_code = 401

    def __init__(self, detail: str = NOBODY) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="SpotiChat"'})


class IdentityMixin:
    """For handlers that want to know who asks."""

    application: "SpotiChat"
    message: Request
    get_cookie: Any
    set_cookie: Any
    delete_cookie: Any

    _person: Person | None = None
    _has_looked = False

    @property
    def bearer(self) -> str:
        """The secret that a program has sent along."""
        scheme, _, secret = self.message.header("authorization", "").partition(" ")
        return secret.strip() if scheme.lower() == "bearer" else ""

    @property
    def cookie(self) -> str:
        """The secret that a browser has sent along."""
        key = self.application.cookie_secret
        return str(self.get_cookie(COOKIE, "", key, max_age=COOKIE_LIFE) or "")

    @property
    def person(self) -> Person | None:
        """Who asks, None for a stranger."""
        if not self._has_looked:
            secret = self.bearer or self.cookie
            self._person = self.found(secret) if 0 < len(secret) <= LONGEST_SECRET else None
            self._has_looked = True
        return self._person

    def found(self, secret: str) -> Person | None:
        """Return whose secret this is."""
        return queries.find_person(self.application.store, digest(secret))

    def known_person(self) -> Person:
        """Return who asks. Raises Unauthorized for a stranger."""
        if self.person is None:
            raise Unauthorized
        return self.person

    def become(self, nickname: str) -> Person:
        """Give a nickname to who asks, whom a cookie makes known from then on.

        Raises HTTPError for a name that cannot be had, and TooManyRequests.
        """
        person, secret = self.person, ""
        if person is None:
            person, secret = new_person()
        self.take_nickname(person, nickname)
        if secret:
            self.keep(secret)
        self._person, self._has_looked = person, True
        return person

    def take_nickname(self, person: Person, nickname: str) -> None:
        """Give a nickname to a person. Raises HTTPError for a name that cannot be had."""
        name = checked_nickname(nickname)
        self.application.floods.new_person()
        try:
            queries.claim_nickname(self.application.store, person, name)
        except queries.NameTakenError:
            raise Conflict(TAKEN) from None

    def keep(self, secret: str) -> None:
        """Let the browser keep a secret; scripts cannot read it."""
        key = self.application.cookie_secret
        self.set_cookie(COOKIE, secret, secret=key, max_age=COOKIE_LIFE, path="/")

    def forget(self) -> None:
        """Forget who asks; the name is free again."""
        if self.person is not None:
            queries.forget_person(self.application.store, self.person)
        self.delete_cookie(COOKIE, path="/")
        self._person = None


def new_person() -> tuple[Person, str]:
    """Return somebody new without a name, and his secret."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return Person(id=digest(secret)), secret


def checked_nickname(typed: str) -> str:
    """Return a nickname as it is to be shown. Raises HTTPError for one that cannot be had."""
    name, form = cleaned(typed), FormErrors()
    check_name(name, form, OURS)
    if form.failed:
        raise NameError422(form.errors["name"])
    return name
