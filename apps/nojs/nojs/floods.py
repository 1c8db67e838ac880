"""How much is too much: limits by what somebody does, never by where he comes from.

A whole school, or everybody behind Tor, shares one network address, and a flooder has many. So a
visitor is counted by his secret, a room by its name, and what strangers without a secret may do, for
the site as a whole.
"""

from brubeck.throttle import Counters, Throttle

from nojs.settings import Settings

MOMENT = 10  # seconds
MINUTE = 60


class Floods:
    """All throttles; each method raises TooManyRequests, which says how long to wait."""

    def __init__(self, counters: Counters, settings: Settings) -> None:
        self._visitor = Throttle(counters, settings.messages, MOMENT)
        self._room = Throttle(counters, settings.room_messages, MOMENT)
        self._names = Throttle(counters, settings.new_names, MINUTE)
        self._rooms = Throttle(counters, settings.new_rooms, MINUTE)
        self._guesses = Throttle(counters, limit=10, period=MINUTE)

    def message(self, visitor_id: str, room: str) -> None:
        """Count one message."""
        self._visitor.take(f"message:visitor:{visitor_id}")
        self._room.take(f"message:room:{room}")

    def new_name(self) -> None:
        """Count one name that is taken."""
        self._names.take("name")

    def new_room(self) -> None:
        """Count one room that is made."""
        self._rooms.take("room")

    def guess(self, visitor_id: str) -> None:
        """Count one try of the operator's key; only who has a name may try, and names are limited."""
        self._guesses.take(f"guess:{visitor_id}")
