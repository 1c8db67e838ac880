"""A room: what all of its pages have in common, its frames, and who is there.

Notice how few requests wait: in frames it is the messages alone, so that three open rooms leave a
browser connections for its forms. People are looked up now and then instead.
"""

from typing import Any

from brubeck.errors import NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from redisstore import if_there_is_room

from nojs import queries
from nojs.faces import FRAMES, LIVE
from nojs.handlers.lobby import parts_of_rooms
from nojs.handlers.pages import PageHandler
from nojs.lists import Part, part_of, start_in
from nojs.queries.lines import StoredLine
from nojs.roomnames import check_room, name_in, path_of
from nojs.transcript import SHOWN

SIDE_SECONDS = 20  # between two looks at who is there
LONG_PRESENCE = 15 * 60  # seconds, for those whose page does not refresh
SIDE_BUDGET = 6_500  # bytes for the list at the side


class RoomHandler(PageHandler):
    """A page of one room. `room` is its key, `title` its name."""

    room = ""
    title = ""
    is_new = False

    def prepare(self) -> None:
        """Find out which room it is. Raises NotFound for a name that no room can have."""
        typed = name_in(str(self.url_args[0]))  # type: ignore[index]  # by position
        form = FormErrors()
        check_room(typed, form)
        if form.failed:
            raise NotFound(form.errors["room"])
        self.room = self.store.keys.room(typed)
        self.title = queries.find_title(self.store, self.room)
        self.is_new = not self.title
        self.title = self.title or typed

    def template_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tell templates which room it is."""
        return super().template_context({"title": self.title, **context})

    def go_to(self, page: str) -> Result:
        """Send the visitor to another page of the room."""
        return self.go(f"/r/{path_of(self.title)}/{page}")

    def be_seen(self, seconds: int | None = None) -> None:
        """Give a sign of life, if the visitor has a name; the first one makes the room.

        That is all that reading ever changes: it is what "who is here" means. In a full Redis nobody
        is seen, and what was said is read all the same.
        """
        name = self.visitor.name
        if not name or not self.is_read_by_people:
            return
        if queries.is_kicked(self.store, self.room, self.visitor):
            return
        rate = max(0, self.visitor.rate)
        away = seconds or self.application.settings.away + rate
        with if_there_is_room():
            self._make_room()
            queries.touch(self.store, self.room, self.visitor, away)

    def _make_room(self) -> None:
        if self.is_new:
            self.application.floods.new_room()
            queries.create_room(self.store, self.room, self.title)
            self.is_new = False

    def version(self) -> str:
        """Return the version of the room for this visitor."""
        return queries.version_for(self.store, self.room, self.visitor.id)

    def lines(self, *, count: int = SHOWN, **limits: str) -> tuple[str, list[StoredLine]]:
        """Return the version, and the lines of the room for this visitor."""
        return queries.read_lines(self.store, self.room, self.visitor.id, count=count, **limits)

    def people(self, budget: int) -> Part:
        """Return as many of those who are here as fit; the address says who comes first."""
        start = start_in(str(self.get_argument("start", "")))
        names = queries.list_people(self.store, self.room)
        here = [
            {"name": name, "path": path_of(name), "is_me": name == self.visitor.name}
            for name in names[start:]
        ]
        return part_of(here, budget, start=start, count=len(names))


class FaceHandler(RoomHandler):
    """The address of a room: it leads to the face that the visitor likes."""

    def get(self, _room: str) -> Result:
        """Show frames, or lead to a page without them."""
        self.be_seen()
        if self.visitor.face == FRAMES:
            here = f"{self.home}/r/{path_of(self.title)}"
            return self.render_template("frames", here=here)
        return self.go_to(self.visitor.face)


class SideHandler(RoomHandler):
    """Who is in the room, or which rooms there are, in a frame."""

    def get(self, _room: str) -> Result:
        """Show people, or rooms."""
        seconds = max(SIDE_SECONDS, self.visitor.rate)
        is_still = self.visitor.rate < LIVE or self.get_argument("start")
        refreshes = [] if is_still else [{"seconds": seconds}]
        if self.get_argument("show") == "rooms":
            rooms = parts_of_rooms(self, SIDE_BUDGET)
            return self.render_template("side_rooms", **rooms, refreshes=refreshes)
        people, rest = self.people(SIDE_BUDGET)
        return self.render_template("side", people=people, rest=rest, refreshes=refreshes)


class LeaveHandler(RoomHandler):
    """Leaves a room."""

    def get(self, _room: str) -> Result:
        """Lead back: links and pictures must not lead anybody out."""
        return self.go("/")

    def post(self, _room: str) -> Result:
        """Leave, and tell the others."""
        if self.visitor.name:
            queries.leave_room(self.store, self.room, self.visitor.name)
        return self.go("/")
