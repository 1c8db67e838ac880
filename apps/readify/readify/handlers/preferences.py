"""The settings: what somebody tells about himself, and the way to all other settings.

Notice that choosing a file is choosing an uploaded picture: who has found one need not find the
right button as well.
"""

from accounts import programs, tokens
from brubeck.auth import web_authenticated
from brubeck.errors import HTTPError, TooManyRequests
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result

from readify import profiles, queries
from readify.handlers.pages import PageHandler
from readify.profiles import TEXTS, UPLOADED, Profile
from readify.typedprofiles import as_typed, check_picture, check_profile


class SettingsHandler(PageHandler):
    """Shows the profile as a form, and what else there is to set."""

    @web_authenticated
    def get(self) -> Result:
        """Show the form."""
        return self.show(FormErrors(as_typed(self.profile)), note=self.take_note())

    @web_authenticated
    def post(self) -> Result:
        """Store the profile, and show it."""
        form, profile = self.form(), self.profile
        check_profile(form)
        try:
            picture = self.picture(form, profile)
        except TooManyRequests as error:
            form.add("file", error.detail)
            self.headers.update(error.headers)
            return self.show(form, 429)
        if form.failed:
            return self.show(form, 400)
        self.save(profile, form, picture)
        return self.redirect_with_note(f"/u/{profile.owner_username}", "Your profile is saved.")

    def picture(self, form: FormErrors, profile: Profile) -> bytes | None:
        """Return the picture that was sent, made safe; raise TooManyRequests."""
        sent = self.file()
        if sent is not None:
            self.application.picture_throttle.take(f"picture:{profile.owner_id}")
        return check_picture(form, sent, has_one=profile.picture == UPLOADED)

    def save(self, profile: Profile, form: FormErrors, picture: bytes | None) -> None:
        """Store what was typed, and the picture that was sent."""
        for name in (*TEXTS, "picture"):
            profile[name] = form.value(name) or None
        if picture is not None:
            profiles.keep_picture(self.db_conn, profile, picture)
        elif profile.picture != UPLOADED:
            profiles.drop_picture(self.db_conn, profile)
        profiles.save_profile(self.db_conn, profile)

    @property
    def profile(self) -> Profile:
        """The profile of whoever is logged in."""
        return profiles.find_profile(self.db_conn, self.current_user)

    def file(self) -> bytes | None:
        """Return the picture that was sent; browsers send an empty file where none was chosen."""
        files = getattr(self.message, "files", {}).get("file", [])
        return next((each.body for each in files if each.body), None)

    def form(self) -> FormErrors:
        """Return what was typed, ready to have errors written beside it.

        get_argument would make one line of several.
        """
        typed = {
            name: self.message.body_arguments.get(name, [""])[-1] for name in (*TEXTS, "picture")
        }
        return FormErrors(typed | ({"picture": UPLOADED} if self.file() else {}))

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed; browsers do not let a page choose the file again."""
        form = self.form()
        form.add("", error.detail)
        return self.show(form, error.status_code)

    def show(self, form: FormErrors, status_code: int = 200, note: str = "") -> Result:
        """Show the form with what is wrong about it."""
        user = self.current_user
        return self.render_template(
            "settings.html",
            _status_code=status_code,
            form=form,
            note=note,
            profile=self.profile,
            logins=len(self.application.sessions.list_of(user.id)),
            tokens=len(tokens.list_tokens(self.db_conn, user)),
            is_operator=self.is_operator,
            reported=queries.count_reported(self.db_conn) if self.is_operator else 0,
        )


class TokensHandler(programs.TokensHandler, PageHandler):
    """The tokens, beside the address of the API, which is a site of its own here."""

    @property
    def api_example(self) -> str:
        """The address that a new token is tried with."""
        return f"{self.api}/links/"
