"""Codes and tokens, as OAuth 2.0 with PKCE has them (RFC 6749, RFC 7636), for one client.

Notice that a refresh token is good once: each refreshing gives a new one, and a client that uses an
old one a second time has lost the permission.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass


class GrantError(Exception):
    """What the token endpoint refuses; the text is the `error` of RFC 6749, 5.2."""


@dataclass(frozen=True)
class Code:
    """A permission that has not been exchanged for tokens yet."""

    listener: str
    redirect_uri: str
    challenge: str


class Grants:
    """All that was granted."""

    def __init__(self, token_seconds: int) -> None:
        self.token_seconds = token_seconds
        self.refreshed = 0
        self._codes: dict[str, Code] = {}
        self._refresh: dict[str, str] = {}  # refresh token -> listener
        self._access: dict[str, tuple[str, float]] = {}  # access token -> listener, its end

    def allow(self, code: Code) -> str:
        """Return the code for the way back."""
        text = secrets.token_urlsafe(32)
        self._codes[text] = code
        return text

    def exchange(self, text: str, redirect_uri: str, verifier: str) -> dict[str, object]:
        """Return tokens for a code, once. Raises GrantError."""
        code = self._codes.pop(text, None)
        if code is None or code.redirect_uri != redirect_uri:
            raise GrantError("invalid_grant")
        if not secrets.compare_digest(challenge_of(verifier), code.challenge):
            raise GrantError("invalid_grant")
        return self._tokens(code.listener)

    def refresh(self, token: str) -> dict[str, object]:
        """Return new tokens for a refresh token, once. Raises GrantError."""
        listener = self._refresh.pop(token, None)
        if listener is None:
            raise GrantError("invalid_grant")
        self.refreshed += 1
        return self._tokens(listener)

    def for_client(self) -> dict[str, object]:
        """Return a token that is nobody's (RFC 6749, 4.4)."""
        tokens = self._tokens("")
        self._refresh.pop(str(tokens.pop("refresh_token")))
        return tokens

    def owner(self, token: str) -> str | None:
        """Return whose access token this is; None for one that is not good any more."""
        listener, end = self._access.get(token, ("", 0.0))
        return listener if end > time.monotonic() else None

    def expire(self) -> None:
        """Let all access tokens be too old, now."""
        self._access.clear()

    def revoke(self) -> None:
        """Take all permissions back, as people do in their settings."""
        self._access.clear()
        self._refresh.clear()

    def _tokens(self, listener: str) -> dict[str, object]:
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._access[access] = (listener, time.monotonic() + self.token_seconds)
        self._refresh[refresh] = listener
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.token_seconds,
            "refresh_token": refresh,
            "scope": "user-read-currently-playing",
        }


def challenge_of(verifier: str) -> str:
    """Return the challenge that belongs to a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
