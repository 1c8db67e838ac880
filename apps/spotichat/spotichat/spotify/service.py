"""Spotify as the rest of the program sees it: signing in, what somebody hears, what songs are called.

Notice that it asks politely. When Spotify wants to be left alone (429), that counts for all
processes and all people, because it counts for the client id; and a token that is refused (401) is
refreshed once, not again and again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from spotichat.spotify.accounts import APPLICATION, Accounts
from spotichat.spotify.api import Playing, SpotifyApi
from spotichat.spotify.attempts import Attempts, Begun
from spotichat.spotify.errors import ExpiredError, HurriedError, SpotifyError
from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.listeners import Listeners
from spotichat.spotify.signin import SignIn
from spotichat.tracks import Track

Answer = TypeVar("Answer")


class Spotify:
    """All questions to Spotify."""

    def __init__(
        self, redis: Any, keys: SpotifyKeys, api: SpotifyApi, signin: SignIn, accounts: Accounts
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._api = api
        self._signin = signin
        self.accounts = accounts
        self.attempts = Attempts(redis, keys)
        self.listeners = Listeners(redis, keys)
        self.close = api.close

    # -- connecting --------------------------------------------------------------------------------

    def begin(self, person: str, callback: str, back: str) -> tuple[str, str]:
        """Begin a sign-in; return where to send the browser, and what it is to keep."""
        attempt = self._signin.begin(callback)
        return attempt.url, self.attempts.begin(attempt, person, callback, back)

    def finish(self, begun: Begun, code: str) -> None:
        """End a sign-in with the code that came back. Raises SpotifyError."""
        tokens = self._signin.finish(code, begun.verifier, begun.callback)
        self.accounts.connect(begun.person, tokens)

    def disconnect(self, person: str) -> None:
        """Forget all that is known about somebody at Spotify."""
        self.accounts.disconnect(person)
        self.listeners.forget(person)

    # -- asking ------------------------------------------------------------------------------------

    def hear(self, person: str) -> Playing:
        """Return what somebody hears. Raises SpotifyError."""
        with self._politely():
            return self._asked(self._api.currently_playing, person)

    def track(self, track_id: str, person: str) -> Track | None:
        """Return a song, None if there is none of this id. Raises SpotifyError.

        The site asks for itself if it has a secret, else in the name of a person who has connected.
        """
        with self._politely():
            owner = person if person and self.accounts.is_connected(person) else APPLICATION
            return self._asked(lambda access: self._api.track(access, track_id), owner)

    def paused_for(self) -> int:
        """Return for how many milliseconds Spotify wants to be left alone; 0 if it does not."""
        return max(0, int(self._redis.pttl(self._keys.pause)))

    def _asked(self, question: Callable[[str], Answer], owner: str) -> Answer:
        """Ask with a token of the owner; with another one, once, if that is refused."""
        access = self.accounts.access(owner)
        try:
            return question(access)
        except ExpiredError:
            return question(self.accounts.renewed(owner, access))

    @contextmanager
    def _politely(self) -> Iterator[None]:
        """Ask nothing while Spotify wants to be left alone, and note when it begins to."""
        if milliseconds := self.paused_for():
            raise HurriedError(milliseconds // 1000 + 1)
        try:
            yield
        except HurriedError as error:
            self._redis.set(self._keys.pause, "429", ex=error.seconds)
            raise


def reason_of(error: SpotifyError) -> str:
    """Return an error as one line for the log, without anything secret."""
    return f"{type(error).__name__}: {error}"
