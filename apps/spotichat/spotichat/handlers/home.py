"""The start page: where people are, and the way into a room."""

from typing import NamedTuple

from brubeck.errors import HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result

from spotichat import queries
from spotichat.catalogue import SONGS
from spotichat.handlers.pages import PageHandler
from spotichat.tracks import NoTrackError, Track, track_id, track_of_room

MOST_ROOMS = 50  # of those where somebody is
MOST_RECENT = 10  # of those where somebody was


class Entry(NamedTuple):
    """A room in a list."""

    track: Track
    people: int

    @property
    def path(self) -> str:
        """The page of the room."""
        return f"/t/{self.track.id}"


class HomeHandler(PageHandler):
    """`/`: rooms with people, songs to choose from, a field for a link."""

    def get(self) -> Result:
        """Show them."""
        return self.show(FormErrors())

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show the page with a form."""
        rooms = self.rooms()
        live = [entry for entry in rooms if entry.people]
        recent = [entry for entry in rooms if not entry.people]
        shown = {entry.track.id for entry in rooms}
        return self.render_template(
            "home.html",
            _status_code=status,
            form=form,
            note=self.take_note(),
            connected=self.is_connected,
            rooms=live[:MOST_ROOMS],
            recent=recent[:MOST_RECENT],
            invented=[Entry(song, 0) for song in SONGS.values() if song.id not in shown],
        )

    def rooms(self) -> list[Entry]:
        """Return the rooms of the list, those with most people first."""
        listed = [(track_of_room(each.room), each.count) for each in self.listed()]
        tracks = self.application.songs.find_all(track for track, _ in listed)
        return [Entry(tracks[track], people) for track, people in listed]

    def listed(self) -> list[queries.Listed]:
        """Return the public rooms of songs."""
        return queries.list_rooms(self.application.store)

    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed, and why nothing was done."""
        form = FormErrors({name: self.typed(name) for name in ("song", "nickname")})
        form.add("", error.detail or str(error))
        return self.show(form, error.status_code)


class EnterHandler(HomeHandler):
    """`/enter`: leads to the room of a song, under a nickname."""

    def get(self) -> Result:
        """Lead to the form."""
        return self.redirect("/")

    def post(self) -> Result:
        """Find out which song it is; take the nickname, if there is none yet."""
        form = FormErrors({name: self.typed(name) for name in ("song", "nickname")})
        song = song_of(form)
        status = 400
        if not form.failed and not self.person:
            status = self.take_name(form)
        return self.show(form, status) if form.failed else self.redirect(f"/t/{song}", 303)


def song_of(form: FormErrors) -> str:
    """Return the id of the song that was typed; else write into the form why not."""
    try:
        return track_id(form.value("song"))
    except NoTrackError as error:
        form.add("song", str(error))
        return ""
