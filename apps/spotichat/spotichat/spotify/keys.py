"""Where things of Spotify lie in Redis, below the namespace of the application."""


class SpotifyKeys:
    """The keys of one installation. Ids of persons and songs are letters and digits."""

    def __init__(self, namespace: str) -> None:
        self._prefix = f"{namespace}:spotify"
        self.listeners = f"{self._prefix}:listeners"  # sorted set: person -> last sign of life, ms
        self.due = f"{self._prefix}:due"  # sorted set: person -> when to ask next, ms
        self.poller = f"{self._prefix}:poller"  # lock: which process asks
        self.pause = f"{self._prefix}:pause"  # mark that vanishes: Spotify wants to be left alone

    def tokens(self, person: str) -> str:
        """Return the key of a sealed text: somebody's tokens."""
        return f"{self._prefix}:tokens:{person}"

    def refreshing(self, person: str) -> str:
        """Return the key of a lock: who refreshes somebody's tokens."""
        return f"{self._prefix}:refreshing:{person}"

    def attempt(self, state: str) -> str:
        """Return the key of JSON: a sign-in that has begun."""
        return f"{self._prefix}:attempt:{state}"

    def playing(self, person: str) -> str:
        """Return the key of JSON: what somebody hears."""
        return f"{self._prefix}:playing:{person}"

    def follows(self, person: str) -> str:
        """Return the key of a mark: somebody's page follows his music by itself."""
        return f"{self._prefix}:follows:{person}"

    def track(self, track_id: str) -> str:
        """Return the key of JSON: a song of Spotify."""
        return f"{self._prefix}:track:{track_id}"
