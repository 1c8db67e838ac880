"""Error handlers of the application: which of them is asked, and what becomes of its answer."""

import logging
from pathlib import Path
from typing import Any

import pytest
from brubeck.concurrency.base import OutOfTime
from brubeck.connections import WSGIConnection
from brubeck.errors import BadRequest, HTTPError, NotFound, TooManyRequests
from brubeck.handlers import JSONMessageHandler, WebMessageHandler
from brubeck.request_handling import Brubeck, http_response, render
from brubeck.response import Response
from brubeck.templating import Jinja2Rendering, load_jinja2_env
from brubeck.testing import TestClient, TestResponse


class OutOfStockError(LookupError):
    """An exception of a program, which knows nothing of HTTP."""


class Strike(BadRequest):
    """An answer of a program's own."""


ERRORS: dict[str, type[BaseException] | BaseException] = {
    "stock": OutOfStockError("trumpet"),
    "key": KeyError("x"),
    "value": ValueError("v"),
    "missing": NotFound,
    "strike": Strike("no"),
    "busy": TooManyRequests(headers={"Retry-After": "9"}),
    "gone": HTTPError("gone", status_code=410),
}


def failing(application: Brubeck, message: Any, name: str) -> Any:
    raise ERRORS[name]


class Failing(WebMessageHandler):
    def get(self, name: str) -> Any:
        self.set_cookie("seen", "yes")
        raise ERRORS[name]


class FailingJson(JSONMessageHandler):
    def get(self, name: str) -> Any:
        raise ERRORS[name]


class Rendering(WebMessageHandler):
    def get(self, status: str) -> Any:
        self.headers["Content-Type"] = "text/x-other"
        return self.render_error(int(status), error_handler=self.explain)

    def explain(self) -> None:
        self.headers["X-Why"] = "because"


class Plain(WebMessageHandler):
    def get(self, status: str) -> Any:
        return self.render(int(status))


class Worded(WebMessageHandler):
    def get(self, status: str) -> Any:
        self.set_body("the form again", status_code=int(status))
        return self.render()


def make_app(**options: Any) -> Brubeck:
    routes: list[Any] = [
        (r"^/function/(\w+)$", failing),
        (r"^/class/(\w+)$", Failing),
        (r"^/json/(\w+)$", FailingJson),
        (r"^/rendering/(\d+)$", Rendering),
        (r"^/plain/(\d+)$", Plain),
        (r"^/worded/(\d+)$", Worded),
        (r"^/raw/(\d+)$", lambda app, message, code: http_response("", int(code), None, {})),
    ]
    return Brubeck(WSGIConnection(), routes, **options)


def naming(name: str, status_code: int = 418) -> Any:
    """Return an error handler that says its name and the error's class."""

    def function(application: Brubeck, message: Any, error: BaseException) -> Any:
        return render(f"{name}: {type(error).__name__}", status_code, "", {})

    return function


def seen(app: Brubeck, path: str, **options: Any) -> str:
    return TestClient(app).get(path, **options).text


@pytest.mark.parametrize("kind", ["function", "class", "json"])
def test_the_most_specific_class_wins(kind: str) -> None:
    """Whatever raised it: a function or a handler of either kind."""
    app = make_app()
    app.add_error_handler(LookupError, naming("lookup"))
    app.add_error_handler(OutOfStockError, naming("stock"))
    app.add_error_handler(Exception, naming("any"))
    assert seen(app, f"/{kind}/stock") == "stock: OutOfStockError"
    assert seen(app, f"/{kind}/key") == "lookup: KeyError"
    assert seen(app, f"/{kind}/value") == "any: ValueError"


@pytest.mark.parametrize("kind", ["function", "class", "json"])
def test_classes_come_before_statuses(kind: str) -> None:
    """A status is asked only if no class of the exception has a handler."""
    app = make_app()
    app.add_error_handler(400, naming("400"))
    assert seen(app, f"/{kind}/strike").startswith("400: ")
    app.add_error_handler(BadRequest, naming("bad"))
    assert seen(app, f"/{kind}/strike") == "bad: Strike"


