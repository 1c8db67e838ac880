"""The programs that the original was published with, as acceptance tests (contract section 18)."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from brubeck.auth import UserHandlingMixin, authenticated, web_authenticated
from brubeck.autoapi import AutoAPIBase
from brubeck.connections import WSGIConnection
from brubeck.models import User
from brubeck.queryset import DictQueryset
from brubeck.request_handling import (
    Brubeck,
    JSONMessageHandler,
    WebMessageHandler,
    http_response,
    render,
)
from brubeck.sessions import MemorySessionStore, SessionHandlingMixin
from brubeck.templating import (
    Jinja2Rendering,
    MakoRendering,
    MustacheRendering,
    TornadoRendering,
    load_jinja2_env,
    load_mako_env,
    load_mustache_env,
    load_tornado_env,
)
from brubeck.testing import TestClient
from dictshield.document import Document
from dictshield.fields import BooleanField, StringField

PREFIX = "/brubeck"


def app(*handler_tuples: tuple[str, Any], **options: Any) -> Brubeck:
    return Brubeck(WSGIConnection(0), list(handler_tuples), **options)


# -- minimal, without classes, with URL arguments ----------------------------------------------


class NameHandler(WebMessageHandler):
    def get(self, name: str | None = None) -> Any:
        self.set_body(f"Take five, {name or self.get_argument('name', 'dude')}!")
        return self.render()


def name_function(application: Any, message: Any, name: str = "dude") -> Any:
    return http_response(f"Take five, {message.get_argument('name', name)}!", 200, "OK", {})


@pytest.mark.parametrize("target", [NameHandler, name_function])
def test_minimal_and_noclasses(target: Any) -> None:
    """Answers by name; the rest is 404."""
    client = TestClient(app((r"^/brubeck", target)))
    assert client.get("/brubeck").text == "Take five, dude!"
    assert client.get("/brubeck?name=J%C3%BCrgen").text == "Take five, Jürgen!"
    assert client.get("/").status_code == 404


def test_url_arguments() -> None:
    """By position for a class, by name for a function and a decorated function."""
    application = app((r"^/class/(\w+)", NameHandler), (r"^/fun/(?P<name>\w+)", name_function))

    @application.add_route(r"^/deco/(?P<name>\w+)", method="GET")
    def decorated(application: Any, message: Any, name: str) -> Any:
        return render(f"Take five, {name}!", 200, "OK", {})

    application.add_route_rule(r"^/$", NameHandler)
    client = TestClient(application)
    for path in ("/class/ada", "/fun/ada", "/deco/ada"):
        assert client.get(path).text == "Take five, ada!"
    assert client.get("/").text == "Take five, dude!"


# -- templates ---------------------------------------------------------------------------------

ENGINES: dict[str, tuple[Any, Callable[..., Any], str, str]] = {
    "jinja2": (Jinja2Rendering, load_jinja2_env, "success.html", "Take five, {{ name }}!"),
    "mako": (MakoRendering, load_mako_env, "success.html", "Take five, ${name}!"),
    "tornado": (TornadoRendering, load_tornado_env, "success.html", "Take five, {{ name }}!"),
    "mustache": (MustacheRendering, load_mustache_env, "success", "{{>take}}, {{name}}!"),
}


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_templates(engine: str, tmp_path: Path) -> None:
    """By a handler of the engine, and by a function through the application."""
    rendering, load, name, text = ENGINES[engine]
    extension = ".mustache" if engine == "mustache" else ""
    (tmp_path / (name + extension)).write_text(text)
    (tmp_path / "take.mustache").write_text("Take five")

    class Demo(rendering):  # type: ignore[misc]
        def get(self) -> Any:
            return self.render_template(name, name=self.get_argument("name", "dude"))

    application = app((r"^/brubeck", Demo), template_loader=load(str(tmp_path)))

    @application.add_route("^/function", method=["GET", "POST"])
    def function(application: Any, message: Any) -> Any:
        body = application.render_template(name, name=message.get_argument("name", "dude"))
        return http_response(body, 200, "OK", {})

    client = TestClient(application)
    assert client.get("/brubeck").text == client.get("/function").text == "Take five, dude!"
    assert client.get("/brubeck?name=<b>").text == "Take five, &lt;b&gt;!"
    assert client.post("/function", form={"name": "ada"}).text == "Take five, ada!"
    assert client.request("DELETE", "/function").status_code == 405
    assert client.request("HEAD", "/brubeck").body == b""


# -- users -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def user() -> User:
    """Give somebody with a password; making one takes a moment."""
    return User.create_user("jd", "foo")


def test_auth(user: User) -> None:
    """User name and password with each request: text, or 401 with a page that says what to do."""

    class Demo(WebMessageHandler, UserHandlingMixin):
        def get_current_user(self) -> Any:
            known = self.get_argument("username") == user.username
            return user if known and user.check_password(self.get_argument("password")) else None

        @authenticated
        def post(self) -> Any:
            self.set_body(f"{self.current_user.username} logged in successfully!")
            return self.render()

    client = TestClient(app((r"^/brubeck", Demo)))
    right = client.post("/brubeck", form={"username": "jd", "password": "foo"})
    assert right.text == "jd logged in successfully!"
    wrong = client.post("/brubeck", form={"username": "jd", "password": "bar"})
    assert wrong.status_code == 401
    assert "Log in" in wrong.text


def test_login(user: User, tmp_path: Path) -> None:
    """Cookie login with redirects between /login, /logout and /; forms carry CSRF tokens."""
    (tmp_path / "login.html").write_text("<form>{{ csrf_field }}</form>")
    (tmp_path / "landing.html").write_text("Hello {{ current_user }} {{ csrf_field }}")

    class Base(WebMessageHandler, SessionHandlingMixin, UserHandlingMixin):
        def get_current_user(self) -> Any:
            return self.session and self.session.user_id

    class Landing(Base, Jinja2Rendering):  # type: ignore[misc]
        @web_authenticated
        def get(self) -> Any:
            return self.render_template("landing.html")

    class Login(Base, Jinja2Rendering):  # type: ignore[misc]
        def get(self) -> Any:
            return self.render_template("login.html")

        def post(self) -> Any:
            if not user.check_password(self.get_argument("password")):
                return self.redirect("/login")
            self.start_session(self.get_argument("username"))
            return self.redirect("/")

    class Logout(Base):
        def post(self) -> Any:
            self.end_session()
            return self.redirect("/login")

    client = TestClient(
        app(
            (r"^/login$", Login),
            (r"^/logout$", Logout),
            (r"^/$", Landing),
            template_loader=load_jinja2_env(tmp_path),
            cookie_secret="a long secret for this test only",
            login_url="/login",
            csrf=True,
            sessions=MemorySessionStore(),
        )
    )

    def submit(page: str, path: str, **form: str) -> Any:
        token = client.get(page).text.partition('value="')[2].partition('"')[0]
        return client.post(path, form={**form, "csrf_token": token})

    assert client.get("/", follow=True).url.endswith("/login")
    assert submit("/login", "/login", username="jd", password="x").headers["Location"] == "/login"
    assert client.post("/login", form={"username": "jd", "password": "foo"}).status_code == 403
    assert submit("/login", "/login", username="jd", password="foo").headers["Location"] == "/"
    assert "Hello jd" in client.get("/").text
    refused = client.post("/logout")
    assert refused.status_code == 403
    assert "reload the page" in refused.text
    assert submit("/", "/logout").headers["Location"] == "/login"
    assert client.get("/").status_code == 302


# -- long polls, uploads, APIs -----------------------------------------------------------------


def test_longpolling() -> None:
    """A handler may wait in blocking style while the process goes on; the answer is plain text."""
    waiting, news = Event(), Event()

    class Feed(WebMessageHandler):
        def get(self) -> Any:
            waiting.set()
            assert news.wait(10)
            self.set_body("news", headers={"Content-Type": "text/plain"})
            return self.render()

    client = TestClient(app((r"^/feed", Feed)))
    answers: list[Any] = []
    poll = Thread(target=lambda: answers.append(client.get("/feed")))
    poll.start()
    assert waiting.wait(10)
    assert answers == []
    news.set()
    poll.join()
    assert (answers[0].text, answers[0].headers["Content-Type"]) == ("news", "text/plain")


def test_multipart() -> None:
    """Files are in message.files, with bytes as body."""

    class Upload(WebMessageHandler):
        def post(self) -> Any:
            self.set_body(self.message.files["data"][0]["body"])
            return self.render()

    client = TestClient(app((r"^/add_file", Upload)))
    answer = client.post("/add_file", files={"data": ("a.bin", b"\x00\xff", "image/png")})
    assert answer.body == b"\x00\xff"


class Todo(Document):
    title = StringField(max_length=40, required=True)
    completed = BooleanField(default=False)

    class Meta:
        id_options = {"auto_fill": True}


def test_autoapi() -> None:
    """The calls of the documentation, in their order."""

    class TodosAPI(AutoAPIBase):
        queries = DictQueryset()
        model = Todo

        def render(self, **kwargs: Any) -> Any:
            return super().render(hide_status=True, **kwargs)

    application = app()
    application.register_api(TodosAPI)
    client = TestClient(application)
    assert client.get("/todo/").json() == []
    made = client.post("/todo/", json={"title": "write tests"}).json()
    assert (made["title"], made["completed"]) == ("write tests", False)
    path = f"/todo/{made['id']}/"
    assert client.get(path).json()["title"] == "write tests"
    changed = client.request("PUT", path, json={"title": "run tests", "completed": True})
    assert changed.json()["completed"] is True
    assert client.request("DELETE", path).json()[0]["title"] == "run tests"
    assert client.get(path).status_code == 404
    (schema,) = client.get("/manifest.json").json()
    assert schema["title"] == "Todo"


# -- what an application shows of errors -------------------------------------------------------


def test_details_of_errors_reach_the_client() -> None:
    """On the page for people, in the document for programs."""

    class Page(WebMessageHandler):
        def get(self) -> Any:
            return self.redirect("/\nX: 1")

    class Api(JSONMessageHandler, Page):
        pass

    client = TestClient(app((r"^/page", Page), (r"^/api", Api)))
    page = client.get("/page")
    assert page.status_code == 400
    assert "control characters" in page.text
    assert "control characters" in client.get("/api").json()["detail"]
