"""Authentication: contract section 10, line by line."""

from typing import Any

import pytest
from brubeck import auth, models
from brubeck.auth import UserHandlingMixin, authenticated, web_authenticated
from brubeck.handlers import JSONMessageHandler, MessageHandler, WebMessageHandler
from doubles import header, make_application, make_request


class Known(WebMessageHandler, UserHandlingMixin):
    def get_current_user(self) -> Any:
        return self.get_argument("user")

    @authenticated
    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Say hello."""
        self.set_body(f"hello {self.current_user} {args} {kwargs}")
        return self.render()

    @web_authenticated
    def post(self, *args: Any) -> Any:
        """Change something."""
        self.set_body(f"done {args}")
        return self.render()


def ask(kind: Any = Known, method: str = "GET", query: str = "", **application: Any) -> Any:
    return kind(make_application(**application), make_request(method, query=query))


def test_known_users_get_in() -> None:
    """With all arguments, and under the wrapped names."""
    handler = ask(query="user=ada")
    handler._url_args = ("x",)
    assert handler()["body"] == "hello ada ('x',) {}"
    handler._url_args = {"name": "y"}
    assert handler()["body"] == "hello ada () {'name': 'y'}"
    assert (Known.get.__name__, Known.post.__doc__) == ("get", "Change something.")


def test_others_get_401() -> None:
    """The status of the handler's class."""
    assert ask()()["status_code"] == 401


def test_auth_error_adds_to_the_refusal() -> None:
    """It is the error hook of render_error()."""

    class Basic(Known):
        def auth_error(self) -> None:
            self.headers["WWW-Authenticate"] = "Basic"

    assert header(ask(Basic)(), "WWW-Authenticate") == "Basic"


def test_plain_message_handlers_use_their_own_code() -> None:
    """-2, as JSON."""

    class Plain(MessageHandler, UserHandlingMixin):
        @authenticated
        def get(self) -> Any:
            raise AssertionError("not reached")

    assert ask(Plain)() == '{"status_code":-2,"status_msg":"Authentication failed"}'


def test_handlers_without_the_mixin_work() -> None:
    """They set current_user themselves and have no auth_error (fix 11)."""

    class Own(JSONMessageHandler):
        def prepare(self) -> None:
            self.current_user = self.get_argument("user")

        @authenticated
        def get(self) -> Any:
            return self.render(200)

    assert ask(Own)()["status_code"] == 401
    assert ask(Own, query="user=ada")()["status_code"] == 200


@pytest.mark.parametrize("decorate", [authenticated, web_authenticated])
def test_handlers_that_cannot_tell_who_asks_say_what_is_missing(decorate: Any) -> None:
    """The name of the mixin, and of the method to write, in place of a missing attribute."""

    class Forgetful(WebMessageHandler):
        @decorate
        def get(self) -> Any:
            raise AssertionError("not reached")

    with pytest.raises(
        RuntimeError, match=r"Forgetful cannot .* Add UserHandlingMixin .* get_current_user"
    ):
        ask(Forgetful).get()


def test_what_goes_wrong_while_the_user_is_looked_up_stays_what_it_is() -> None:
    """A slip in get_current_user() is not taken for a missing mixin."""

    class Slip(Known):
        def get_current_user(self) -> Any:
            return self.application.no_such_thing

    with pytest.raises(AttributeError, match="no_such_thing"):
        ask(Slip).get()


def test_web_authenticated_redirects_to_the_login_page() -> None:
    """To exactly login_url."""
    result = ask(method="POST", login_url="/login")()
    assert result["status_code"] == 302
    assert header(result, "Location") == "/login"


def test_a_handler_may_have_a_login_page_of_its_own() -> None:
    """Such as one that remembers the address to come back to."""

    class Returning(Known):
        @property
        def login_url(self) -> str:
            return f"{self.application.login_url}?next={self.message.path}"

    result = ask(Returning, method="POST", login_url="/login")()
    assert header(result, "Location") == "/login?next=/"


def test_web_authenticated_lets_known_users_in() -> None:
    """With all arguments."""
    handler = ask(method="POST", query="user=ada", login_url="/login")
    handler._url_args = ("x",)
    assert handler()["body"] == "done ('x',)"


def test_web_authenticated_without_a_login_page(caplog: pytest.LogCaptureFixture) -> None:
    """Logs an error and answers 401."""
    assert ask(method="POST")()["status_code"] == 401
    assert "login_url" in caplog.text


def test_the_current_user_is_looked_up_once() -> None:
    """None is cached, too."""
    looked_up: list[str] = []

    class Counted(UserHandlingMixin):
        def get_current_user(self) -> Any:
            looked_up.append("user")

        def get_current_userprofile(self) -> Any:
            looked_up.append("profile")
            return "profile"

    handler = Counted()
    assert (handler.current_user, handler.current_user) == (None, None)
    assert (handler.current_userprofile, handler.current_userprofile) == ("profile", "profile")
    assert looked_up == ["user", "profile"]
    assert handler._current_user is None


def test_the_current_userprofile_can_be_assigned() -> None:
    """A program sets _current_userprofile after saving it."""
    handler = UserHandlingMixin()
    handler._current_userprofile = "new"
    assert handler.current_userprofile == "new"


def test_nobody_is_the_default() -> None:
    """The mixin knows no users; auth_error() does nothing."""
    handler = UserHandlingMixin()
    assert handler.current_user is None
    assert handler.current_userprofile is None
    handler.auth_error()


def test_models_are_reachable_from_auth() -> None:
    """The documentation said they live here."""
    assert auth.User is models.User
    assert auth.UserProfile is models.UserProfile
    with pytest.raises(AttributeError, match="Nothing"):
        _ = auth.Nothing
