"""What all of the API have in common: JSON in, JSON out, and what is wrong with it.

Who is let in, and how often, is the same in all applications: that is accounts.tokenaccess.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from accounts.tokenaccess import TokenAccess
from brubeck.errors import (
    BadRequest,
    HTTPError,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from brubeck.handlers.message import Result
from brubeck.jsontext import dumps

if TYPE_CHECKING:
    from listsurf.app import Listsurf

LONGEST_BODY = 100_000  # bytes of a JSON document


class UnfitError(HTTPError):
    """422: the JSON is fine, and its values are not (RFC 9110, 15.5.21). Messages by field."""

    status_code = 422
    default_detail = "Some values cannot be used. `errors` says which; correct them."

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.errors = [{"field": field, "message": message} for field, message in errors]


class ApiHandler(TokenAccess):
    """Answers programs: JSON for what they asked, problem documents (RFC 9457) for what fails."""

    application: "Listsurf"

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

    def answer(self, document: dict[str, Any], status_code: int = 200, **headers: str) -> Result:
        """Answer with a JSON object; `location="/..."` becomes the header Location."""
        named = {name.title(): value for name, value in headers.items()}
        self.set_body(dumps(document), {"Content-Type": "application/json", **named}, status_code)
        return self.render()

    def _explain(self, error: HTTPError) -> None:
        super()._explain(error)
        if isinstance(error, UnfitError):
            self.add_to_payload("errors", error.errors)


class NothingHandler(ApiHandler):
    """Answers for addresses below /api/ that lead nowhere."""

    def prepare(self) -> None:
        """Say so, whoever asks and however."""
        raise NotFound("There is nothing at this address. /api/docs lists what there is.")
