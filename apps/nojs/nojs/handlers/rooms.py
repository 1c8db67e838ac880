"""A room, in four faces.

Notice how few requests wait: in frames it is the messages alone, so that three open rooms leave a
browser connections for its forms. People are looked up now and then instead.
"""

from typing import Any
from urllib.parse import unquote

from brubeck.errors import BadRequest, Forbidden, HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from chatnames import cleaned

from nojs import queries
from nojs.faces import FRAMES, LIVE, PAGE, PAUSED, STILL, STREAM, one_page
from nojs.handlers.lobby import listed
from nojs.handlers.pages import PageHandler
from nojs.handlers.people import take_name
from nojs.handlers.polling import PollingHandler
from nojs.models import TEXT_LENGTH, Line
from nojs.news import MESSAGES, OWN_MESSAGES, Place
from nojs.news import PAGE as PAGE_PLACE
from nojs.queries.lines import StoredLine
from nojs.roomnames import check_room, path_of
from nojs.transcript import SHOWN, earlier_than, newest_that_fit, shown

SIDE_SECONDS = 20  # between two looks at who is there
LONG_PRESENCE = 15 * 60  # seconds, for those whose page does not refresh
FORM_PAGES = {"say", PAGE, STILL, STREAM}


class RoomHandler(PageHandler):
    """A page of one room. `room` is its key, `title` its name."""

    room = ""
    title = ""
    is_new = False

    def prepare(self) -> None:
        """Find out which room it is. Raises NotFound for a name that no room can have."""
        typed = cleaned(unquote(str(self.url_args[0])))  # type: ignore[index]  # by position
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
        here = f"{self.home}/r/{path_of(self.title)}"
        return super().template_context({"title": self.title, "here": here, **context})

    def go_to(self, page: str) -> Result:
        """Send the visitor to another page of the room."""
        return self.go(f"/r/{path_of(self.title)}/{page}")

    def be_seen(self, seconds: int | None = None) -> None:
        """Give a sign of life, if the visitor has a name; the first one makes the room."""
        name = self.visitor.name
        if not name or self.message.is_head or queries.is_kicked(self.store, self.room, name):
            return
        if self.is_new:
            self.application.floods.new_room()
            queries.create_room(self.store, self.room, self.title)
            self.is_new = False
        rate = max(0, self.visitor.rate)
        away = seconds or self.application.settings.away + rate
        queries.touch(self.store, self.room, self.visitor, away)

    def version(self) -> str:
        """Return the version of the room for this visitor."""
        return queries.version_for(self.store, self.room, self.visitor.name)

    def lines(self, *, count: int = SHOWN, **limits: str) -> tuple[str, list[StoredLine]]:
        """Return the version, and the lines of the room for this visitor."""
        return queries.read_lines(self.store, self.room, self.visitor.name, count=count, **limits)


class FaceHandler(RoomHandler):
    """The address of a room: it leads to the face that the visitor likes."""

    def get(self, _room: str) -> Result:
        """Show frames, or lead to a page without them."""
        self.be_seen()
        if self.visitor.face == FRAMES:
            return self.render_template("frames")
        return self.go_to(self.visitor.face)


class MessagesHandler(RoomHandler, PollingHandler):
    """The messages, in a frame of their own."""

    def get(self, _room: str) -> Result:
        """Show the messages as soon as there are other ones."""
        self.be_seen()
        if self.visitor.rate != LIVE or self.get_argument("pause"):
            return self.show()
        has_own = "_" in self.seen
        place = Place(self.room, OWN_MESSAGES if has_own else MESSAGES, self.visitor.name)
        return self.wait_or(place, self.version, self.show)

    def show(self) -> Result:
        """Show the messages: the page of everybody, if there is nothing special about it."""
        seconds = PAUSED if self.get_argument("pause") else self.visitor.rate
        if seconds == LIVE and "_" not in self.version():
            self.set_body(self.application.pages.page(self.room))
        else:
            self.set_body(self.application.pages.html(*self.lines(), seconds=seconds))
        return self.render()


class SideHandler(RoomHandler):
    """Who is in the room, or which rooms there are, in a frame."""

    def get(self, _room: str) -> Result:
        """Show people, or rooms."""
        seconds = max(SIDE_SECONDS, self.visitor.rate) if self.visitor.rate >= LIVE else None
        if self.get_argument("show") == "rooms":
            _, rooms = queries.list_rooms(self.store)
            return self.render_template("side_rooms", rooms=listed(rooms), seconds=seconds)
        return self.render_template("side", people=self.people(), seconds=seconds)

    def people(self) -> list[dict[str, object]]:
        """Return who is there, as templates see them."""
        return people_of(self)


def people_of(handler: RoomHandler) -> list[dict[str, object]]:
    """Return who is in a room, as templates see them."""
    return [
        {"name": name, "path": path_of(name), "is_me": name == handler.visitor.name}
        for name in queries.list_people(handler.store, handler.room)
    ]


