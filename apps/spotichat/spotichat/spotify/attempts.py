"""Sign-ins that have begun: each good once, for ten minutes, in the browser that began it.

Notice the two halves. The state goes to Spotify and comes back in the address; the other half lies
in a cookie of the browser. Somebody who sends his own link of the way back to others finds their
browsers without the cookie (CWE-352), and a state that was used is gone (RFC 9700, 4.7).
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any

from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.signin import Attempt

LIFE = 600  # seconds


class StaleAttemptError(Exception):
    """The sign-in took too long, was finished already, or began in another browser."""


@dataclass(frozen=True)
class Begun:
    """What is known of a sign-in on the way back."""

    person: str
    browser: str  # digest of the cookie's half
    verifier: str
    callback: str
    back: str  # the page to return to


class Attempts:
    """All sign-ins that have begun."""

    def __init__(self, redis: Any, keys: SpotifyKeys) -> None:
        self._redis = redis
        self._keys = keys

    def begin(self, attempt: Attempt, person: str, callback: str, back: str) -> str:
        """Remember an attempt; return the half for the browser."""
        browser = token_urlsafe(24)
        begun = Begun(person, _digest(browser), attempt.verifier, callback, back)
        self._redis.set(self._key(attempt.state), json.dumps(asdict(begun)), ex=LIFE)
        return browser

    def finish(self, state: str, browser: str, person: str) -> Begun:
        """Return an attempt, once. Raises StaleAttemptError."""
        text = self._redis.getdel(self._key(state)) if state and browser else None
        begun = Begun(**json.loads(text)) if text else None
        if begun is None or not compare_digest(begun.browser, _digest(browser)):
            raise StaleAttemptError
        if begun.person != person:
            raise StaleAttemptError
        return begun

    def _key(self, state: str) -> str:
        return self._keys.attempt(_digest(state))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
