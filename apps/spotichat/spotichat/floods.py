"""How much is too much: limits by what somebody does, never by where he comes from.

Points limit what one person and one room can say (`Tariff`, taken in Redis by the same script that
adds the message): who has said nothing for a while has saved some up, so people who talk never meet
the limit. What strangers without an identity may do is limited for the site as a whole.
"""

from brubeck.throttle import Counters, Throttle

from spotichat.queries import Tariff
from spotichat.settings import Settings

MINUTE = 60  # seconds
LEAST_COST = 2  # points
CHARACTERS_PER_POINT = 200


class Floods:
    """All limits; the methods raise TooManyRequests, which says how long to wait."""

    def __init__(self, counters: Counters, settings: Settings) -> None:
        self.tariff = Tariff(
            settings.points,
            settings.points_per_second,
            settings.room_points,
            settings.room_points_per_second,
        )
        self._people = Throttle(counters, settings.new_people, MINUTE)
        self._songs = Throttle(counters, settings.new_songs, MINUTE)
        self._rooms = Throttle(counters, settings.new_rooms, MINUTE)
        self._guesses = Throttle(counters, limit=10, period=MINUTE)
        self._reports = Throttle(counters, limit=10, period=MINUTE)

    def new_person(self) -> None:
        """Count one nickname that is taken."""
        self._people.take("person")

    def new_song(self) -> None:
        """Count one song in whose room nobody has been for a week."""
        self._songs.take("song")

    def new_room(self) -> None:
        """Count one private room that is made."""
        self._rooms.take("room")

    def guess(self) -> None:
        """Count one try of the operator's key."""
        self._guesses.take("guess")

    def report(self, person_id: str) -> None:
        """Count one message that somebody reports."""
        self._reports.take(f"report:{person_id}")


def cost_of(text: str) -> int:
    """Return the points that a message costs."""
    return LEAST_COST + len(text) // CHARACTERS_PER_POINT
