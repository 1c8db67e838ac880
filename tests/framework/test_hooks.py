"""Functions around every request."""

from typing import Any

import pytest
from brubeck.connections import WSGIConnection
from brubeck.errors import Forbidden
from brubeck.handlers import WebMessageHandler
from brubeck.hooks import Hooks
from brubeck.request_handling import Brubeck, http_response, render
from brubeck.response import Response
from brubeck.testing import TestClient


class Hello(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("hello")
        return self.render()


def make_app(**options: Any) -> Brubeck:
    routes: list[Any] = [
        (r"^/$", Hello),
        (r"^/raw$", lambda app, message: http_response("raw", 200, "OK", {})),
        (r"^/broken$", lambda app, message: 1 / 0),
        (r"^/nothing$", lambda app, message: None),
    ]
    return Brubeck(WSGIConnection(), routes, **options)


def stamp(name: str) -> Any:
    """Return a hook that adds its name to a header of every answer."""

    def hook(application: Brubeck, message: Any, response: Response) -> None:
        response.set_header("X-Hooks", (response.header("X-Hooks") or "") + name)

    return hook


def test_a_list_of_hooks_decorates() -> None:
    """Both ways lead into the list, and the function stays what it is."""
    hooks: Hooks[Any] = Hooks()

    @hooks
    def first() -> None:
        pass

    hooks.append(print)
    assert hooks == [first, print]


def test_hooks_run_in_order_around_the_handler() -> None:
    """They see application and message, and the message carries what they leave on it."""
    app = make_app()
    order: list[str] = []

    @app.before_request
    def first(application: Brubeck, message: Any) -> None:
        assert application is app
        message.visitor = "jd"
        order.append("first")

    @app.before_request
    def second(application: Brubeck, message: Any) -> None:
        order.append(f"second {message.visitor}")

    app.after_request.append(stamp("a"))
    app.after_request.append(stamp("b"))
    assert TestClient(app).get("/").headers["X-Hooks"] == "ab"
    assert order == ["first", "second jd"]


def test_a_result_before_ends_the_request() -> None:
    """Any shape of it; later hooks and the handler are not asked, hooks after it are."""
    app = make_app()
    app.before_request(lambda application, message: render("closed", 503, "", {}))
    app.before_request(lambda application, message: 1 / 0)
    app.after_request(stamp("a"))
    page = TestClient(app).get("/")
    assert (page.status_code, page.text, page.headers["X-Hooks"]) == (503, "closed", "a")


def test_a_result_before_without_a_body_is_explained() -> None:
    """As errors of handlers are."""
    app = make_app()
    app.before_request(lambda application, message: Response(503))
    assert "cannot do this at the moment" in TestClient(app).get("/").text


def test_an_exception_before_is_an_error() -> None:
    """With its status, or 500; the hooks after it run."""
    app = make_app()

    @app.before_request
    def refuse(application: Brubeck, message: Any) -> None:
        raise Forbidden if message.path == "/" else RuntimeError

    app.after_request(stamp("a"))
    for path, status in (("/", 403), ("/raw", 500)):
        page = TestClient(app).get(path)
        assert (page.status_code, page.headers["X-Hooks"]) == (status, "a")


@pytest.mark.parametrize("path", ["/", "/raw", "/broken", "/elsewhere"])
def test_hooks_after_it_see_every_answer(path: str) -> None:
    """Pages, finished answers, errors and unknown paths."""
    app = make_app()
    app.after_request(stamp("a"))
    assert TestClient(app).get(path).headers["X-Hooks"] == "a"


def test_hooks_after_it_see_refusals() -> None:
    """Also of a host that is not ours."""
    app = make_app(allowed_hosts=["localhost"])
    app.after_request(stamp("a"))
    app.before_request(lambda application, message: 1 / 0)
    page = TestClient(app, "evil.test").get("/")
    assert (page.status_code, page.headers["X-Hooks"]) == (421, "a")


def test_hooks_after_it_may_replace_the_answer() -> None:
    """The next one sees the new answer, and the usual headers are on it."""
    app = make_app()
    app.after_request(lambda application, message, response: Response(202, "replaced"))
    app.after_request(stamp("b"))
    page = TestClient(app).get("/")
    assert (page.status_code, page.text, page.headers["X-Hooks"]) == (202, "replaced", "b")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert len(page.headers.get_all("X-Request-Id") or []) == 1


@pytest.mark.parametrize("body", ["hellö", "hellö".encode()])
def test_hooks_after_it_may_set_what_answers_are_made_of(body: object) -> None:
    """Text for a body and numbers in headers are understood; what is neither is an error."""
    app = make_app()

    @app.after_request
    def change(application: Brubeck, message: Any, response: Any) -> None:
        response.body, response.headers = body, {"X-Number": 7}

    page = TestClient(app).get("/")
    assert (page.status_code, page.text) == (200, "hellö")
    assert page.headers["X-Number"] == "7"


def test_an_exception_after_it_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged and answered, by error handlers too, and the other hooks still run."""
    app = make_app()
    app.after_request(lambda application, message, response: 1 / 0)
    app.after_request(stamp("b"))
    page = TestClient(app).get("/")
    assert (page.status_code, page.headers["X-Hooks"]) == (500, "b")
    assert "ZeroDivisionError" in caplog.text
    app.add_error_handler(ZeroDivisionError, lambda *args: Response(409, "sorry"))
    assert TestClient(app).get("/").text == "sorry"


def test_what_is_not_answered_has_no_hooks_after_it() -> None:
    """There is nothing to look at."""
    app = make_app()
    seen: list[Any] = []
    app.after_request(lambda application, message, response: seen.append(response))
    assert app.handle(TestClient(app)._request("GET", "http://x/nothing", {}, b"")) is None
    assert seen == []
