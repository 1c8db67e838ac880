"""Making an account, logging in, logging out.

Notice what a form does when something is wrong: it comes back with the reasons beside the fields
and with everything that was typed, except the password. The same happens when its CSRF token is
missing or too old (`show_again`): the visitor sends it once more, and nothing is lost.
"""

from brubeck.auth import web_authenticated
from brubeck.errors import HTTPError, TooManyRequests
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from brubeck.throttle import network_of
from brubeck.timekeeping import curtime

from accounts import people
from accounts.credentials import check_name, check_password
from accounts.models import User
from accounts.pages import PageHandler

TWICE = 60_000  # milliseconds in which a form that comes again is the same one
STILL_WORKS = (
    "Your password was not checked. From other networks, and wherever you are logged in already, "
    "{name} still works."
)


class CredentialsHandler(PageHandler):
    """A form with a user name and a password."""

    template = ""

    def get(self) -> Result:
        """Show the form; whoever is logged in already needs none."""
        if self.current_user:
            return self.redirect("/")
        return self.show(self.form(), note=self.take_note())

    def form(self) -> FormErrors:
        """Return what was typed, ready to have errors written beside it."""
        return FormErrors({"username": self.name, "next": self.next_page})

    def show(self, form: FormErrors, status_code: int = 200, note: str = "") -> Result:
        """Show the form with what is wrong about it."""
        return self.render_template(self.template, _status_code=status_code, form=form, note=note)

    def csrf_failed(self) -> Result:
        """Go on if the visitor has logged in meanwhile, in another tab."""
        if self.current_user:
            return self.redirect(self.next_page)
        return super().csrf_failed()

    def show_again(self, error: HTTPError) -> Result:
        """Show the form with the name that was typed."""
        form = self.form()
        form.add("", error.detail)
        return self.show(form, error.status_code)

    def too_many(self, error: TooManyRequests, consolation: str = "") -> Result:
        """Show the form again, and say how long to wait."""
        form = self.form()
        form.add("", f"{error.detail} {consolation}".strip())
        self.headers.update(error.headers)
        return self.show(form, 429)

    @property
    def name(self) -> str:
        """The user name that was typed."""
        return str(self.get_argument("username", ""))

    @property
    def password(self) -> str:
        """The password that was typed: blanks at its ends count. Never read from the address."""
        typed = self.message.body_arguments.get("password", [""])
        return str(typed[-1])


class LoginHandler(CredentialsHandler):
    """Logs somebody in."""

    template = "login.html"

    def post(self) -> Result:
        """Open a session for the right password."""
        try:
            user = self.check_credentials(self.name, self.password)
        except TooManyRequests as error:
            return self.too_many(error, STILL_WORKS.format(name=self.application.membership.name))
        if user is None:
            form = self.form()
            form.add("", "This user name and password do not belong together. Try again.")
            return self.show(form, 401)
        people.update_login(self.db_conn, user)
        self.log_in(user)
        return self.redirect(self.next_page)


class CreateHandler(CredentialsHandler):
    """Makes an account."""

    template = "create.html"

    def post(self) -> Result:
        """Store a new user and log him in."""
        form = self.form()
        check_name(self.name, form, self.application.membership)
        check_password(self.password, self.name, form, self.application.membership)
        if form.failed:
            return self.show(form, 400)
        try:
            user = self.new_user()
        except TooManyRequests as error:
            return self.too_many(error)
        if user is None:
            form.add("username", "Somebody has this name already. Choose another one.")
            return self.show(form, 409)
        self.log_in(user)
        return self.redirect_with_note("/", f"Welcome, {user.username}. Your account is ready.")

    def new_user(self) -> User | None:
        """Store the user; the limit comes first, because hashing a password is expensive.

        Return None if somebody else has the name. Raises TooManyRequests.
        """
        self.application.signup_throttle.take(f"signup:{network_of(self.message.remote_addr)}")
        try:
            return people.insert_user(self.db_conn, User.create_user(self.name, self.password))
        except people.NameTakenError:
            return self.made_just_now()

    def made_just_now(self) -> User | None:
        """Return the user whom the same form has made when it came before: a second click."""
        user = people.find_user(self.db_conn, self.name)
        is_new = user is not None and curtime() - user.date_joined < TWICE
        return user if user and is_new and user.check_password(self.password) else None


class LogoutHandler(PageHandler):
    """Logs the visitor out. A GET only asks: links and pictures must not end sessions."""

    @web_authenticated
    def get(self) -> Result:
        """Ask whether that is meant."""
        return self.render_template("confirm_logout.html")

    def post(self) -> Result:
        """End the session, here and in the database."""
        self.end_session()
        return self.redirect_with_note("/login", "You are logged out.")

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Ask again."""
        return self.render_template(
            "confirm_logout.html", _status_code=error.status_code, note=error.detail
        )
