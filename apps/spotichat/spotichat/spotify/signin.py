"""Signing in at Spotify: OAuth 2.0, authorization code with PKCE (RFC 6749, 4.1; RFC 7636).

Authlib speaks the protocol. A client is made for each question, so that nobody's tokens linger in
one that somebody else uses; it sends by requests, whose sockets let other greenlets run.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from spotichat.spotify.answers import PATIENCE, asked, check_pace
from spotichat.spotify.errors import DisconnectedError, SpotifyError

SCOPE = "user-read-currently-playing"
VERIFIER_LENGTH = 64  # characters; RFC 7636, 4.1 wants 43 to 128
STATE_LENGTH = 43  # characters of 62: more than 256 bits
HOUR = 3_600

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """A sign-in that has begun: where to send the browser, and what to remember meanwhile."""

    url: str
    state: str
    verifier: str


@dataclass(frozen=True)
class Tokens:
    """What Spotify gives: the access token is good until `expires_at`, in seconds of the epoch."""

    access: str
    refresh: str
    expires_at: int


class SignIn:
    """The accounts service at one address, for one client id."""

    def __init__(self, accounts_url: str, client_id: str, client_secret: str = "") -> None:
        self._url = accounts_url.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret

    def begin(self, callback: str) -> Attempt:
        """Return a new attempt that comes back to the address `callback`."""
        verifier = generate_token(VERIFIER_LENGTH)
        with self._client(callback) as client:
            url, state = client.create_authorization_url(
                f"{self._url}/authorize",
                state=generate_token(STATE_LENGTH),
                code_verifier=verifier,
            )
        return Attempt(url, state, verifier)

    def finish(self, code: str, verifier: str, callback: str) -> Tokens:
        """Exchange a code for tokens. Raises SpotifyError, DisconnectedError for a bad code."""
        with self._client(callback) as client:
            return self._tokens(
                lambda: client.fetch_token(self._token_url, code=code, code_verifier=verifier)
            )

    def refresh(self, refresh_token: str) -> Tokens:
        """Return new tokens; the refresh token may be another one (RFC 6749, 6).

        Raises SpotifyError, DisconnectedError when Spotify has taken the permission back.
        """
        with self._client() as client:
            return self._tokens(
                lambda: client.refresh_token(self._token_url, refresh_token=refresh_token, scope="")
            )

    def for_the_application(self) -> Tokens:
        """Return tokens of nobody, good for the names of songs (RFC 6749, 4.4).

        Raises DisconnectedError without a client secret, SpotifyError.
        """
        if not self._client_secret:
            raise DisconnectedError("Without SPOTIFY_CLIENT_SECRET only people can ask Spotify.")
        with self._client() as client:
            return self._tokens(
                lambda: client.fetch_token(
                    self._token_url, grant_type="client_credentials", scope=""
                )
            )

    @property
    def _token_url(self) -> str:
        return f"{self._url}/api/token"

    def _client(self, callback: str = "") -> Any:
        client = OAuth2Session(
            self._client_id,
            self._client_secret or None,
            scope=SCOPE,
            redirect_uri=callback,
            code_challenge_method="S256",
            default_timeout=PATIENCE,
        )
        for step in ("access_token_response", "refresh_token_response"):
            client.register_compliance_hook(step, check_pace)
        return client

    def _tokens(self, question: Any) -> Tokens:
        """Return the tokens that a question to the token endpoint gives."""
        try:
            found = asked(question)
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise DisconnectedError(
                    "Spotify does not take this permission any more."
                ) from error
            log.error("Spotify refuses SPOTIFY_CLIENT_ID or what was asked: %s", error.error)
            raise SpotifyError("Spotify refuses this site.") from error
        except AuthlibBaseError as error:
            raise SpotifyError(f"Spotify's answer has no tokens: {error.error}") from error
        return tokens_of(found)


def tokens_of(found: dict[str, Any]) -> Tokens:
    """Return what is needed of an answer of the token endpoint. Raises SpotifyError."""
    access, refresh = found.get("access_token"), found.get("refresh_token", "")
    if not access or not isinstance(access, str) or not isinstance(refresh, str):
        raise SpotifyError("Spotify's answer has no access token.")
    life = found.get("expires_in")
    return Tokens(access, refresh, int(time.time()) + (life if type(life) is int else HOUR))
