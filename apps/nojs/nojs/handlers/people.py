"""Taking a name, coming back to it, giving it up, and choosing a face."""

from brubeck.errors import HTTPError
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from chatnames import check_name, cleaned

from nojs import queries
from nojs.faces import FACES, RATES
from nojs.handlers.lobby import LobbyHandler
from nojs.handlers.pages import PageHandler
from nojs.keys import digest
from nojs.visits import KEYED

TAKEN = (
    "Somebody has this name, or one that looks like it. Choose another one, or come back with your "
    "key if it is yours."
)
OURS = ("no.js", "nojs")  # names that would speak for the site
NO_SUCH_KEY = "There is no name to this key. Check it: large and small letters count."


class NameHandler(LobbyHandler):
    """Takes a name."""

    def get(self) -> Result:
        """Lead to the form."""
        return self.go("/lobby")

    def post(self) -> Result:
        """Reserve the name for this visitor."""
        try:
            status = take_name(self, form := FormErrors({"name": self.typed("name")}))
        except HTTPError as error:
            return self.show_again(error)
        return self.show(form, status) if form.failed else self.go("/me")


def take_name(handler: PageHandler, form: FormErrors) -> int:
    """Reserve the name that was typed; else write into the form why not, and return the status.

    Raises TooManyRequests.
    """
    name = cleaned(handler.typed("name"))
    check_name(name, form, OURS)
    if form.failed:
        return 400
    handler.application.floods.new_name()
    former = handler.visitor.name
    try:
        queries.claim_name(handler.store, handler.recognise(), name)
    except queries.NameTakenError:
        form.add("name", TAKEN)
        return 409
    if former and former != name:
        queries.leave_all_rooms(handler.store, former)
    return 200


class MeHandler(PageHandler):
    """What no.js knows of the visitor: his name, and the key to it."""

    def get(self) -> Result:
        """Show it."""
        if not self.visitor.name:
            return self.go("/lobby")
        return self.render_template("me", key=self.secret)


class BackHandler(LobbyHandler):
    """Comes back to a name, in another browser, by its key."""

    def get(self) -> Result:
        """Lead to the form."""
        return self.go("/lobby")

    def post(self) -> Result:
        """Let this browser be known by the key."""
        key = cleaned(self.typed("key"))
        is_key = KEYED.fullmatch(f"/k/{key}") is not None
        if not (is_key and queries.find_visitor(self.store, digest(key)).name):
            form = FormErrors()
            form.add("key", NO_SUCH_KEY)
            return self.show(form, 403)
        if self.home:
            return self.redirect(f"/k/{key}/me")
        self.give_cookie(key)
        return self.go("/me")


class ForgetHandler(PageHandler):
    """Gives a name up, and forgets the visitor."""

    def get(self) -> Result:
        """Lead to the form."""
        return self.go("/me")

    def post(self) -> Result:
        """Forget him; his name is free for others."""
        if self.visitor.name:
            queries.leave_all_rooms(self.store, self.visitor.name)
        queries.forget_visitor(self.store, self.visitor)
        self.delete_cookie("visit", path="/")
        return self.redirect("/")


class SettingsHandler(PageHandler):
    """The choice of a face, and of how often it comes anew (WCAG 2.2.1)."""

    def get(self) -> Result:
        """Show the choices."""
        visitor = self.visitor
        faces = [
            {"value": face, "label": label, "is_chosen": face == visitor.face}
            for face, label in FACES.items()
        ]
        rates = [
            {"value": rate, "label": label, "is_chosen": rate == visitor.rate}
            for rate, label in RATES.items()
        ]
        return self.render_template("settings", faces=faces, rates=rates)

    def post(self) -> Result:
        """Remember the choice; what is no choice is left as it was."""
        visitor = self.recognise()
        face, rate = self.typed("face"), self.typed("rate")
        if face in FACES:
            visitor.face = face
        if rate in map(str, RATES):
            visitor.rate = int(rate)
        queries.save_visitor(self.store, visitor)
        return self.go("/")
