"""What songs are called: invented ones from the catalogue, the others from Spotify, once a day.

Notice that a song is found whatever happens: with Redis or Spotify away, or without keys, a room has
a header all the same, and it says no more than is known.
"""

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redisstore import StoreAway

from spotichat.catalogue import SONGS
from spotichat.spotify.errors import DisconnectedError, HurriedError, SpotifyError
from spotichat.spotify.keys import SpotifyKeys
from spotichat.tracks import Track, unnamed

if TYPE_CHECKING:
    from spotichat.spotify.service import Spotify

DAY = 24 * 60 * 60  # seconds that Spotify's answer is good for
HOUR = 60 * 60  # seconds until a song that Spotify does not know is asked for again
MOMENT = 30  # seconds until Spotify is asked again when it did not answer as it should
UNKNOWN = "null"  # what is kept of a song without a name

log = logging.getLogger(__name__)


class Songs:
    """All songs; `spotify` is None without keys."""

    def __init__(self, redis: Any, keys: SpotifyKeys, spotify: "Spotify | None" = None) -> None:
        self._redis = redis
        self._keys = keys
        self._spotify = spotify

    def find(self, track_id: str, person: str = "") -> Track:
        """Return a song; `person` is in whose name Spotify may be asked."""
        return self.known([track_id]).get(track_id) or self._asked(track_id, person)

    def find_all(self, track_ids: Iterable[str]) -> dict[str, Track]:
        """Return songs by their ids, asking nobody: for lists."""
        wanted = list(track_ids)
        known = self.known(wanted)
        return {track_id: known.get(track_id) or unnamed(track_id) for track_id in wanted}

    def known(self, track_ids: Iterable[str]) -> dict[str, Track]:
        """Return those songs that the catalogue or the cache know."""
        wanted = set(track_ids)
        found = {track_id: SONGS[track_id] for track_id in wanted & SONGS.keys()}
        elsewhere = sorted(wanted - SONGS.keys())
        return found | self._cached(elsewhere) if elsewhere else found

    def keep(self, track: Track) -> None:
        """Remember what Spotify says about a song."""
        self._redis.set(self._keys.track(track.id), json.dumps(track.to_python()), ex=DAY)

    def _cached(self, track_ids: list[str]) -> dict[str, Track]:
        try:
            texts = self._redis.mget([self._keys.track(track_id) for track_id in track_ids])
        except StoreAway:
            return {}
        tracks = [track_from(text) if text else None for text in texts]
        pairs = zip(track_ids, tracks, texts, strict=True)
        return {track_id: track or unnamed(track_id) for track_id, track, text in pairs if text}

    def _asked(self, track_id: str, person: str) -> Track:
        """Return what Spotify says about a song, or that nobody knows."""
        if self._spotify is None:
            return unnamed(track_id)
        try:
            track = self._spotify.track(track_id, person)
            if track is None:
                self._redis.set(self._keys.track(track_id), UNKNOWN, ex=HOUR)
            else:
                self.keep(track)
        except SpotifyError as error:
            log.info("No name for %s: %s", track_id, error)
            track = None
            self._leave_alone(track_id, error)
        except StoreAway:
            track = None
        return track or unnamed(track_id)

    def _leave_alone(self, track_id: str, error: SpotifyError) -> None:
        """Remember trouble: whoever opens the room next does not have to wait for it as well."""
        if isinstance(error, (DisconnectedError, HurriedError)):
            return  # known without asking
        with suppress(StoreAway):
            self._redis.set(self._keys.track(track_id), UNKNOWN, ex=MOMENT)


def track_from(text: str) -> Track | None:
    """Return a song from its JSON."""
    found = json.loads(text)
    return Track(**{**found, "artists": tuple(found["artists"])}) if found else None
