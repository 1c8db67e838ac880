"""What somebody may choose, and the page that explains."""

from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result

from spotichat.handlers.pages import PageHandler

TRANSPORT = "transport"  # the cookie with the way in which messages arrive
YEAR = 365 * 24 * 60 * 60  # seconds
TRANSPORTS = [
    ("poll", "Long polling", "gets through everywhere"),
    ("events", "Server-sent events", "one answer that never ends"),
    ("socket", "WebSocket", "one connection for everything that comes"),
]


class SettingsHandler(PageHandler):
    """`/settings`: the name, Spotify, and how messages arrive."""

    def get(self) -> Result:
        """Show the choices."""
        return self.show(FormErrors())

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show the choices with a form for the nickname."""
        return self.render_template(
            "settings.html",
            _status_code=status,
            form=form,
            note=self.take_note(),
            connected=self.is_connected,
            follows=self.follows,
            transports=TRANSPORTS,
            transport=transport_of(self),
            stand_in=self.stand_in,
        )

    def post(self) -> Result:
        """Remember how messages are to arrive; what is no choice is left as it was."""
        wanted = self.typed("transport")
        if wanted not in {value for value, _, _ in TRANSPORTS}:
            return self.redirect("/settings")
        self.set_cookie(
            TRANSPORT, wanted, max_age=YEAR, path="/",
            httponly=True, samesite="Lax", secure=self.message.is_secure,
        )  # fmt: skip
        return self.redirect_with_note("/settings", "Saved. It counts for every room you open.")

    @property
    def stand_in(self) -> str:
        """The address of the stand-in for Spotify, nothing where it is the real one."""
        url = self.application.settings.spotify_accounts_url
        return "" if url.startswith("https://") else url


def transport_of(handler: PageHandler) -> str:
    """Return how messages are to arrive: the choice of this browser, else the site's."""
    wanted = handler.get_cookie(TRANSPORT, "")
    known = {value for value, _, _ in TRANSPORTS}
    return wanted if wanted in known else handler.application.settings.transport_of_page


class NicknameHandler(SettingsHandler):
    """`/settings/name`: another nickname for the same person."""

    def get(self) -> Result:
        """Lead to the form."""
        return self.redirect("/settings")

    def post(self) -> Result:
        """Take it, and let the former one go."""
        form = FormErrors({"nickname": self.typed("nickname")})
        if self.person is None:
            return self.redirect("/settings")
        status = self.take_name(form)
        if form.failed:
            return self.show(form, status)
        return self.redirect_with_note("/settings", f"You are {self.person.nickname} now.")


class ForgetHandler(PageHandler):
    """`/forget`: gives the name up."""

    def get(self) -> Result:
        """Lead to the button."""
        return self.redirect("/settings")

    def post(self) -> Result:
        """Forget the person, and what Spotify gave for him."""
        if self.person_id and self.application.spotify:
            self.application.spotify.disconnect(self.person_id)
        self.forget()
        return self.redirect_with_note("/", "You are forgotten. The name is free for others.")


class AboutHandler(PageHandler):
    """`/about`: how it works."""

    def get(self) -> Result:
        """Show it."""
        return self.render_template("about.html")
