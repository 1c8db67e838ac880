"""What people do in rooms: enter, speak, leave. Whatever the transport, it comes through here."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from brubeck.errors import BadRequest, Forbidden, HTTPError, NotFound, TooManyRequests
from chatnames import cleaned, shapes

from spotichat import queries
from spotichat.farewells import Tab
from spotichat.floods import cost_of
from spotichat.models import TEXT_LENGTH, Person
from spotichat.queries import Outcome
from spotichat.rooms import is_private

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

EMPTY = "empty"
LONGEST_KEY = 64  # characters
MOST_LINES = 20
EMPTY_LINES = re.compile(r"\n{3,}")
WORD = re.compile(r"\w+")
KICKED = "An operator keeps you out of this room. Come back in {seconds} seconds."
FLOOD = "You are faster than others can read. Wait {seconds} seconds, then send it again."
NO_ROOM = "There is no such room, or it was closed. Ask whoever invited you for a new invitation."


class Chat:
    """All rooms. Whatever cannot be done raises an HTTPError that says why."""

    def __init__(self, app: "SpotiChat") -> None:
        self._app = app
        self._store = app.store
        self._tariff = app.floods.tariff

    def check_room(self, room: str) -> None:
        """Raise NotFound for a private room that does not exist."""
        if is_private(room) and queries.owner_of(self._store, room) is None:
            raise NotFound(NO_ROOM)

    def say(self, room: str, person: Person, typed: str, key: str = "") -> int:
        """Say something; return the number of the message."""
        text = self._checked(typed)
        if len(key) > LONGEST_KEY:
            raise BadRequest(f"The key of a message has {LONGEST_KEY} characters at the most.")
        told = partial(
            queries.say, self._store, room, person, text,
            key=key, cost=cost_of(text), tariff=self._tariff,
        )  # fmt: skip
        return self._done(told).number

    def enter(self, tab: Tab, *, typing: bool | None = None) -> None:
        """Note a sign of life of a tab; the first one enters the room."""
        touched = partial(
            queries.touch, self._store, tab.room, tab.person, tab.tab,
            seconds=self._app.settings.away, tariff=self._tariff,
            connection=tab.connection, typing=typing,
        )  # fmt: skip
        self._done(touched)

    def leave(self, room: str, person: Person, tab: str = "") -> bool:
        """Close a tab, or all; say whether the person has left the room by that."""
        return queries.leave(self._store, room, person, tab)

    def may_keep_order(self, room: str, person: Person) -> bool:
        """Say whether somebody is an operator, or has invited into this private room."""
        is_operator = bool(person.is_operator and self._app.settings.operator_key)
        return is_operator or (
            is_private(room) and queries.owner_of(self._store, room) == person.id
        )

    def _done(self, act: Callable[..., Outcome]) -> Outcome:
        """Do something in a room; if it would begin the room, only as often as that may happen."""
        done = act(may_begin=False)
        if done.what == EMPTY:
            self._app.floods.new_song()
            done = act(may_begin=True)
        check(done)
        return done

    def _checked(self, typed: str) -> str:
        text = cleaned_lines(typed)
        if not text:
            raise BadRequest("There is nothing to send. Type something.")
        if len(text) > TEXT_LENGTH:
            raise BadRequest(
                f"A message has {TEXT_LENGTH} characters at the most; this has {len(text)}. "
                "Shorten it, or send it in parts."
            )
        if text.count("\n") >= MOST_LINES:
            raise BadRequest(f"A message has {MOST_LINES} lines at the most. Send it in parts.")
        self._check_words(text)
        return text

    def _check_words(self, text: str) -> None:
        """Refuse words of the list, also when they are written with look-alikes."""
        unwanted = looks_of(tuple(queries.list_words(self._store)))
        if unwanted and not unwanted.isdisjoint(looks_of(tuple(WORD.findall(text)))):
            raise Forbidden(
                "The operators do not want one of these words here. Say it differently."
            )


def cleaned_lines(typed: str) -> str:
    """Return a text without what nobody sees; lines stay lines, with one empty line in between."""
    lines = "\n".join(map(cleaned, typed.splitlines()))
    return EMPTY_LINES.sub("\n\n", lines).strip()


@lru_cache(maxsize=64)  # the operators' list is looked at for each message
def looks_of(words: tuple[str, ...]) -> frozenset[str]:
    """Return what words look like."""
    return frozenset(look for word in words for look in shapes(word))


def check(done: Outcome) -> None:
    """Raise the HTTPError for what was not done."""
    if done.what == "kicked":
        raise refusal(Forbidden, KICKED, done.number)
    if done.what == "flood":
        raise refusal(TooManyRequests, FLOOD, done.number)


def refusal(kind: type[HTTPError], words: str, seconds: int) -> HTTPError:
    """Return the error that says for how long one has to wait."""
    return kind(words.format(seconds=seconds), headers={"Retry-After": str(max(1, seconds))})
