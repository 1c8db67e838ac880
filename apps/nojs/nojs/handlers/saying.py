"""Saying something in a room, and taking a name where one is needed for that."""

from brubeck.errors import BadRequest, Forbidden, HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from chatnames import cleaned

from nojs import queries
from nojs.faces import PAGE, STILL, STREAM, one_page
from nojs.handlers.people import take_name
from nojs.handlers.rooms import LONG_PRESENCE, RoomHandler
from nojs.models import TEXT_LENGTH, Line
from nojs.roomnames import path_of

SAY = "say"  # the form alone: a frame, or a page for those who want to write in peace
WHOLE_PAGES = {PAGE, STILL, STREAM}


class SayHandler(RoomHandler):
    """The line to type in: a frame, or a page for those who want to write in peace."""

    def get(self, _room: str) -> Result:
        """Show the form."""
        return self.show(FormErrors())

    @property
    def page(self) -> str:
        """Where the form is: on one of the whole pages, or alone."""
        page = str(self.get_argument("from", SAY))
        return page if page in WHOLE_PAGES else SAY

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show the form with what is wrong about it, and what was typed."""
        to = cleaned(str(self.get_argument("to", "")))
        is_frame = self.page == SAY
        whole = one_page(self.visitor.face) if is_frame else self.page
        return self.show_form(
            "say", form, status,
            page=self.page, to=to, is_frame=is_frame, whole=whole, most=TEXT_LENGTH,
        )  # fmt: skip

    def post(self, _room: str) -> Result:
        """Say something, to all or to one."""
        line = Line(
            name=self.visitor.name,
            to=cleaned(self.typed("to")),
            text=cleaned(self.typed("text")),
        )
        try:
            self.check(line)
        except HTTPError as error:
            return self.show_again(error)
        self.be_seen(LONG_PRESENCE if self.page == STILL else None)
        if line.to:
            both = [self.visitor.id, self.store.names.owner_of(line.to)]
            queries.say_privately(self.store, self.room, line, list(filter(None, both)))
        else:
            queries.say(self.store, self.room, line)
        return self.go_on(line)

    def check(self, line: Line) -> None:
        """Raise an HTTPError that says why a line cannot be said."""
        if not line.name:
            raise Forbidden("Nobody may write without a name. Take one, then send it again.")
        if not line.text:
            raise BadRequest("There is nothing to send. Type something.")
        if len(line.text) > TEXT_LENGTH:
            raise BadRequest(
                f"A message has {TEXT_LENGTH} characters at the most; this has {len(line.text)}. "
                "Shorten it, or send it in parts."
            )
        if queries.is_kicked(self.store, self.room, self.visitor):
            raise Forbidden("An operator keeps you out of this room for some minutes.")
        if line.to == line.name:
            raise BadRequest("You cannot write to yourself alone. Write to everybody.")
        if line.to and line.to not in queries.list_people(self.store, self.room):
            raise BadRequest(f"{line.to} is not in this room any more. Nothing was sent.")
        self.application.floods.message(self.visitor.id, self.room)

    def go_on(self, line: Line) -> Result:
        """Lead back to where the form was, by an address that no cache has seen."""
        if self.page in WHOLE_PAGES:
            return self.go_to(f"{self.page}?at={self.current_time}")
        to = f"&to={path_of(line.to)}" if line.to else ""
        return self.go_to(f"say?at={self.current_time}{to}")

    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed, and a token that is good."""
        self.prepare()
        self.headers.update(error.headers)
        form = FormErrors({"text": self.typed("text")})
        form.add("text", str(error.detail))
        return self.show(form, error.status_code)

    @property
    def form_path(self) -> str:
        """The form is on a page of the room, or in its frames."""
        room, _, _ = self.message.path.rpartition("/")
        return f"{room}/{self.page}" if self.page in WHOLE_PAGES else room


class NameHandler(SayHandler):
    """Takes a name where it is needed: in front of the line to type in."""

    def get(self, _room: str) -> Result:
        """Lead to the form."""
        return self.go_to(SAY)

    def post(self, _room: str) -> Result:
        """Reserve the name, and go on where the form was; what was typed before is kept."""
        text = self.typed("text")
        form = FormErrors({"typed_name": self.typed("name"), "text": text})
        status = take_name(self, form)
        return self.show(form, status) if form.failed or text else self.go_on(Line())
