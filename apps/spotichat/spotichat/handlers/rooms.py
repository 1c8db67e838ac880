"""Rooms: the list of them, what is at the top of one, coming and going, invitations."""

from dataclasses import asdict
from typing import Any

from brubeck.errors import BadRequest, Forbidden, NotFound
from brubeck.handlers.message import Result

from spotichat import queries
from spotichat.farewells import Tab
from spotichat.handlers.api import ApiHandler, RoomHandler
from spotichat.queries.presence import ANY
from spotichat.rooms import is_channel, is_private
from spotichat.tracks import NoTrackError, track_id, track_of_room

LONGEST_TAB = 64  # characters


class RoomsHandler(ApiHandler):
    """The rooms that everybody may enter."""

    def get(self) -> Result:
        """List those in which there is life, the busiest first."""
        rooms = queries.list_rooms(self.application.store)
        songs = self.application.songs.find_all(track_of_room(each.room) for each in rooms)
        listed = [
            {**asdict(each), "track": songs[track_of_room(each.room)].to_python()} for each in rooms
        ]
        return self.answer({"rooms": listed})


class HeaderHandler(RoomHandler):
    """What is known of a room."""

    def get(self, _room: str) -> Result:
        """Tell the song, and who is there."""
        news = queries.read_news(self.application.store, self.room, after=2**53)
        return self.answer({
            "room": self.room,
            "track": self.track(),
            "private": is_private(self.room),
            "last": news.last,
            **news.present.to_python(),
        })  # fmt: skip

    def delete(self, _room: str) -> Result:
        """Close a private room."""
        if not is_private(self.room):
            raise Forbidden("Rooms for everybody cannot be closed.")
        self.known_operator()
        queries.close_room(self.application.store, self.room)
        self.set_status(204)
        return self.render()

    def track(self) -> dict[str, Any] | None:
        """Return the room's song; channels of the original's clients have none."""
        if is_channel(self.room):
            return None
        return self.application.songs.find(track_of_room(self.room)).to_python()


class HereHandler(RoomHandler):
    """Signs of life."""

    def post(self, _room: str) -> Result:
        """Note that a tab is alive; the first sign of a person enters the room."""
        typing = self.sent().get("typing")
        if typing is not None and not isinstance(typing, bool):
            raise BadRequest('Send "typing" as true or false, or leave it out.')
        tab = Tab(self.room, self.known_person(), checked_tab(self.sent_text("tab")), "")
        self.application.chat.enter(tab, typing=typing)
        news = queries.read_news(self.application.store, self.room, after=2**53)
        settings = self.application.settings
        return self.answer({
            "pulse": settings.pulse,
            "away": settings.away,
            "seq": news.last,
            **news.present.to_python(),
        })  # fmt: skip

    def delete(self, _room: str) -> Result:
        """Close one tab, or without one all of the person's; `soon` lets another take its place."""
        tab, person = str(self.get_argument("tab", "")), self.known_person()
        if tab and self.get_argument("soon"):
            self.application.farewells.add(Tab(self.room, person, checked_tab(tab), ANY))
        else:
            self.application.chat.leave(self.room, person, tab)
        self.set_status(204)
        return self.render()


class PrivateRoomsHandler(ApiHandler):
    """Rooms for those who were invited."""

    def post(self) -> Result:
        """Make one for a song; its name is the invitation."""
        person = self.known_person()
        try:
            song = track_id(self.sent_text("track"))
        except NoTrackError as error:
            raise BadRequest(str(error)) from error
        self.application.floods.new_room()
        room = queries.create_private_room(self.application.store, song, person)
        return self.answer({"room": room}, 201)


class KickHandler(RoomHandler):
    """Sends somebody out."""

    def post(self, _room: str) -> Result:
        """Keep a person out for some minutes."""
        self.known_operator()
        was_there = queries.kick(self.application.store, self.room, self.sent_text("person")[:64])
        return self.answer({"was_there": was_there})


class CleanHandler(RoomHandler):
    """Removes what was said."""

    def post(self, _room: str) -> Result:
        """Leave nothing but a line that says so."""
        queries.clean_room(self.application.store, self.room, self.known_operator())
        return self.answer({})


class ReportHandler(RoomHandler):
    """Tells the operators of a message."""

    def post(self, _room: str) -> Result:
        """Keep a copy of the message for them."""
        person, seq = self.known_person(), self.sent().get("seq")
        if not isinstance(seq, int) or not 0 < seq < 2**53:
            raise BadRequest('Send the number of the message as "seq".')
        self.application.floods.report(person.id)
        message = queries.read_message(self.application.store, self.room, seq)
        if message is None:
            raise NotFound("This message is gone already.")
        reason = self.sent_text("reason", "")[:500]
        queries.report(self.application.store, self.room, message, person, reason)
        return self.answer({}, 201)


def checked_tab(tab: str) -> str:
    """Return what a client calls a tab. Raises BadRequest for what it cannot be called."""
    if not 0 < len(tab) <= LONGEST_TAB or not tab.isprintable():
        raise BadRequest(f'Send as "tab" 1 to {LONGEST_TAB} characters that name the open page.')
    return tab