class WholeHandler(RoomHandler):
    """A room on one page: the form on top, the newest line first."""

    face = STILL

    def context(self, seconds: int) -> dict[str, Any]:
        """Return what the page shows."""
        version, stored = self.lines()
        fitting = newest_that_fit(stored)
        return {
            "face": self.face,
            "people": people_of(self),
            "lines": shown(reversed(fitting), self.visitor.name),
            "earlier": earlier_than(fitting, stored),
            "refreshes": {"seconds": seconds, "version": version} if seconds >= LIVE else None,
        }


class PageOfRoomHandler(WholeHandler, PollingHandler):
    """The page that comes when there is news."""

    face = PAGE

    def get(self, _room: str) -> Result:
        """Show the page as soon as it is another one."""
        self.be_seen()
        if self.visitor.rate != LIVE:
            return self.show()
        place = Place(self.room, PAGE_PLACE, self.visitor.name)
        return self.wait_or(place, self.version, self.show)

    def show(self) -> Result:
        """Show the page."""
        return self.render_template("whole", **self.context(self.visitor.rate))


class StillHandler(WholeHandler):
    """The page that stays as it is until its button is pressed."""

    def get(self, _room: str) -> Result:
        """Show the page."""
        self.be_seen(LONG_PRESENCE)
        return self.render_template("whole", **self.context(PAUSED))


class HistoryHandler(RoomHandler):
    """Older lines, page by page."""

    def get(self, _room: str) -> Result:
        """Show those before a line."""
        before = str(self.get_argument("before", ""))
        if before.count("-") != 1 or not before.replace("-", "").isdigit():
            raise BadRequest("This is no place in the history. Follow the link on the page.")
        _, stored = self.lines(before=before)
        fitting = newest_that_fit(stored)
        return self.render_template(
            "history",
            lines=shown(reversed(fitting), self.visitor.name),
            earlier=earlier_than(fitting, stored),
        )


class SayHandler(RoomHandler):
    """The line to type in: a frame, or a page for those who want to write in peace."""

    def get(self, _room: str) -> Result:
        """Show the form."""
        return self.show(FormErrors())

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show the form with what is wrong about it, and what was typed."""
        page = str(self.get_argument("from", "say"))
        page = page if page in FORM_PAGES else "say"
        to = cleaned(str(self.get_argument("to", "")))
        whole = page if page != "say" else one_page(self.visitor.face)
        return self.show_form(
            "say", form, status,
            page=page, to=to, is_frame=page == "say", whole=whole, most=TEXT_LENGTH,
        )  # fmt: skip

    def post(self, _room: str) -> Result:
        """Say something, to all or to one."""
        form = FormErrors({"text": self.typed("text")})
        line = Line(
            name=self.visitor.name,
            to=cleaned(self.typed("to")),
            text=cleaned(self.typed("text")),
        )
        try:
            self.check(line)
        except HTTPError as error:
            self.headers.update(error.headers)
            form.add("text", str(error.detail))
            return self.show(form, error.status_code)
        self.be_seen(self.presence)
        say = queries.say_privately if line.to else queries.say
        say(self.store, self.room, line)
        return self.go_on(line)

    def check(self, line: Line) -> None:
        """Raise an HTTPError that says why a line cannot be said."""
        if not line.name:
            raise Forbidden("Nobody may write without a name. Take one first.")
        if not line.text:
            raise BadRequest("There is nothing to send. Type something.")
        if len(line.text) > TEXT_LENGTH:
            raise BadRequest(
                f"A message has {TEXT_LENGTH} characters at the most; this has {len(line.text)}. "
                "Shorten it, or send it in parts."
            )
        if queries.is_kicked(self.store, self.room, line.name):
            raise Forbidden("An operator keeps you out of this room for some minutes.")
        if line.to and line.to not in queries.list_people(self.store, self.room):
            raise BadRequest(f"{line.to} is not in this room any more. Nothing was sent.")
        self.application.floods.message(self.visitor.id, self.room)

    @property
    def presence(self) -> int | None:
        """How long the visitor counts as present, None for as long as usual."""
        return LONG_PRESENCE if self.typed("from") == STILL else None

    def go_on(self, line: Line) -> Result:
        """Lead back to where the form was, by an address that no cache has seen."""
        page = self.typed("from")
        if page in FORM_PAGES - {"say"}:
            return self.go_to(f"{page}?at={self.current_time}")
        to = f"&to={path_of(line.to)}" if line.to else ""
        return self.go_to(f"say?at={self.current_time}{to}")

    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed, and a token that is good."""
        self.prepare()
        form = FormErrors({"text": self.typed("text")})
        form.add("text", str(error.detail))
        return self.show(form, error.status_code)

    @property
    def form_path(self) -> str:
        """The form is on a page of the room."""
        return self.message.path


class NameHandler(SayHandler):
    """Takes a name where it is needed: in front of the line to type in."""

    def get(self, _room: str) -> Result:
        """Lead to the form."""
        return self.go_to("say")

    def post(self, _room: str) -> Result:
        """Reserve the name, and go on where the form was."""
        status = take_name(self, form := FormErrors({"typed_name": self.typed("name")}))
        return self.show(form, status) if form.failed else self.go_on(Line())


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
