"""The settings for programs: their tokens, and the other sites whose pages may use the API.

Notice that the page with a new token is the answer to the POST itself, against the habit of this
site to redirect: a token that is shown once must not be kept anywhere on its way. Loading that
page again makes no second token, because the user has one of that name by then.
"""

from brubeck.auth import web_authenticated
from brubeck.errors import HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from weblinks.titles import clean_title

from accounts import people, tokens
from accounts.origins import BadOriginError, as_lines, clean_origins
from accounts.pages import PageHandler
from accounts.tokens import ALL_SCOPES, MOST, NAME_LENGTH, READ, Token


class TokensHandler(PageHandler):
    """Lists a user's tokens and makes new ones."""

    @web_authenticated
    def get(self) -> Result:
        """Show the list, and the form for a new one."""
        return self.show(self.form(), note=self.take_note())

    @web_authenticated
    def post(self) -> Result:
        """Make a token, and show it this once."""
        form = self.form()
        name = str(form.value("name"))
        self.check(name, form)
        if form.failed:
            return self.show(form, 400)
        try:
            secret = self.new_token(name)
        except tokens.TokenNameTakenError:
            form.add("name", "You have a token of this name. Choose another one, or revoke that.")
            return self.show(form, 409)
        except tokens.TooManyTokensError:
            form.add("", f"You have {MOST} tokens, and more are not kept. Revoke one first.")
            return self.show(form, 409)
        form.values["name"] = ""
        return self.show(form, 201, secret=secret, name=name)

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with the name that was typed."""
        form = self.form()
        form.add("", error.detail)
        return self.show(form, error.status_code)

    def form(self) -> FormErrors:
        """Return what was typed, ready to have errors written beside it."""
        return FormErrors(
            {
                "name": clean_title(self.get_argument("name", "")),
                "may": self.get_argument("may", READ),
            }
        )

    def new_token(self, name: str) -> str:
        """Store a token, and return its secret; raise what `create_token` raises."""
        prefix = self.application.membership.token_prefix
        return tokens.create_token(self.db_conn, self.current_user, name, self.scopes(), prefix)

    def scopes(self) -> tuple[str, ...]:
        """Return what the program may do: the less, unless more was asked for."""
        is_reader = self.application.membership.scopes and self.get_argument("may", "") != "write"
        return (READ,) if is_reader else ALL_SCOPES

    def check(self, name: str, form: FormErrors) -> None:
        """Write down what speaks against a name."""
        if not name:
            form.add("name", "Name the program, so that you know later which token is whose.")
        elif len(name) > NAME_LENGTH:
            form.add("name", f"This name is too long: {NAME_LENGTH} characters at most.")

    def show(
        self,
        form: FormErrors,
        status_code: int = 200,
        note: str = "",
        secret: str = "",
        name: str = "",
    ) -> Result:
        """Show the page; with a secret, the token that was just made."""
        return self.render_template(
            "tokens.html",
            _status_code=status_code,
            form=form,
            note=note,
            secret=secret,
            name=name,
            tokens=tokens.list_tokens(self.db_conn, self.current_user),
            origins=self.current_user.origins or [],
            api_example=self.api_example,
        )


class RevokeTokenHandler(PageHandler):
    """Revokes a token, after asking."""

    @web_authenticated
    def get(self) -> Result:
        """Ask whether that is meant."""
        return self.ask()

    @web_authenticated
    def post(self) -> Result:
        """Revoke the token."""
        token = self.find()
        tokens.revoke_token(self.db_conn, self.current_user, token)
        return self.redirect_with_note("/settings/tokens", f"Revoked: {token.name}")

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Ask again."""
        return self.ask(error.detail, error.status_code)

    def ask(self, note: str = "", status_code: int = 200) -> Result:
        """Show the question."""
        return self.render_template(
            "confirm_revoke.html", _status_code=status_code, token=self.find(), note=note
        )

    def find(self) -> Token:
        """Return the user's token; raise NotFound if he has none of that id."""
        token_id = self.message.path.rpartition("/")[2]
        token = tokens.find_token(self.db_conn, self.current_user, token_id)
        if token is None:
            raise NotFound("None of your tokens is here. It may have been revoked already.")
        return token


class OriginsHandler(PageHandler):
    """Sets which other sites may use the API from their pages."""

    @web_authenticated
    def get(self) -> Result:
        """Show the form with what is allowed now."""
        return self.show(FormErrors({"origins": as_lines(self.current_user.origins or [])}))

    @web_authenticated
    def post(self) -> Result:
        """Store what was typed, one site a line."""
        form = self.form()
        try:
            origins = clean_origins(form.value("origins"))
        except BadOriginError as error:
            form.add("origins", str(error))
            return self.show(form, 400)
        people.change_origins(self.db_conn, self.current_user, origins)
        return self.redirect_with_note("/settings/tokens", "The list of other sites is saved.")

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed."""
        form = self.form()
        form.add("", error.detail)
        return self.show(form, error.status_code)

    def form(self) -> FormErrors:
        """Return what was typed; get_argument would make one line of it."""
        typed = self.message.body_arguments.get("origins", [""])[-1]
        return FormErrors({"origins": typed})

    def show(self, form: FormErrors, status_code: int = 200) -> Result:
        """Show the form with what is wrong about it."""
        return self.render_template("origins.html", _status_code=status_code, form=form)
