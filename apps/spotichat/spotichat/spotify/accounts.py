"""Who has connected Spotify, and the tokens for asking in his name.

Notice the refreshing. Spotify may give a new refresh token each time, and the old one is dead then;
two processes that refresh at once would lose the permission. So there is a lock in Redis, and who
gets it looks first whether somebody else was faster.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis.exceptions import LockError

from spotichat.spotify.errors import DisconnectedError, SpotifyError
from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.signin import SignIn, Tokens
from spotichat.spotify.vault import Vault

KEPT = 60 * 24 * 60 * 60  # seconds after the last refreshing
LEEWAY = 60  # seconds; a token that ends so soon is refreshed before it is used
LONGEST_REFRESH = 30  # seconds; longer than an answer is waited for

APPLICATION = ""  # the owner of tokens that are nobody's


class Accounts:
    """The tokens of everybody; persons are known by their ids."""

    def __init__(self, redis: Any, keys: SpotifyKeys, signin: SignIn, vault: Vault) -> None:
        self._redis = redis
        self._keys = keys
        self._signin = signin
        self._vault = vault

    def connect(self, person: str, tokens: Tokens) -> None:
        """Keep the tokens of somebody who has signed in."""
        self._redis.set(self._keys.tokens(person), self._vault.seal(person, tokens), ex=KEPT)

    def disconnect(self, person: str) -> None:
        """Forget somebody's tokens."""
        self._redis.delete(self._keys.tokens(person))

    def is_connected(self, person: str) -> bool:
        """Say whether there are tokens of somebody."""
        return bool(self._redis.exists(self._keys.tokens(person)))

    def access(self, person: str) -> str:
        """Return an access token that is still good. Raises DisconnectedError, SpotifyError.

        The one of `APPLICATION` is nobody's, and good for the names of songs.
        """
        tokens = self._tokens(person)
        return tokens.access if _is_fresh(tokens) else self.renewed(person, tokens.access)

    def renewed(self, person: str, stale: str) -> str:
        """Return another access token than one that Spotify does not take any more.

        Raises DisconnectedError when Spotify has taken the permission back, and SpotifyError.
        """
        with self._refreshing(person):
            tokens = self._tokens(person)
            if tokens.access != stale:
                return tokens.access  # somebody else was faster
            return self._refreshed(person, tokens)

    def _refreshed(self, person: str, tokens: Tokens) -> str:
        if person == APPLICATION:
            fresh = self._signin.for_the_application()
            self.connect(APPLICATION, fresh)
            return fresh.access
        try:
            fresh = self._signin.refresh(tokens.refresh)
        except DisconnectedError:
            self.disconnect(person)
            raise
        sealed = self._vault.seal(person, fresh)
        # Whoever has disconnected meanwhile stays so.
        if not self._redis.set(self._keys.tokens(person), sealed, ex=KEPT, xx=True):
            raise DisconnectedError("Disconnected meanwhile.")
        return fresh.access

    def _tokens(self, person: str) -> Tokens:
        sealed = self._redis.get(self._keys.tokens(person))
        tokens = self._vault.open(person, sealed) if sealed else None
        if tokens is None and person == APPLICATION:
            return Tokens("", "", 0)  # it needs no permission, and gets some when it asks
        if tokens is None:
            raise DisconnectedError("There are no tokens of this person.")
        return tokens

    @contextmanager
    def _refreshing(self, person: str) -> Iterator[None]:
        """Let one at a time in, over all processes."""
        lock = self._redis.lock(
            self._keys.refreshing(person), timeout=LONGEST_REFRESH, blocking_timeout=LONGEST_REFRESH
        )
        try:
            with lock:
                yield
        except LockError as error:
            raise SpotifyError("Somebody else refreshes this token, and is slow.") from error


def _is_fresh(tokens: Tokens) -> bool:
    return tokens.expires_at > time.time() + LEEWAY
