"""Invented people with a player that plays: a song after the other, for ever, unless it is paused.

Notice that nothing runs. What is playing now is worked out from when a song began.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from spotifystandin.songs import ORDER, TRACKS

NAMES = ("ada", "björn", "chiyo")


@dataclass
class Listener:
    """One person's player; without a song it is silent, and Spotify answers 204."""

    name: str
    song: str = ORDER[0]
    is_playing: bool = True
    began: float = field(default_factory=time.monotonic)
    played: float = 0.0  # seconds of the song that had been played when it began or was paused

    def play(self, song: str) -> None:
        """Begin a song; the empty one is silence."""
        self.song, self.played, self.began = song, 0.0, time.monotonic()
        self.is_playing = bool(song)

    def skip(self) -> None:
        """Begin the next song."""
        following = ORDER.index(self.song) + 1 if self.song else 0
        self.play(ORDER[following % len(ORDER)])

    def pause(self) -> None:
        """Pause, or go on."""
        self.played, self.began = self._progress(), time.monotonic()
        self.is_playing = not self.is_playing

    def currently_playing(self) -> dict[str, Any] | None:
        """Return the answer of Spotify's endpoint of that name, None for silence."""
        if not self.song:
            return None
        while (progress := self._progress()) >= _seconds(self.song):
            left = progress - _seconds(self.song)
            self.skip()
            self.played = left
        return {
            "currently_playing_type": "track",
            "is_playing": self.is_playing,
            "item": TRACKS[self.song],
            "progress_ms": int(progress * 1000),
            "timestamp": int(time.time() * 1000),
        }

    def _progress(self) -> float:
        return self.played + (time.monotonic() - self.began if self.is_playing else 0.0)


def _seconds(song: str) -> float:
    return float(TRACKS[song]["duration_ms"]) / 1000