@pytest.mark.parametrize("kind", ["function", "class", "json"])
def test_answers_are_no_defects(kind: str) -> None:
    """A handler for Exception leaves HTTP errors alone; one for HTTPError gets all errors."""
    app = make_app()
    app.add_error_handler(Exception, naming("any"))
    assert TestClient(app).get(f"/{kind}/missing").status_code == 404
    app = make_app()
    app.add_error_handler(HTTPError, naming("all"))
    assert seen(app, f"/{kind}/missing") == "all: NotFound"
    assert seen(app, f"/{kind}/value") == "all: HTTPError"
    assert seen(app, "/nowhere") == "all: NotFound"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/class/x", 405),
        ("GET", "/function/missing", 404),
        ("GET", "/function/gone", 410),
        ("GET", "/class/gone", 410),
        ("GET", "/function/value", 500),
        ("GET", "/class/value", 500),
        ("GET", "/json/value", 500),
        ("GET", "/rendering/404", 404),
        ("GET", "/plain/503", 503),
    ],
)
def test_a_status_is_answered_whoever_had_it(method: str, path: str, status: int) -> None:
    """Raised, rendered, without a route or without a body; the error has the status."""
    app = make_app()

    @app.error_handler(status)
    def page(application: Brubeck, message: Any, error: HTTPError) -> Any:
        return render(f"ours: {error.status_code} {bool(error.detail)}", 200, "", {})

    assert TestClient(app).request(method, path).text == f"ours: {status} True"


def test_what_has_words_of_its_own_is_left_alone() -> None:
    """A form that is shown again with 400 is no error page, nor is a finished answer."""
    app = make_app()
    app.add_error_handler(400, naming("400"))
    app.add_error_handler(BadRequest, naming("bad"))
    assert seen(app, "/worded/400") == "the form again"
    assert seen(app, "/raw/400") == ""


@pytest.mark.parametrize("base", [WebMessageHandler, JSONMessageHandler])
def test_errors_that_say_more_are_left_alone(base: type) -> None:
    """What a hook adds to an error, as the reasons of an API, must not get lost."""

    class Reasons(base):  # type: ignore[misc]  # parametrized
        def get(self) -> Any:
            return self.render_error(400, error_handler=self.explain)

        def explain(self) -> None:
            self.add_to_payload("errors", ["too long"])
            self.body = "too long"

    app = make_app()
    app.add_error_handler(HTTPError, naming("all"))
    app.add_error_handler(400, naming("400"))
    app.add_route_rule("^/reasons$", Reasons)
    assert "too long" in seen(app, "/reasons")


@pytest.mark.parametrize("kind", ["function", "class", "json"])
def test_error_handlers_get_what_was_raised(kind: str) -> None:
    """The very exception, with whatever the program has put on it."""
    app = make_app()
    got: list[BaseException] = []
    app.add_error_handler(HTTPError, lambda app, message, error: got.append(error))
    app.add_error_handler(OutOfStockError, lambda app, message, error: got.append(error))
    seen(app, f"/{kind}/strike")
    seen(app, f"/{kind}/stock")
    assert got[:2] == [ERRORS["strike"], ERRORS["stock"]]


def test_an_error_handler_that_takes_too_long_is_one_that_fails() -> None:
    """The time limit of the request ends it, and there is an answer all the same."""
    app = make_app()

    @app.error_handler(404)
    def slow(application: Brubeck, message: Any, error: HTTPError) -> Any:
        raise OutOfTime

    assert TestClient(app).get("/nowhere").status_code == 404
    app.base_handler = type("Slow", (WebMessageHandler,), {"initialize": slow_initialize})
    assert TestClient(app).get("/function/value").status_code == 500


def slow_initialize(handler: WebMessageHandler) -> None:
    raise OutOfTime


def test_headers_of_the_error_are_kept() -> None:
    """Allow, Retry-After, what a hook added, and cookies; not the type of a body that is gone."""
    app = make_app()
    app.add_error_handler(405, naming("405", 405))
    app.add_error_handler(TooManyRequests, naming("busy", 429))
    app.add_error_handler(409, naming("409", 409))
    client = TestClient(app)
    assert client.post("/class/x").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.get("/function/busy").headers["Retry-After"] == "9"
    answer = client.get("/class/busy")
    assert answer.headers["Retry-After"] == "9"
    assert answer.cookies["seen"].value == "yes"
    conflict = client.get("/rendering/409")
    assert conflict.headers["X-Why"] == "because"
    assert conflict.headers.get_all("Content-Type") == ["text/html; charset=utf-8"]


def test_the_nearest_is_asked_first() -> None:
    """A handler that answers exceptions itself does so; one that calls its parent asks further."""

    class Own(Failing):
        def error(self, err: Exception) -> Any:
            if isinstance(err, ValueError):
                self.set_body("my own", status_code=500)
                return self.render()
            return super().error(err)

        def http_error(self, error: HTTPError) -> Any:
            self.set_body("my own too", status_code=error.status_code)
            return self.render()

    app = make_app()
    app.add_error_handler(Exception, naming("any"))
    app.add_error_handler(HTTPError, naming("http"))
    app.add_route_rule(r"^/own/(\w+)$", Own)
    assert seen(app, "/own/value") == "my own"
    assert seen(app, "/own/key") == "any: KeyError"
    assert seen(app, "/own/missing") == "my own too"


