"""The account of whoever is logged in: password, logins, takeout, the end.

Notice that a session alone is not enough for what cannot be undone. A new password and the end of
the account ask for the password once more, through the same throttled check as the log-in form:
whoever finds a browser open can neither lock its owner out nor delete his links.
"""

from typing import Any

from brubeck.auth import web_authenticated
from brubeck.errors import HTTPError, TooManyRequests
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from brubeck.jsontext import dumps

from accounts import belongings, people, tokens
from accounts.credentials import check_password
from accounts.models import User
from accounts.pages import PageHandler

WRONG_PASSWORD = "This is not your password. Try again."  # noqa: S105  a message


class SettingsHandler(PageHandler):
    """Shows what there is to set."""

    @web_authenticated
    def get(self) -> Result:
        """Lead to the other pages, with numbers worth knowing."""
        user = self.current_user
        return self.render_template(
            "settings.html",
            logins=len(self.application.sessions.list_of(user.id)),
            tokens=len(tokens.list_tokens(self.db_conn, user)),
            note=self.take_note(),
        )


class PasswordCheckHandler(PageHandler):
    """A form that asks for the password of whoever is logged in."""

    template = ""

    @web_authenticated
    def get(self) -> Result:
        """Show the form."""
        return self.show(FormErrors())

    def show(self, form: FormErrors, status_code: int = 200) -> Result:
        """Show the form with what is wrong about it."""
        return self.render_template(self.template, _status_code=status_code, form=form)

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form; passwords have to be typed again."""
        form = FormErrors()
        form.add("", error.detail)
        return self.show(form, error.status_code)

    def secret(self, name: str) -> str:
        """Return a password that was typed: blanks at its ends count."""
        return str(self.message.body_arguments.get(name, [""])[-1])

    def confirmed_user(self, form: FormErrors) -> User | None:
        """Return the user if he knows his password, else write down that he does not.

        Raises TooManyRequests.
        """
        user = self.check_credentials(self.current_user.username, self.secret("old_password"))
        if user is None:
            form.add("old_password", WRONG_PASSWORD)
        return user

    def too_many(self, error: TooManyRequests) -> Result:
        """Show the form again, and say how long to wait."""
        form = FormErrors()
        form.add("", error.detail)
        self.headers.update(error.headers)
        return self.show(form, 429)


class PasswordHandler(PasswordCheckHandler):
    """Changes the password."""

    template = "password.html"

    @web_authenticated
    def post(self) -> Result:
        """Store another password, and end all sessions but this one."""
        form, password = FormErrors(), self.secret("password")
        check_password(password, self.current_user.username, form, self.application.membership)
        if form.failed:
            return self.show(form, 400)
        try:
            user = self.confirmed_user(form)
        except TooManyRequests as error:
            return self.too_many(error)
        if user is None:
            return self.show(form, 403)
        people.change_password(self.db_conn, user, password)
        self.end_sessions_of(user.id)
        self.log_in(user)
        return self.redirect_with_note(
            "/settings", "Your password is changed. Other browsers are logged out."
        )


class SessionsHandler(PageHandler):
    """Shows where the user is logged in, and ends what should not be."""

    @web_authenticated
    def get(self) -> Result:
        """Show all sessions."""
        return self.show(note=self.take_note())

    @web_authenticated
    def post(self) -> Result:
        """End one session (`key`), or all but this one (`others`)."""
        if self.get_argument("others"):
            number = self.application.sessions.delete_others(self.session)
            return self.done(f"Logged out of {number} other browser{'s' * (number != 1)}.")
        key = self.get_argument("key", "")
        if key == self.this_key:
            self.end_session()
            return self.redirect_with_note("/login", "You are logged out.")
        if self.application.sessions.delete_key(self.current_user.id, key):
            return self.done("Logged out there.")
        return self.done("That session had ended already.")

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the list again; nothing has ended."""
        return self.show(problem=error.detail, status_code=error.status_code)

    def show(self, note: str = "", problem: str = "", status_code: int = 200) -> Result:
        """Show all sessions, with a note or a problem above them."""
        return self.render_template(
            "sessions.html",
            _status_code=status_code,
            logins=self.application.sessions.list_of(self.current_user.id),
            this=self.this_key,
            note=note,
            problem=problem,
        )

    @property
    def this_key(self) -> str:
        """The key of the session that this page is shown in."""
        return self.session.key if self.session else ""

    def done(self, note: str) -> Result:
        """Show the list as it is now."""
        return self.redirect_with_note("/settings/sessions", note)


class TakeoutHandler(PageHandler):
    """Sends everything that is stored about the user."""

    @web_authenticated
    def get(self) -> Result:
        """Send one JSON document, as a file to keep."""
        user = self.current_user
        headers: dict[str, Any] = {
            "Content-Type": "application/json",
            "Content-Disposition": f'attachment; filename="{self.application.membership.key}-{user.username}.json"',
        }
        self.set_body(dumps(belongings.takeout(self.application, user)), headers)
        return self.render()


class DeleteAccountHandler(PasswordCheckHandler):
    """Deletes the account, after asking for the password."""

    template = "delete_account.html"

    @web_authenticated
    def post(self) -> Result:
        """Delete everything, and say goodbye."""
        form = FormErrors()
        try:
            user = self.confirmed_user(form)
        except TooManyRequests as error:
            return self.too_many(error)
        if user is None:
            return self.show(form, 403)
        belongings.delete_account(self.application, user)
        self.end_session()
        return self.redirect_with_note("/login", "Your account and all that was in it are gone.")
