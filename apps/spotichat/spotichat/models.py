"""What SpotiChat knows: people, and messages.

Notice that everything shown comes from one of these, which state their own limits.
"""

from dataclasses import dataclass
from typing import Any

from brubeck.timekeeping import MillisecondField
from chatnames import NAME_LENGTH
from dictshield.document import Document
from dictshield.fields import BooleanField, StringField

TEXT_LENGTH = 500  # characters
USER, SYSTEM = "user", "system"
CAME, LEFT, KICKED, CLEANED, RENAMED = "came", "left", "kicked", "cleaned", "renamed"

NOTICES = {
    CAME: "{nickname} is here.",
    LEFT: "{nickname} has left.",
    KICKED: "{nickname} was sent out by an operator.",
    CLEANED: "An operator has cleaned the room.",
    RENAMED: "{text} is called {nickname} now.",
}


class Person(Document):
    """Somebody whom we know again by a secret; only a digest of that is kept, as `id`.

    `seen` is when the person was last noted to be alive, about to the day.
    """

    id = StringField(default="")
    nickname = StringField(required=True, max_length=NAME_LENGTH)
    is_operator = BooleanField(default=False)
    seen = MillisecondField(default=0)


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a room.

    `seq` counts the messages of a room, without holes. `at` is the time in ms; no two messages of
    a room have the same. `kind` is USER or SYSTEM, and `event` what a system line tells, such as
    CAME; `person` and `nickname` say of whom. `key` is what the client has called it.
    """

    seq: int
    at: int
    kind: str
    event: str
    person: str
    nickname: str
    text: str
    key: str

    def to_python(self) -> dict[str, Any]:
        """Return the message as JSON shows it."""
        document: dict[str, Any] = {
            "seq": self.seq,
            "at": self.at,
            "kind": self.kind,
            "person": self.person,
            "nickname": self.nickname,
            "text": self.shown_text,
        }
        extra = {"event": self.event, "key": self.key}
        return document | {name: value for name, value in extra.items() if value}

    @property
    def shown_text(self) -> str:
        """What is to be read."""
        if self.kind == USER:
            return self.text
        return NOTICES[self.event].format(nickname=self.nickname, text=self.text)


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is in a room."""

    person: str
    nickname: str
    is_typing: bool = False

    def to_python(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        document = {"person": self.person, "nickname": self.nickname}
        return document | ({"typing": True} if self.is_typing else {})


@dataclass(frozen=True, slots=True)
class Present:
    """Who is in a room: how many, and the first of them by name."""

    count: int = 0
    people: tuple[Presence, ...] = ()

    def to_python(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        return {"count": self.count, "people": [each.to_python() for each in self.people]}
