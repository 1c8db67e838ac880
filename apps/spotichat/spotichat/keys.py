"""Where things lie in Redis: one function for each kind of key.

Notice that nothing that somebody typed is a part of a key as it is: rooms are quoted, names and
clients' keys are digests. A colon in a name cannot lead into somebody else's keys.
"""

from hashlib import sha256
from urllib.parse import quote


class Keys:
    """The keys of one installation, below its namespace."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self.news = f"{namespace}:news"  # channel: in which room something is new
        self.rooms = f"{namespace}:rooms"  # sorted set: public room -> last activity, ms
        self.present = f"{namespace}:present"  # sorted set: "room person" -> until when, ms
        self.words = f"{namespace}:words"  # set: words that nobody may use
        self.reports = f"{namespace}:reports"  # stream: messages that were reported
        self.counts = f"{namespace}:count"  # prefix: how often something was done
        self.names = f"{namespace}:name"  # prefix: whose a name is

    def person(self, person: str) -> str:
        """Return the key of JSON: a person, by the digest of his secret."""
        return f"{self._namespace}:person:{person}"

    def messages(self, room: str) -> str:
        """Return the key of a stream: the last messages of a room; ids are numbers and "-0"."""
        return f"{self._room(room)}:messages"

    def people(self, room: str) -> str:
        """Return the key of a hash: who is in a room -> nickname."""
        return f"{self._room(room)}:people"

    def typing(self, room: str) -> str:
        """Return the key of a sorted set: who is typing -> until when that is believed, ms."""
        return f"{self._room(room)}:typing"

    def owner(self, room: str) -> str:
        """Return the key of a text: whose a private room is."""
        return f"{self._room(room)}:owner"

    def of(self, room: str, person: str, said: str = "") -> list[str]:
        """Return the keys that scripts need, in the order of common.lua.

        The tabs of a person in a room are a hash: tab -> until when (ms), a blank, and which
        connection it has. `said` is what a client calls a message.
        """
        here = self._room(room)
        return [
            self.messages(room),
            self.rooms,
            self.people(room),
            f"{here}:tabs:{person}",
            self.present,
            f"{here}:kicked:{person}",
            self.typing(room),
            f"{self._namespace}:points:{person}",
            f"{here}:points",
            f"{here}:said:{person}:{digest(said)}",
        ]

    def _room(self, room: str) -> str:
        return f"{self._namespace}:room:{quote(room, safe='~')}"


def digest(text: str) -> str:
    """Return a text of any length and any signs as 32 hex characters."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
