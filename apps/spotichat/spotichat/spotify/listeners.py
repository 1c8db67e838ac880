"""Who is present and wants to be heard, and what was heard last.

Notice that nobody is asked about who is not here: a page gives a sign of life, and without one
Spotify is not asked any more.
"""

import json
from typing import Any

from brubeck.timekeeping import curtime

from spotichat.spotify.api import Playing
from spotichat.spotify.keys import SpotifyKeys

PRESENT = 60_000  # milliseconds that a sign of life is good for
KEPT = 300  # seconds that an answer is kept
MONTH = 30 * 24 * 60 * 60  # seconds

# What may be wrong, as pages read it.
FINE, AWAY, SLOW, REFUSED = "", "away", "slow", "refused"


class Listeners:
    """People with Spotify whose pages are open; all times are in milliseconds."""

    def __init__(self, redis: Any, keys: SpotifyKeys) -> None:
        self._redis = redis
        self._keys = keys

    def touch(self, person: str) -> dict[str, Any] | None:
        """Note a sign of life; return what was heard last, None if nobody has asked yet."""
        now = curtime()
        with self._redis.pipeline() as pipe:
            pipe.zadd(self._keys.listeners, {person: now})
            pipe.zadd(self._keys.due, {person: now}, nx=True)
            pipe.get(self._keys.playing(person))
            text = pipe.execute()[-1]
        return json.loads(text) if text else None

    def forget(self, person: str) -> None:
        """Ask no more about somebody, and forget what was heard."""
        with self._redis.pipeline() as pipe:
            pipe.zrem(self._keys.listeners, person)
            pipe.zrem(self._keys.due, person)
            pipe.delete(self._keys.playing(person), self._keys.follows(person))
            pipe.execute()

    def due(self, at_most: int) -> list[str]:
        """Return who is to be asked about now; who has gone is forgotten."""
        now = curtime()
        self._forget_who_has_gone(now - PRESENT)
        found: list[str] = self._redis.zrangebyscore(self._keys.due, 0, now, start=0, num=at_most)
        return found

    def ask_again(self, person: str, milliseconds: int) -> None:
        """Have somebody be asked about later; not who has gone meanwhile."""
        self._redis.zadd(self._keys.due, {person: curtime() + milliseconds}, xx=True)

    def keep(self, person: str, playing: Playing, problem: str = FINE) -> None:
        """Write down what somebody hears, or why that is not known."""
        track = playing.track.to_python() if playing.track else None
        heard = {**playing._asdict(), "track": track, "problem": problem, "at": curtime()}
        self._redis.set(self._keys.playing(person), json.dumps(heard), ex=KEPT)

    def follows(self, person: str) -> bool:
        """Say whether somebody's page goes along with his music by itself."""
        return bool(self._redis.exists(self._keys.follows(person)))

    def choose(self, person: str, *, follows: bool) -> None:
        """Remember that choice."""
        if follows:
            self._redis.set(self._keys.follows(person), "yes", ex=MONTH)
        else:
            self._redis.delete(self._keys.follows(person))

    def _forget_who_has_gone(self, before: int) -> None:
        gone = self._redis.zrangebyscore(self._keys.listeners, 0, before)
        if gone:
            self._redis.zrem(self._keys.due, *gone)
            self._redis.zrem(self._keys.listeners, *gone)
