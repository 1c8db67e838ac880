"""What all of the API have in common: who asks, JSON, other sites, errors as documents.

Notice who needs a token against forged requests (CWE-352): whoever is known by a cookie, because
browsers send that by themselves. Who sends his secret in the header Authorization, or has none yet,
cannot have been made to; and no page of another site can send us JSON unless the settings allow it.
"""

from typing import TYPE_CHECKING, Any

from brubeck.errorpages import PROBLEM, Problem, default_detail
from brubeck.errors import (
    BadRequest,
    Forbidden,
    HTTPError,
    NotFound,
    UnsupportedMediaType,
)
from brubeck.handlers import WebMessageHandler
from brubeck.handlers.message import ErrorHook, Result
from brubeck.jsontext import dumps
from brubeck.response import reason_phrase
from redisstore import refusal_of

from spotichat.batches import cors, headers
from spotichat.identity import IdentityMixin
from spotichat.models import Person
from spotichat.queries import StoreAway
from spotichat.rooms import NoRoomError, room_of_path

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

AWAY = (
    "The place where the messages lie does not answer, so nothing was read or sent. "
    "Try again in some seconds."
)
OPERATORS_ONLY = "Only operators keep order in a room, and whoever has invited into a private one."
PREFLIGHT_LIFE = "600"  # seconds for which a browser need not ask again


class ApiHandler(IdentityMixin, WebMessageHandler):
    """Answers with JSON, and with problem documents (RFC 9457) when something fails."""

    application: "SpotiChat"

    def needs_csrf_check(self) -> bool:
        """Tell whether a browser may have been made to send this."""
        return bool(self.cookie) and not self.bearer and super().needs_csrf_check()

    # -- what came -----------------------------------------------------------------------------

    def sent(self) -> dict[str, Any]:
        """Return the JSON object of the body; raise the HTTPError that says why there is none."""
        kind = (self.message.content_type or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise UnsupportedMediaType("Send JSON, with Content-Type: application/json")
        found = self.message.json()
        if not isinstance(found, dict):
            raise BadRequest('The body must be a JSON object, such as {"text": "Hello"}.')
        return found

    def sent_text(self, name: str, default: str | None = None) -> str:
        """Return a text of the JSON object. Raises BadRequest without one."""
        value = self.sent().get(name, default)
        if not isinstance(value, str):
            raise BadRequest(f'Send "{name}" as a text.')
        return value

    def query_number(self, name: str, default: int) -> int:
        """Return a number of the query. Raises BadRequest for what is none."""
        text = str(self.get_argument(name, str(default)))
        if not text.removeprefix("-").isdecimal() or len(text) > 16:
            raise BadRequest(f"{name} is no number. Leave it out, or send one.")
        return int(text)

    # -- answers -------------------------------------------------------------------------------

    def answer(self, document: dict[str, Any], status_code: int = 200) -> Result:
        """Answer with a JSON object."""
        self.set_body(dumps(document), dict(headers()), status_code)
        return self.render()

    def render(self, *args: Any, **kwargs: Any) -> Result:
        """Answer, and let the page of an allowed site read it."""
        self.headers["Vary"] = "Origin"
        self.headers.update(cors(self.origin))
        return super().render(*args, **kwargs)

    def render_error(
        self, status_code: int, error_handler: ErrorHook | None = None, **context: Any
    ) -> Result:
        """Answer with a problem document."""
        self.clear_payload()
        if error_handler is not None:
            error_handler()
        self._finished = True
        detail = context.get("detail") or default_detail(status_code)
        problem = Problem(status_code, reason_phrase(status_code), detail, self.message.id)
        kind = {"Content-Type": PROBLEM, "Cache-Control": "no-store"}
        self.set_body(problem.document(), {**self.headers, **kind}, status_code)
        return self.render()

    def http_error(self, error: HTTPError) -> Result:
        """Answer an error with all that it knows."""
        return self.render_error(
            error.status_code, lambda: self.headers.update(error.headers), detail=error.detail
        )

    def error(self, err: Exception) -> Result:
        """Answer what went wrong; a Redis that is away or full is nobody's mistake."""
        if isinstance(err, StoreAway):
            return self.http_error(refusal_of(err, AWAY))
        return super().error(err)

    def _is_expected(self, error: Exception) -> bool:
        return isinstance(error, StoreAway) or super()._is_expected(error)

    # -- pages of other sites (CORS, https://fetch.spec.whatwg.org) ----------------------------

    @property
    def origin(self) -> str:
        """The other site whose page asks, if the settings allow it; nothing for all others."""
        origin = self.message.header("origin", "")
        return origin if origin in self.application.settings.origins else ""

    def options(self, *args: Any, **kwargs: Any) -> Result:  # noqa: ARG002  for every address
        """Answer what a browser asks before it lets a page of another site ask."""
        self._allow()
        self.headers["Access-Control-Allow-Methods"] = self.headers["Allow"]
        self.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        self.headers["Access-Control-Max-Age"] = PREFLIGHT_LIFE
        return self.render(status_code=204)


class RoomHandler(ApiHandler):
    """About one room, which is there."""

    room = ""

    def prepare(self) -> None:
        """Find out which room it is. Raises NotFound for one that is not there."""
        if self.message.method == "OPTIONS" or self._member() is None:
            return
        try:
            self.room = room_of_path(str(self.url_args[0]), self.message)  # type: ignore[index]  # by position
        except NoRoomError as error:
            raise NotFound(str(error)) from error
        self.application.chat.check_room(self.room)

    def known_operator(self) -> Person:
        """Return who asks, if he may keep order here. Raises HTTPError for all others."""
        person = self.known_person()
        if not self.application.chat.may_keep_order(self.room, person):
            raise Forbidden(OPERATORS_ONLY)
        return person


class NothingHandler(ApiHandler):
    """Answers for addresses below /api/ that lead nowhere."""

    def prepare(self) -> None:
        """Say so, whoever asks and however."""
        raise NotFound("There is nothing at this address. WIRE.md lists what there is.")
