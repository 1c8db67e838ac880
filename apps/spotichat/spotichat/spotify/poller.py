"""The greenlet that asks what people hear: in each process, but at work in one at a time.

Notice the lease: a lock in Redis that is renewed with each step and ends by itself. When its process
dies, another one takes over within seconds; when Redis is away, nobody asks.
"""

import logging
from typing import Any

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from redis.exceptions import LockNotOwnedError
from redisstore import StoreAway

from spotichat.spotify.api import Playing
from spotichat.spotify.errors import (
    DisconnectedError,
    HurriedError,
    RefusedError,
    SpotifyError,
)
from spotichat.spotify.keys import SpotifyKeys
from spotichat.spotify.listeners import AWAY, REFUSED, SLOW
from spotichat.spotify.service import Spotify, reason_of
from spotichat.spotify.songs import Songs

STEP = 0.5  # seconds between two looks at who is due
LEASE = 10  # seconds after which another process takes over
AT_ONCE = 4  # people who are asked about at the same time
QUIET = 3  # times longer is waited for when nothing plays
TROUBLED = 6  # times longer, when Spotify does not answer or refuses
AFTER_THE_END = 1_000  # milliseconds; then the next song has begun

log = logging.getLogger(__name__)


class Poller:
    """Asks Spotify about everybody who is present, every so many seconds."""

    def __init__(
        self, redis: Any, keys: SpotifyKeys, spotify: Spotify, songs: Songs, seconds: int
    ) -> None:
        self._spotify = spotify
        self._songs = songs
        self._milliseconds = seconds * 1000
        self._lease = redis.lock(keys.poller, timeout=LEASE, blocking=False, thread_local=False)
        self._hands = current().pool_class(AT_ONCE)
        self._task: Task | None = None

    def start(self) -> None:
        """Begin; belongs into `on_start` of an application."""
        self._task = current().spawn(self._run)

    def stop(self) -> None:
        """End, and let another process take over; belongs into `on_stop`."""
        if self._task is not None:
            self._task.kill()
        try:
            if self._lease.owned():
                self._lease.release()
        except StoreAway:
            log.info("The lease ends by itself: Redis is away.")

    def step(self) -> None:
        """Ask about those who are due, if that is the work of this process."""
        if not self._has_lease() or self._spotify.paused_for():
            return
        for person in self._spotify.listeners.due(AT_ONCE):
            # Before the question, which may take a while: the next step must not ask it again.
            self._spotify.listeners.ask_again(person, self._milliseconds * TROUBLED)
            self._hands.spawn(self._hear, person)

    def ask_about(self, person: str) -> int:
        """Ask what somebody hears and write it down; return after how many ms to ask again."""
        try:
            playing = self._spotify.hear(person)
        except DisconnectedError:
            self._spotify.disconnect(person)
            return 0
        except SpotifyError as error:
            return self._failed(person, error)
        if playing.track is not None:
            self._songs.keep(playing.track)  # before the page offers its room
        self._spotify.listeners.keep(person, playing)
        return self._pace(playing)

    def _run(self) -> None:
        while True:
            try:
                self.step()
            except StoreAway as error:
                log.warning("Redis is away, so nobody is asked: %s", error)
            except Exception:
                log.exception("The poller goes on in %s s", STEP)
            current().sleep(STEP)

    def _has_lease(self) -> bool:
        """Renew the lease, or try to get it."""
        if self._lease.local.token is None:
            return bool(self._lease.acquire(blocking=False))
        try:
            return bool(self._lease.reacquire())
        except LockNotOwnedError:
            self._lease.local.token = None
            return False

    def _hear(self, person: str) -> None:
        try:
            if pause := self.ask_about(person):
                self._spotify.listeners.ask_again(person, pause)
        except StoreAway as error:
            log.warning("Redis is away, what somebody hears is lost: %s", error)
        except Exception:
            log.exception("What somebody hears could not be found out")

    def _failed(self, person: str, error: SpotifyError) -> int:
        problem = {HurriedError: SLOW, RefusedError: REFUSED}.get(type(error), AWAY)
        log.info("What somebody hears is not known: %s", reason_of(error))
        self._spotify.listeners.keep(person, Playing(), problem)
        return self._milliseconds * TROUBLED

    def _pace(self, playing: Playing) -> int:
        """Return when to ask again: at the end of the song, if that is sooner than usual."""
        if not playing.is_playing or playing.track is None:
            return self._milliseconds * QUIET
        left = playing.track.length_ms - playing.progress_ms + AFTER_THE_END
        return min(self._milliseconds, max(left, AFTER_THE_END))
