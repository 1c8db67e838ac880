"""Where things lie in Redis: one function for each kind of key.

Notice that no name that somebody typed is a part of a key as it is: rooms are quoted, people are
digests. A colon in a name cannot lead into somebody else's keys.
"""

from hashlib import sha256

from chatnames import folded

from nojs.roomnames import path_of


class Keys:
    """The keys of one installation, below its namespace."""

    def __init__(self, namespace: str) -> None:
        self.rooms = f"{namespace}:rooms"  # sorted set: key of a room -> last activity, ms
        self.titles = f"{namespace}:titles"  # hash: key of a room -> its name as first typed
        self.version = f"{namespace}:version"  # counter: changes of the list of rooms
        self.changes = f"{namespace}:changes"  # channel: what has changed
        self.shapes = f"{namespace}:shape"  # prefix: to whom names of this shape belong
        self.counts = f"{namespace}:count"  # prefix: how often something was done
        self._namespace = namespace

    def room(self, name: str) -> str:
        """Return what stands for a room in the other keys; the same for all its spellings."""
        return path_of(folded(name))

    def lines(self, room: str) -> str:
        """Return the key of a stream: the last lines of a room; the id of the newest is the room's version."""
        return f"{self._namespace}:room:{room}:lines"

    def people(self, room: str) -> str:
        """Return the key of a sorted set: name -> when he will have left, in ms."""
        return f"{self._namespace}:room:{room}:people"

    def private(self, room: str, visitor_id: str) -> str:
        """Return the key of a stream: private lines that one visitor has sent or got in a room."""
        return f"{self._namespace}:room:{room}:private:{visitor_id}"

    def kicked(self, room: str, visitor_id: str) -> str:
        """Return the key of a mark that vanishes: this visitor may not write in the room."""
        return f"{self._namespace}:room:{room}:kicked:{visitor_id}"

    def visitor(self, secret_id: str) -> str:
        """Return the key of a text: what we know of a visitor, as JSON."""
        return f"{self._namespace}:visitor:{secret_id}"


def digest(text: str) -> str:
    """Return a text of any length and any signs as 32 hex characters."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
