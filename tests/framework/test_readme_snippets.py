"""The snippets that the original README taught people with: each must run as it was printed."""

from pathlib import Path
from typing import Any

import pytest
from brubeck.auth import UserHandlingMixin, web_authenticated
from brubeck.connections import Mongrel2Connection
from brubeck.models import User as FrameworkUser
from brubeck.request_handling import Brubeck, WebMessageHandler, http_response
from brubeck.templating import Jinja2Rendering, load_jinja2_env
from brubeck.testing import TestClient
from brubeck.timekeeping import curtime
from dictshield.base import ShieldException
from dictshield.document import Document
from dictshield.fields import BooleanField, EmailField, LongField, StringField

mongrel2_pair = ("ipc://127.0.0.1:9999", "ipc://127.0.0.1:9998")


class DemoHandler(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("Hello world")
        return self.render()


def test_hello_world_by_class() -> None:
    """A whole application in eight lines; making it needs no Mongrel2."""
    urls = [(r"^/", DemoHandler)]
    app = Brubeck(mongrel2_pair=mongrel2_pair, handler_tuples=urls)

    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.text) == (200, "Hello world")
    assert isinstance(app.msg_conn, Mongrel2Connection)
    assert app.msg_conn is app.m2conn


def test_configuration_by_dict() -> None:
    """Routes, templates, database and cookie secret in one dict."""
    connection = object()
    config: dict[str, Any] = {
        "mongrel2_pair": mongrel2_pair,
        "handler_tuples": [(r"^/brubeck", DemoHandler)],
        "template_loader": load_jinja2_env("./templates/jinja2"),
        "db_conn": connection,
        "cookie_secret": "OMGSOOOOSECRET",
    }
    app = Brubeck(**config)

    assert TestClient(app).get("/brubeck").text == "Hello world"
    assert TestClient(app).get("/elsewhere").status_code == 404
    assert app.template_env.loader.searchpath == ["./templates/jinja2"]
    assert app.db_conn is connection
    assert app.cookie_secret == "OMGSOOOOSECRET"


def test_hello_world_by_function() -> None:
    """A function is a handler, too."""
    app = Brubeck(mongrel2_pair=mongrel2_pair)

    @app.add_route("^/brubeck", method="GET")
    def foo(application: Any, message: Any) -> Any:
        return http_response("Take five!", 200, "OK", {})

    client = TestClient(app)
    assert client.get("/brubeck").text == "Take five!"
    refused = client.post("/brubeck")
    assert refused.status_code == 405
    assert "GET" in (refused.headers["Allow"] or "")


class Page(WebMessageHandler, Jinja2Rendering):  # type: ignore[misc]  # the README's order
    def get(self) -> Any:
        context = {"name": "J2 D2"}
        return self.render_template("success.html", **context)


def test_jinja2(tmp_path: Path) -> None:
    """Both bases in the order that the README names them."""
    (tmp_path / "success.html").write_text("Take five, {{ name }}!")
    app = Brubeck(
        mongrel2_pair=mongrel2_pair,
        handler_tuples=[(r"^/", Page)],
        template_loader=load_jinja2_env(str(tmp_path)),
    )
    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.text) == (200, "Take five, J2 D2!")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


class CustomAuthMixin(UserHandlingMixin, WebMessageHandler):
    def get_current_user(self) -> Any:
        username = self.get_argument("username")
        password = self.get_argument("password")
        return username if (username, password) == ("jd", "secret") else None


class LoginHandler(CustomAuthMixin):
    @web_authenticated
    def post(self) -> Any:
        self.set_cookie("user_id", self.current_user, secret=self.application.cookie_secret)
        return self.redirect("/private")


class PrivateHandler(WebMessageHandler, UserHandlingMixin):
    def get_current_user(self) -> Any:
        return self.get_cookie("user_id", secret=self.application.cookie_secret)

    @web_authenticated
    def get(self) -> Any:
        user_id = self.get_cookie("user_id", secret=self.application.cookie_secret)
        user = self.db_conn[user_id]
        self.set_body(f"{user_id} {user}")
        return self.render()


@pytest.fixture
def client() -> TestClient:
    """Give a browser in front of an application with accounts."""
    app = Brubeck(
        mongrel2_pair=mongrel2_pair,
        handler_tuples=[(r"^/login", LoginHandler), (r"^/private", PrivateHandler)],
        login_url="/login",
        db_conn={"jd": "the document of jd"},
        cookie_secret="OMGSOOOOSECRET",
    )
    return TestClient(app)


def test_login(client: TestClient) -> None:
    """Strangers are sent to the login page, users get in."""
    assert client.get("/private").headers["Location"] == "/login"
    wrong = client.post("/login", form={"username": "jd", "password": "wrong"})
    assert wrong.headers["Location"] == "/login"
    right = client.post("/login", form={"username": "jd", "password": "secret"})
    assert right.headers["Location"] == "/private"


def test_database_connection(client: TestClient) -> None:
    """self.db_conn is what the application was given."""
    client.post("/login", form={"username": "jd", "password": "secret"})
    assert client.get("/private").text == "jd the document of jd"


def test_secure_cookies(client: TestClient) -> None:
    """A changed cookie is no cookie."""
    answer = client.post("/login", form={"username": "jd", "password": "secret"})
    value = answer.cookies["user_id"].value
    assert value != "jd"
    stranger = TestClient(client.app)
    for forged in (value[:-1] + ("A" if value[-1] != "A" else "B"), "jd"):
        refused = stranger.get("/private", headers={"cookie": f'user_id="{forged}"'})
        assert refused.headers["Location"] == "/login"


class User(Document):
    username = StringField(max_length=30, required=True)
    email = EmailField(max_length=100)
    password = StringField(max_length=128)
    is_active = BooleanField(default=False)
    last_login = LongField(default=curtime)
    date_joined = LongField(default=curtime)


def test_the_user_document() -> None:
    """Fields with rules, defaults that are computed, a dict for the database and back."""
    user = User(username="jd", email="jd@example.com")
    assert user.validate()
    assert user.is_active is False
    assert isinstance(user.date_joined, int)
    assert User(**user.to_python()) == user
    for wrong in (User(email="jd@example.com"), User(username="jd", email="nonsense")):
        with pytest.raises(ShieldException):
            wrong.validate()


def test_the_user_document_of_the_framework() -> None:
    """The same fields, and passwords on top."""
    assert set(User._fields) <= set(FrameworkUser._fields)
    user = FrameworkUser(username="jd")
    assert str(user) == "jd"
