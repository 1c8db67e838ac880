"""What all of the API have in common: who is let in, also from pages of the website.

Notice that the cookie of the website opens nothing here. Its pages bring a token of their own
(livetokens.py), which only they may use; the tokens that people make for their programs work from
programs, and from the sites that their owner has allowed.
"""

from typing import Any

from accounts import people, tokens
from accounts.models import User
from accounts.tokenaccess import TokenAccess
from brubeck.errors import NotFound, PayloadTooLarge
from brubeck.handlers.message import Result
from brubeck.jsontext import dumps
from weblinks.bookmarklet import site_of

from readify.livetokens import is_live_token, user_id_of

LONGEST_BODY = 500_000  # bytes of a JSON document
API_LABEL = "://api."


class ApiAccess(TokenAccess):
    """Lets in programs and pages of the website."""

    application: Any  # the API, which imports this module
    conditional = True
    is_live = False

    def prepare(self) -> None:
        """Find out who asks; raise the HTTPError that strangers, the hasty and the lengthy get."""
        if len(self.message.body) > LONGEST_BODY:
            raise PayloadTooLarge(f"The body is too large: {LONGEST_BODY:,} bytes at most.")
        super().prepare()

    def user_of(self, secret: str) -> User | None:
        """Return whose token it is, made in the settings or brought by a page of the website."""
        self.is_live = is_live_token(secret)
        if not self.is_live:
            return super().user_of(secret)
        user_id = user_id_of(self.application, secret)
        return people.find_user_by_id(self.db_conn, user_id) if user_id else None

    @property
    def website(self) -> str:
        """The origin of the website to which this API belongs."""
        address: str = self.application.site_address
        return address or site_of(self.message).replace(API_LABEL, "://", 1)

    def may_use(self) -> bool:
        """Say whether the other site may use this token: a page's token is for the website only."""
        return self.origin == self.website if self.is_live else super().may_use()

    def may_read(self) -> bool:
        """Say whether the other site may read this answer."""
        return self.origin == self.website or super().may_read()

    def on_finish(self) -> None:
        """Note with the token that it has changed something."""
        if self.token and self.needed_scope == tokens.WRITE and self.status_code < 400:
            tokens.note_use(self.db_conn, self.token)


class ApiHandler(ApiAccess):
    """Answers one question of a program with JSON."""

    def answer(self, document: dict[str, Any]) -> Result:
        """Answer with a JSON object."""
        self.headers["Content-Type"] = "application/json"
        self.set_body(dumps(document))
        return self.render()


class NothingHandler(ApiHandler):
    """Answers for addresses that lead nowhere."""

    def prepare(self) -> None:
        """Say so, whoever asks and however."""
        raise NotFound("There is nothing at this address. /docs lists what there is.")
