"""A room as a page: its header, its last messages, and what works without JavaScript."""

import secrets
from typing import Any

from brubeck.errors import HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result

from spotichat import queries
from spotichat.catalogue import SONGS
from spotichat.emoji import EMOJI
from spotichat.handlers.choices import transport_of
from spotichat.handlers.pages import PageHandler
from spotichat.identity import Unauthorized
from spotichat.keys import digest
from spotichat.models import TEXT_LENGTH
from spotichat.rooms import is_private, path_of, room_of_path
from spotichat.tracks import Track, track_of_room

SHOWN = 200  # messages
NO_ROOM = (
    "There is no such room. The number of a song has 22 letters and digits; look at the link again."
)
NEEDS_NAME = "Nothing was sent yet: take a nickname first."


class RoomPageHandler(PageHandler):
    """A page of one room. `/t/ID` is the song's public room, `/t/ID~secret` a private one."""

    room = ""

    def prepare(self) -> None:
        """Find out which room it is. Raises NotFound for an address that no room can have."""
        try:
            self.room = room_of_path(str(self.url_args[0]), self.message)  # type: ignore[index]  # by position
            self.track_id = track_of_room(self.room)
        except ValueError:
            raise NotFound(NO_ROOM) from None
        self.application.chat.check_room(self.room)

    @property
    def path(self) -> str:
        """The address of the page."""
        return page_of(self.room)

    @property
    def track(self) -> Track:
        """The room's song."""
        return self.application.songs.find(self.track_id, self.person_id)

    def show(self, form: FormErrors | None = None, status: int = 200, **more: Any) -> Result:
        """Show the room."""
        self.headers["Referrer-Policy"] = "no-referrer"  # the address of a private room is its key
        return self.render_template(
            "room.html",
            _status_code=status,
            form=form or FormErrors(),
            **{**self.room_context(), **self.page_context(), **more},
        )

    def room_context(self) -> dict[str, Any]:
        """Return what there is to see of the room."""
        news = queries.read_news(self.application.store, self.room)
        return {
            "room": self.room,
            "path": self.path,
            "api": f"/api/rooms/{path_of(self.room)}",
            "track": self.track,
            "is_private": is_private(self.room),
            "is_invented": self.track_id in SONGS,
            "messages": news.messages[-SHOWN:],
            "present": news.present,
        }

    @property
    def may_keep_order(self) -> bool:
        """Whether who asks may send others out."""
        person = self.person
        return person is not None and self.application.chat.may_keep_order(self.room, person)

    def page_context(self) -> dict[str, Any]:
        """Return what the page needs besides."""
        return {
            "transport": transport_of(self),
            "connected": self.is_connected,
            "follows": self.follows,
            "is_operator": self.may_keep_order,
            "spotify_seconds": self.application.settings.spotify_seconds,
            "pulse": self.application.settings.pulse,
            "text_length": TEXT_LENGTH,
            "emoji": EMOJI,
            "typed": "",
            "key": secrets.token_urlsafe(9),
            "error": "",
        }


def page_of(room: str) -> str:
    """Return the address of a room's page."""
    return f"/t/{room.removeprefix('track:')}"


class RoomHandler(RoomPageHandler):
    """`/t/ID`."""

    def get(self, _room: str) -> Result:
        """Show the room."""
        return self.show()


class FormOfRoomHandler(RoomPageHandler):
    """A form of the room; its address alone leads to the room."""

    def get(self, _room: str) -> Result:
        """Lead to the room."""
        return self.redirect(self.path)

    def csrf_failed(self) -> Result:
        """Find out which room it is, because that comes later otherwise, and show it again."""
        self.prepare()
        return super().csrf_failed()

    def show_again(self, error: HTTPError) -> Result:
        """Show the room with what was typed, and why nothing was done."""
        form = FormErrors({"nickname": self.typed("nickname")})
        if not self.person:
            form.add("", error.detail or str(error))
        told = error.detail or str(error)
        return self.show(form, error.status_code, error=told, typed=self.typed("text"))


class JoinHandler(FormOfRoomHandler):
    """`/t/ID/join`: takes a nickname."""

    def post(self, _room: str) -> Result:
        """Take it, and lead to the room."""
        form = FormErrors({"nickname": self.typed("nickname")})
        status = 400 if self.person else self.take_name(form)
        return self.show(form, status) if form.failed else self.redirect(self.path, 303)


class SayHandler(FormOfRoomHandler):
    """`/t/ID/say`: says something, for browsers without JavaScript."""

    def post(self, _room: str) -> Result:
        """Say it, and lead to the newest message."""
        if self.person is None:
            return self.show_again(Unauthorized(NEEDS_NAME))
        try:
            self.application.chat.say(self.room, self.person, self.typed("text"), self.key)
        except HTTPError as error:
            return self.show_again(error)
        return self.redirect(f"{self.path}#composer", 303)

    @property
    def key(self) -> str:
        """What the message is called: the same for the same text from the same page.

        So a second click says nothing twice, and who goes back may send something else.
        """
        key = self.typed("key")
        return digest(f"{key} {self.typed('text')}") if key else ""


class PrivateHandler(FormOfRoomHandler):
    """`/t/ID/private`: makes a room that only those find who get its link."""

    def post(self, _room: str) -> Result:
        """Make an address that nobody can guess, and lead there."""
        if self.person is None:
            return self.show_again(Unauthorized(NEEDS_NAME))
        try:
            self.application.floods.new_room()
        except HTTPError as error:
            return self.show_again(error)
        room = queries.create_private_room(self.application.store, self.track_id, self.person)
        return self.redirect(page_of(room), 303)
