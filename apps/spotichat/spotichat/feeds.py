"""What this process knows of a room in which somebody waits: the last messages, and who waits where.

Notice what makes it exact. A message is put into the feed and handed to all who follow it without
anybody coming in between, and whoever comes looks into the feed and begins to follow it likewise. So
there is no moment in which a message could be missed, or come twice.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from brubeck.concurrency.change import Change
from brubeck.response import Response

from spotichat.batches import START, Part
from spotichat.keys import digest
from spotichat.models import CLEANED, Message, Present
from spotichat.queries import News

HISTORY = 200  # messages for who joins


class Place(NamedTuple):
    """Where a request waits: behind which message, for what form of answer, for which other site."""

    room: str
    cursor: int
    form: str
    origin: str = ""

    def __str__(self) -> str:
        """Return a name for parking; logs show it, so it must not tell where a private room is."""
        return f"{digest(self.room)} {self.cursor} {self.form} {self.origin}"


class Waiting(NamedTuple):
    """What requests have in common that wait at one place.

    `name` is what parking calls it, `otherwise` the answer when their time is over.
    """

    name: str
    otherwise: Response


class Feed:
    """One room. `last` is the number of the newest message, None as long as nobody has looked.

    `version` grows with everything that is told, `changed` is announced then. `places` are where
    requests wait.
    """

    def __init__(self, room: str, kept: int) -> None:
        self.room = room
        self.stream = f"room {digest(room)}"
        self.last: int | None = None
        self.present = Present()
        self.version = 0
        self.changed = Change()
        self.sockets = 0
        self.places: dict[Place, Waiting] = {}
        self.has_people_news = False
        self.is_due = False
        self.is_looked_after = False
        self.lock = Lock()
        self._messages: deque[Message] = deque(maxlen=kept)

    def after(self, cursor: int | None) -> Part:
        """Return what comes after a cursor; None stands for the history that newcomers get.

        A cursor that the room has not come to is one of another life of Redis: all is new then.
        """
        last = self.last or START
        if cursor is None or cursor <= START:
            return Part(list(self._messages)[-HISTORY:], last)
        if cursor > last:
            return Part(list(self._messages)[-HISTORY:], last, gap=last > START)
        first = self._messages[0].seq if self._messages else last + 1
        missing = last - cursor
        return Part(list(self._messages)[-missing:] if missing else [], last, cursor < first - 1)

    def is_lost(self, news: News) -> bool:
        """Say whether Redis has forgotten what we have seen, or what we have not."""
        if not self.last:
            return False
        return news.last < self.last or bool(news.messages and news.messages[0].seq > self.last + 1)

    def forget(self) -> None:
        """Begin anew."""
        self._messages.clear()
        self.last = START

    def take(self, news: News, tell: Callable[[Message], object]) -> None:
        """Take over what is new, and tell each message to those who follow already."""
        is_first_look = self.last is None
        self.present = news.present
        for message in news.messages:
            if message.event == CLEANED:
                self._messages.clear()
            self._messages.append(message)
            self.last = message.seq
            if not is_first_look:
                tell(message)
        self.last = self.last or news.last
        self.version += 1
