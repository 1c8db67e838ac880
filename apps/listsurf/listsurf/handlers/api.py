"""What all of the API have in common: the token, the limits, other sites, errors as documents.

Notice that no cookie is looked at here. A browser sends cookies by itself, wherever a request was
thought up, and that is what CSRF lives on; a token has to be put into the header Authorization by
somebody who has it. Notice, too, that reading writes nothing: how often somebody asks is counted in
the memory of this process.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from accounts import people, tokens
from accounts.models import User
from accounts.tokens import Token
from brubeck.errorpages import PROBLEM, default_detail
from brubeck.errors import (
    BadRequest,
    Forbidden,
    HTTPError,
    NotFound,
    PayloadTooLarge,
    ServiceUnavailable,
    UnsupportedMediaType,
)
from brubeck.handlers import WebMessageHandler
from brubeck.handlers.message import ErrorHook, Result
from brubeck.jsontext import dumps
from brubeck.response import reason_phrase
from brubeck.throttle import network_of
from mongostore import DATABASE_AWAY, DatabaseAway
from weblinks.bookmarklet import site_of

if TYPE_CHECKING:
    from listsurf.app import Listsurf

LONGEST_BODY = 100_000  # bytes of a JSON document
HOW_TO_LOG_IN = (
    "Send a token: Authorization: Bearer listsurf_... You make one in the settings of your account."
)
PREFLIGHT_LIFE = "600"  # seconds for which a browser need not ask again


class UnfitError(HTTPError):
    """422: the JSON is fine, and its values are not (RFC 9110, 15.5.21). Messages by field."""

    status_code = 422
    default_detail = "Some values cannot be used. `errors` says which; correct them."

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.errors = [{"field": field, "message": message} for field, message in errors]


class ApiHandler(WebMessageHandler):
    """Answers programs: JSON for what they asked, problem documents (RFC 9457) for what fails."""

    application: "Listsurf"
    is_personal = True
    csrf_exempt = True  # no cookie opens anything here
    token: Token | None = None
    user: User

    def prepare(self) -> None:
        """Find out who asks; raise the HTTPError that strangers and the hasty get."""
        if self.message.method == "OPTIONS" or self._member() is None:
            return
        self.user = self.identified()
        self.application.api_throttle.take(f"user:{self.user.id}")
        if self.origin and self.origin not in self.user.origins:
            raise Forbidden(
                f"Pages of {self.origin} may not use this token. Its owner can allow that site "
                "in the settings, under Programs and other sites."
            )

    def identified(self) -> User:
        """Return the owner of the token that came along; raise HTTPError 401 without one."""
        scheme, _, secret = (self.message.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            raise self.stranger('Bearer realm="Listsurf"', HOW_TO_LOG_IN)
        self.token = tokens.find_by_secret(self.db_conn, secret.strip())
        if self.token and (user := people.find_user_by_id(self.db_conn, str(self.token.owner))):
            return user
        challenge = 'Bearer realm="Listsurf", error="invalid_token"'
        raise self.stranger(challenge, "This token is not good, or was revoked. Make another.")

    def stranger(self, challenge: str, detail: str) -> HTTPError:
        """Return what a stranger gets (RFC 6750, 3); raise TooManyRequests for too many of them."""
        network = network_of(self.message.remote_addr)
        self.application.api_throttle.take(f"stranger:{network}")
        return HTTPError(detail, status_code=401, headers={"WWW-Authenticate": challenge})

    # -- what came -----------------------------------------------------------------------------

    def sent_object(self) -> dict[str, Any]:
        """Return the JSON object of the body; raise the HTTPError that says why there is none."""
        if len(self.message.body) > LONGEST_BODY:
            raise PayloadTooLarge(f"The body is too large: {LONGEST_BODY:,} bytes at most.")
        kind = (self.message.content_type or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise UnsupportedMediaType("Send JSON, with Content-Type: application/json")
        sent = self.message.json()
        if not isinstance(sent, dict):
            raise BadRequest("The body must be a JSON object, such as {}.")
        return sent

    def changed(self) -> None:
        """Note with the token that it has changed something."""
        if self.token is not None:
            tokens.note_use(self.db_conn, self.token)

    # -- answers -------------------------------------------------------------------------------

    def answer(self, document: dict[str, Any], status_code: int = 200, **headers: str) -> Result:
        """Answer with a JSON object; `location="/..."` becomes the header Location."""
        named = {name.title(): value for name, value in headers.items()}
        self.set_body(dumps(document), {"Content-Type": "application/json", **named}, status_code)
        return self.render()

    def render_error(
        self, status_code: int, error_handler: ErrorHook | None = None, **context: Any
    ) -> Result:
        """Answer with a problem document (RFC 9457)."""
        self.clear_payload()
        if error_handler is not None:
            error_handler()
        self._finished = True
        problem = {
            "type": "about:blank",
            "title": reason_phrase(status_code),
            "status": status_code,
            "detail": context.pop("detail", None) or default_detail(status_code),
            "request_id": self.message.id,
            **context,
        }
        self.set_body(dumps(problem), {**self.headers, "Content-Type": PROBLEM}, status_code)
        return self.render()

    def http_error(self, error: HTTPError) -> Result:
        """Answer an error with all that it knows."""
        more = {"errors": error.errors} if isinstance(error, UnfitError) else {}
        return self.render_error(
            error.status_code,
            lambda: self.headers.update(error.headers),
            detail=error.detail,
            **more,
        )

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a database that is away is nobody's mistake."""
        if isinstance(err, DatabaseAway):
            return self.http_error(ServiceUnavailable(DATABASE_AWAY))
        return super().error(err)

    # -- pages of other sites (CORS, https://fetch.spec.whatwg.org) ----------------------------

    @property
    def origin(self) -> str:
        """The other site whose page asks; empty for programs and for pages of our own."""
        origin = self.message.header("origin", "")
        return "" if origin == site_of(self.message) else origin

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer, and let the page of an allowed site read it."""
        self.headers["Vary"] = "Origin"
        if self.origin and self.may_read():
            self.headers["Access-Control-Allow-Origin"] = self.origin
            self.headers["Access-Control-Expose-Headers"] = "Location, Retry-After"
        return super().render(*args, **kwargs)

    def may_read(self) -> bool:
        """Say whether the other site is allowed by the user, or while he is unknown, by any."""
        if user := getattr(self, "user", None):
            return self.origin in user.origins
        try:
            return people.is_origin_of_anybody(self.db_conn, self.origin)
        except DatabaseAway:
            return False

    def options(self, *args: Any, **kwargs: Any) -> Result:  # noqa: ARG002  for every address
        """Answer what a browser asks before it lets a page of another site ask."""
        self._allow()
        self.headers["Access-Control-Allow-Methods"] = self.headers["Allow"]
        self.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        self.headers["Access-Control-Max-Age"] = PREFLIGHT_LIFE
        return self.render(status_code=204)


class NothingHandler(ApiHandler):
    """Answers for addresses below /api/ that lead nowhere."""

    def prepare(self) -> None:
        """Say so, whoever asks and however."""
        raise NotFound("There is nothing at this address. /api/docs lists what there is.")
