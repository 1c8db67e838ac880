"""The entrance: which rooms there are, a name, a way in.

Notice that the list waits for news and the forms do not: they are in different frames, so nothing is
lost that somebody is typing.
"""

from brubeck.errors import HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from chatnames import cleaned

from nojs import queries
from nojs.faces import FRAMES, LIVE
from nojs.handlers.pages import PageHandler
from nojs.handlers.polling import PollingHandler
from nojs.news import LOBBY, ROOMS, Place
from nojs.roomnames import check_room, path_of

Listed = list[dict[str, object]]


def listed(rooms: list[tuple[str, int]]) -> Listed:
    """Return rooms as templates see them."""
    return [
        {
            "title": title,
            "path": path_of(title),
            "people": people,
            "is_one": people == 1,
            "is_empty": not people,
        }
        for title, people in rooms
    ]


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
        return self.show(FormErrors())

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show rooms and forms, with what is wrong about these."""
        _, rooms = queries.list_rooms(self.store)
        return self.show_form("lobby", form, status, rooms=listed(rooms))

    def show_again(self, error: HTTPError) -> Result:
        """Show the forms with what was typed."""
        self.headers.update(error.headers)
        form = FormErrors({"name": self.typed("name"), "room": self.typed("room")})
        form.add("", str(error.detail))
        return self.show(form, error.status_code)

    @property
    def form_path(self) -> str:
        """Both forms are on this page."""
        return "/lobby"


class RoomsHandler(PollingHandler):
    """The list of rooms, in a frame of its own."""

    def get(self) -> Result:
        """Show the list as soon as it is another one."""
        place = Place(LOBBY, ROOMS)
        if self.visitor.rate != LIVE:
            return self.show()
        return self.wait_or(place, lambda: queries.rooms_version(self.store), self.show)

    def show(self) -> Result:
        """Show the list."""
        version, rooms = queries.list_rooms(self.store)
        seconds = self.visitor.rate
        refreshes = {"seconds": seconds, "version": version} if seconds >= LIVE else None
        return self.render_template("rooms", rooms=listed(rooms), refreshes=refreshes)


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
