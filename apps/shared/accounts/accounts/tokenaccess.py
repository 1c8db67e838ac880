"""What programs need to be let in: a token, its scopes, the limits, and pages of other sites.

Notice that no cookie is looked at here. A browser sends cookies by itself, wherever a request was
thought up, and that is what CSRF lives on; a token has to be put into the header Authorization by
somebody who has it. Notice, too, that reading writes nothing: how often somebody asks is counted in
the memory of this process.
"""

from typing import Any

from brubeck.errors import Forbidden, HTTPError, TooManyRequests
from brubeck.handlers import WebMessageHandler
from brubeck.handlers.message import Result
from brubeck.handlers.problems import ProblemAnswers
from brubeck.throttle import network_of
from brubeck.timekeeping import curtime
from mongostore import DatabaseAway, refusal_of
from weblinks.bookmarklet import site_of

from accounts import people, tokens
from accounts.members import MembersApplication
from accounts.models import User
from accounts.tokens import READ, WRITE, Token

PREFLIGHT_LIFE = "600"  # seconds for which a browser need not ask again
SENT_HEADERS = "Authorization, Content-Type, If-Match, If-None-Match"
SHOWN_HEADERS = (
    "ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
)
READING = {"GET", "HEAD"}


class TokenAccess(ProblemAnswers, WebMessageHandler):
    """Lets in who has a token; mixed in before any other handler that answers programs."""

    application: MembersApplication
    is_personal = True
    csrf_exempt = True  # no cookie opens anything here
    token: Token | None = None
    user: User
    limits: dict[str, str] = {}

    def prepare(self) -> None:
        """Find out who asks; raise the HTTPError that strangers and the hasty get."""
        if self.message.method == "OPTIONS" or self._member() is None:
            return
        self.user = self.identified()
        self.take_turn(f"user:{self.user.id}")
        if self.origin and not self.may_use():
            raise Forbidden(
                f"Pages of {self.origin} may not use this token. Its owner can allow that site "
                "in the settings, under Programs and other sites."
            )
        self.check_scope()

    # -- who asks ------------------------------------------------------------------------------

    @property
    def realm(self) -> str:
        """The name of the application, as challenges call it."""
        return f'Bearer realm="{self.application.membership.name}"'

    def identified(self) -> User:
        """Return the owner of the token that came along; raise HTTPError 401 without one."""
        scheme, _, secret = (self.message.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            prefix = self.application.membership.token_prefix
            raise self.stranger(
                self.realm,
                f"Send a token: Authorization: Bearer {prefix}... You make one in the settings "
                "of your account.",
            )
        if user := self.user_of(secret.strip()):
            return user
        challenge = f'{self.realm}, error="invalid_token"'
        raise self.stranger(challenge, "This token is not good, or was revoked. Make another.")

    def user_of(self, secret: str) -> User | None:
        """Return whose token it is; None if it is nobody's."""
        self.token = tokens.find_by_secret(self.db_conn, secret)
        if self.token is None:
            return None
        return people.find_user_by_id(self.db_conn, str(self.token.owner))

    def stranger(self, challenge: str, detail: str) -> HTTPError:
        """Return what a stranger gets (RFC 6750, 3); raise TooManyRequests for too many of them."""
        self.take_turn(f"stranger:{network_of(self.message.remote_addr)}")
        return HTTPError(detail, status_code=401, headers={"WWW-Authenticate": challenge})

    @property
    def needed_scope(self) -> str:
        """What a token must allow for this request."""
        return READ if self.message.method in READING else WRITE

    def check_scope(self) -> None:
        """Raise Forbidden for a token that does not allow what it is used for (RFC 6750, 3.1)."""
        if self.token is None or self.needed_scope in self.token.scopes:
            return
        raise Forbidden(
            f"This token may not {self.needed_scope}. Make one that may, in the settings of your "
            "account.",
            headers={
                "WWW-Authenticate": f'{self.realm}, error="insufficient_scope", '
                f'scope="{self.needed_scope}"'
            },
        )

    def changed(self) -> None:
        """Note with the token that it has changed something."""
        if self.token is not None:
            tokens.note_use(self.db_conn, self.token)

    # -- how often -----------------------------------------------------------------------------

    def take_turn(self, key: str) -> None:
        """Count one request; raise TooManyRequests if it is one too many."""
        throttle = self.application.api_throttle
        try:
            count = throttle.take(key)
        except TooManyRequests as error:
            self.limits = limits_of(throttle.limit, 0, int(error.headers["Retry-After"]))
            raise
        seconds = max(0, -(-(count.ends_at - curtime()) // 1000))
        self.limits = limits_of(throttle.limit, throttle.limit - count.tries, seconds)

    # -- answers -------------------------------------------------------------------------------

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a database that is away or full is nobody's mistake."""
        refusal = refusal_of(err)
        return self.http_error(refusal) if refusal else super().error(err)

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer with the limits, and let the page of an allowed site read it."""
        self._set_access_headers()
        return super().render(*args, **kwargs)

    def _not_modified(self) -> Result:
        self._set_access_headers()
        return super()._not_modified()

    def _set_access_headers(self) -> None:
        self.headers.update(self.limits)
        self.headers.setdefault("Cache-Control", "private, no-cache")  # a browser asks each time
        self.headers["Vary"] = "Origin"
        if self.origin and self.may_read():
            self.headers["Access-Control-Allow-Origin"] = self.origin
            self.headers["Access-Control-Expose-Headers"] = SHOWN_HEADERS

    # -- pages of other sites (CORS, https://fetch.spec.whatwg.org) ----------------------------

    @property
    def origin(self) -> str:
        """The other site whose page asks; empty for programs and for pages of our own."""
        origin: str = self.message.header("origin", "")
        return "" if origin == site_of(self.message) else origin

    def may_use(self) -> bool:
        """Say whether the other site may use this token."""
        return self.origin in (self.user.origins or [])

    def may_read(self) -> bool:
        """Say whether the other site is allowed by the user, or while he is unknown, by any."""
        if getattr(self, "user", None):
            return self.may_use()
        try:
            return people.is_origin_of_anybody(self.db_conn, self.origin)
        except DatabaseAway:
            return False

    def options(self, *args: Any, **kwargs: Any) -> Result:  # noqa: ARG002  for every address
        """Answer what a browser asks before it lets a page of another site ask."""
        self._allow()
        self.headers["Access-Control-Allow-Methods"] = self.headers["Allow"]
        self.headers["Access-Control-Allow-Headers"] = SENT_HEADERS
        self.headers["Access-Control-Max-Age"] = PREFLIGHT_LIFE
        self._set_access_headers()
        return WebMessageHandler.render(self, 204)


def limits_of(limit: int, left: int, seconds: int) -> dict[str, str]:
    """Return the headers that tell programs how often they may ask, and until when (s)."""
    return {
        "RateLimit-Limit": str(limit),
        "RateLimit-Remaining": str(max(0, left)),
        "RateLimit-Reset": str(seconds),
    }