def test_a_handler_may_leave_an_error_to_the_built_in_page() -> None:
    """None says so, for exceptions and statuses alike."""
    app = make_app()
    app.add_error_handler(NotFound, lambda *args: None)
    app.add_error_handler(ValueError, lambda *args: None)
    client = TestClient(app)
    assert "There is nothing at this address" in client.get("/nowhere").text
    for kind in ("function", "class"):
        page = client.get(f"/{kind}/value")
        assert (page.status_code, "Internal Server Error" in page.text) == (500, True)


@pytest.mark.parametrize("kind", ["function", "class", "json"])
def test_an_error_handler_that_fails_is_logged_and_replaced(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By what there would have been without it."""
    app = make_app()

    @app.error_handler(KeyError, NotFound, 500)
    def broken(application: Brubeck, message: Any, error: BaseException) -> Any:
        raise RuntimeError("the handler itself")

    client = TestClient(app)
    assert client.get(f"/{kind}/missing").status_code == 404
    assert client.get(f"/{kind}/key").status_code == 500
    assert "the handler itself" in caplog.text
    assert "the handler itself" not in client.get(f"/{kind}/key").text


@pytest.mark.parametrize("result", [object(), "", 7])
def test_an_impossible_result_is_a_failure(result: object) -> None:
    """Of what is no answer none is made."""
    app = make_app()
    app.add_error_handler(404, lambda *args: result)
    assert TestClient(app).get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    "result",
    [
        Response(404, "page"),
        render("page", 404, "", {}),
        {"status": "404 Nope", "body": "page"},
        http_response("page", 404, None, {}),
    ],
    ids=["Response", "render", "dict", "text"],
)
def test_any_shape_of_result_will_do(result: Any) -> None:
    """What handlers may return, error handlers may."""
    app = make_app()
    app.add_error_handler(404, lambda *args: result)
    page = TestClient(app).get("/nowhere")
    assert (page.status_code, page.text) == (404, "page")


@pytest.mark.parametrize("kind", ["function", "class"])
def test_what_is_expected_is_not_logged(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """An exception with a handler of its own is no defect; what Exception catches is one."""
    app = make_app()
    app.add_error_handler(OutOfStockError, naming("stock"))
    app.add_error_handler(Exception, naming("any"))
    with caplog.at_level(logging.WARNING):
        seen(app, f"/{kind}/stock")
        assert not caplog.records
        seen(app, f"/{kind}/value")
    assert "ValueError: v" in caplog.text


def test_an_answer_without_a_body_gets_the_built_in_one() -> None:
    """A handler that only changes the status need not write a page."""
    app = make_app()
    app.add_error_handler(ValueError, lambda *args: Response(409))
    for kind in ("function", "class"):
        page = TestClient(app).get(f"/{kind}/value")
        assert page.status_code == 409
        assert "Somebody" in page.text or "Something else has changed" in page.text


def test_an_error_handler_comes_before_the_error_template(tmp_path: Path) -> None:
    """For its own errors; the template keeps the others."""
    (tmp_path / "errors.html").write_text("template {{ error_code }}")

    class Page(Jinja2Rendering):
        def get(self, name: str) -> Any:
            raise ERRORS[name]

    app = make_app(base_handler=Jinja2Rendering, template_loader=load_jinja2_env(tmp_path))
    app.add_route_rule(r"^/page/(\w+)$", Page)
    app.add_error_handler(404, naming("ours"))
    assert seen(app, "/nowhere") == "ours: NotFound"
    assert seen(app, "/page/missing") == "ours: NotFound"
    assert seen(app, "/page/gone") == "template 410"
    assert seen(app, "/function/value") == "template 500"


def test_refusals_before_routing_are_errors_too() -> None:
    """A foreign host or a huge body; the connection is closed none the less."""
    app = make_app(allowed_hosts=["localhost"])
    app.add_error_handler(421, naming("421", 421))
    page: TestResponse = TestClient(app, "evil.test").get("/")
    assert page.text == "421: MisdirectedRequest"
    request = TestClient(app, "evil.test")._request("GET", "http://evil.test/", {}, b"")
    response = app.handle(request)
    assert isinstance(response, Response)
    assert response.header("connection") == "close"


@pytest.mark.parametrize("kind", [200, 600, "404", None, int, [404]])
def test_what_is_no_kind_of_error_is_refused(kind: Any) -> None:
    """At once, and the message says what would do."""
    with pytest.raises(ValueError, match="a status from 400 to 599"):
        make_app().add_error_handler(kind, naming("x"))
