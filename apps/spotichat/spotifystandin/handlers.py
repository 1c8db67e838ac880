"""The endpoints that Spotify documents. Everything else about it stays in `radio`.

https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow and the reference of the
two questions that SpotiChat asks.
"""

import base64
import binascii
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from brubeck.errors import BadRequest
from brubeck.handlers import WebMessageHandler
from brubeck.handlers.message import Result
from brubeck.templating import Jinja2Rendering

from spotifystandin.faults import Endpoint, Fault
from spotifystandin.grants import Code, GrantError
from spotifystandin.listeners import NAMES
from spotifystandin.songs import TRACKS

if TYPE_CHECKING:
    from spotifystandin.app import StandIn

ASKED = ("client_id", "redirect_uri", "state", "code_challenge", "scope")


class AuthorizeHandler(Jinja2Rendering):
    """`GET /authorize`: asks whether this site may know what somebody hears."""

    application: "StandIn"

    def get(self) -> Result:
        """Show the question. Raises BadRequest where there is no way back to trust."""
        given = {name: str(self.get_argument(name, "")) for name in ASKED}
        if given["client_id"] != self.application.settings.client_id:
            raise BadRequest("INVALID_CLIENT: Invalid client")
        if urlsplit(given["redirect_uri"]).scheme not in {"http", "https"}:
            raise BadRequest("INVALID_CLIENT: Invalid redirect URI")
        if self.get_argument("response_type") != "code":
            return self.back(given, error="unsupported_response_type")
        if self.get_argument("code_challenge_method") != "S256" or not given["code_challenge"]:
            return self.back(given, error="invalid_request")
        return self.render_template("authorize.html", given=given, names=NAMES)

    def post(self) -> Result:
        """Take the answer, and lead back to the site."""
        given = {name: str(self.get_argument(name, "")) for name in ASKED}
        listener = str(self.get_argument("listener", ""))
        if listener not in NAMES:
            return self.back(given, error="access_denied")
        code = Code(listener, given["redirect_uri"], given["code_challenge"])
        return self.back(given, code=self.application.grants.allow(code))

    def back(self, given: dict[str, str], **answer: str) -> Result:
        """Lead back with an answer and the state that came along."""
        query = urlencode({**answer, "state": given["state"]})
        return self.redirect(f"{given['redirect_uri']}?{query}")


class EndpointHandler(WebMessageHandler):
    """An endpoint that programs ask; faults may be waiting for it."""

    application: "StandIn"
    endpoint: Endpoint

    def meet_fault(self) -> Result | None:
        """Return the answer that goes wrong now, if one is to."""
        fault = self.application.faults.meet(self.endpoint)
        return self.fail(fault) if fault else None

    def fail(self, fault: Fault) -> Result:
        """Answer a fault."""
        if fault.kind == "429":
            self.headers["Retry-After"] = str(fault.seconds)
        status = int(fault.kind)
        return self.answer({"error": {"status": status, "message": "as was asked for"}}, status)

    def answer(self, document: dict[str, Any], status: int = HTTPStatus.OK) -> Result:
        """Answer with JSON."""
        self.headers["Content-Type"] = "application/json"
        self.set_body(json.dumps(document), status_code=status)
        return self.render()


class TokenHandler(EndpointHandler):
    """`POST /api/token`."""

    endpoint = "token"

    def post(self) -> Result:
        """Give tokens, or say why not (RFC 6749, 5.2)."""
        if (failed := self.meet_fault()) is not None:
            return failed
        try:
            return self.answer(self.granted())
        except GrantError as error:
            return self.answer({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    def granted(self) -> dict[str, object]:
        """Return what is asked for. Raises GrantError."""
        grants = self.application.grants
        self.check_client()
        match self.sent("grant_type"):
            case "authorization_code":
                return grants.exchange(
                    self.sent("code"), self.sent("redirect_uri"), self.sent("code_verifier")
                )
            case "refresh_token":
                return grants.refresh(self.sent("refresh_token"))
            case "client_credentials" if self.basic():
                return grants.for_client()
        raise GrantError("unsupported_grant_type")

    def check_client(self) -> None:
        """Raise GrantError for another client than ours."""
        settings = self.application.settings
        ours = f"{settings.client_id}:{settings.client_secret}"
        if self.basic() != ours if self.basic() else self.sent("client_id") != settings.client_id:
            raise GrantError("invalid_client")

    def basic(self) -> str:
        """Return id and secret of a client that authenticates by them, else nothing."""
        scheme, _, encoded = str(self.message.header("authorization") or "").partition(" ")
        try:
            return base64.b64decode(encoded).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            return ""

    def sent(self, name: str) -> str:
        """Return a field of the body."""
        return str(self.message.body_arguments.get(name, [""])[-1])


class BearerHandler(EndpointHandler):
    """An endpoint of the Web API, which wants an access token."""

    def owner(self) -> str | None:
        """Return whose token was sent, None for one that is not good."""
        scheme, _, token = str(self.message.header("authorization") or "").partition(" ")
        return self.application.grants.owner(token) if scheme == "Bearer" else None

    def expired(self) -> Result:
        """Answer as Spotify does to a token that is not good any more."""
        error = {"status": 401, "message": "The access token expired"}
        return self.answer({"error": error}, HTTPStatus.UNAUTHORIZED)


class PlayingHandler(BearerHandler):
    """`GET /v1/me/player/currently-playing`."""

    endpoint = "playing"

    def get(self) -> Result:
        """Say what the owner of the token hears; 204 for nothing."""
        if (failed := self.meet_fault()) is not None:
            return failed
        listener = self.application.listeners.get(self.owner() or "")
        if listener is None:
            return self.expired()
        if (playing := listener.currently_playing()) is None:
            self.set_body("", status_code=HTTPStatus.NO_CONTENT)
            return self.render()
        return self.answer(playing)


class TrackHandler(BearerHandler):
    """`GET /v1/tracks/{id}`."""

    endpoint = "tracks"

    def get(self, track_id: str) -> Result:
        """Describe a song."""
        if (failed := self.meet_fault()) is not None:
            return failed
        if self.owner() is None:
            return self.expired()
        if track_id not in TRACKS:
            error = {"status": 404, "message": "Resource not found"}
            return self.answer({"error": error}, HTTPStatus.NOT_FOUND)
        return self.answer(TRACKS[track_id])
