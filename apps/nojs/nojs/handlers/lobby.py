"""The entrance: which rooms there are, a name, a way in.

Notice that the list waits for news and the forms do not: they are in different frames, so nothing is
lost that somebody is typing.
"""

from typing import Any

from brubeck.errors import HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from chatnames import cleaned

from nojs import queries
from nojs.faces import FRAMES, LIVE, PAUSED
from nojs.handlers.pages import PageHandler
from nojs.handlers.polling import PollingHandler
from nojs.lists import part_of, start_in
from nojs.news import LOBBY, ROOMS, Place
from nojs.roomnames import check_room, path_of

LOBBY_BUDGET = 5_500  # bytes for the list of rooms
WORDS = {0: "nobody", 1: "1 person"}


def parts_of_rooms(handler: PageHandler, budget: int) -> dict[str, Any]:
    """Return for a template as many rooms as fit; the address says which one comes first."""
    start = start_in(str(handler.get_argument("start", "")))
    version, count, listed = queries.list_rooms(handler.store, start)
    rooms = [
        {"title": title, "path": path_of(title), "people": WORDS.get(people, f"{people} people")}
        for title, people in listed
    ]
    part = part_of(rooms, budget, start=start, count=count)
    return {"rooms": part.entries, "rest": part.rest, "version": version}


class HomeHandler(PageHandler):
    """The first page, in the face that the visitor likes."""

    def get(self) -> Result:
        """Show frames, or one page."""
        if self.visitor.face == FRAMES:
            return self.render_template("home_frames")
        return self.go("/lobby")


class LobbyHandler(PageHandler):
    """The entrance without frames and without refresh."""

    def get(self) -> Result:
        """Show rooms and forms."""
        self.renew()
        return self.show(FormErrors())

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show rooms and forms, with what is wrong about these."""
        return self.show_form("lobby", form, status, **parts_of_rooms(self, LOBBY_BUDGET))

    def show_again(self, error: HTTPError) -> Result:
        """Show the forms with what was typed."""
        self.headers.update(error.headers)
        form = FormErrors({"name": self.typed("name"), "room": self.typed("room")})
        form.add("", str(error.detail))
        return self.show(form, error.status_code)

    @property
    def form_path(self) -> str:
        """The forms are on the first page, in frames or without."""
        return "/"


class RoomsHandler(PollingHandler):
    """The list of rooms, in a frame of its own."""

    def get(self) -> Result:
        """Show the list as soon as it is another one."""
        self.renew()
        if self.seconds != LIVE:
            return self.show()
        place = Place(LOBBY, ROOMS)
        return self.wait_or(place, lambda: queries.rooms_version(self.store), self.show)

    @property
    def seconds(self) -> int:
        """How long the list stays as it is."""
        return PAUSED if self.get_argument("pause") else self.visitor.rate

    def show(self) -> Result:
        """Show the list."""
        rooms = parts_of_rooms(self, LOBBY_BUDGET)
        refresh = {"seconds": self.seconds, "version": rooms["version"]}
        refreshes = [refresh] if self.seconds >= LIVE else []
        return self.render_template("rooms", **rooms, refreshes=refreshes)


class EnterHandler(LobbyHandler):
    """The forms of the entrance, in a frame of their own."""

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show the forms."""
        return self.show_form("enter", form, status)


class JoinHandler(LobbyHandler):
    """Leads into a room by its name."""

    def get(self) -> Result:
        """Lead to the form."""
        return self.go("/lobby")

    def post(self) -> Result:
        """Lead to the room; it begins when somebody with a name is in it."""
        room, form = cleaned(self.typed("room")), FormErrors({"room": self.typed("room")})
        check_room(room, form)
        if form.failed:
            return self.show(form, 400)
        return self.go(f"/r/{path_of(room)}")
