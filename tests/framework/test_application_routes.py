"""Brubeck: which rule, decorated function or API gets a request."""

from typing import Any

import pytest
from brubeck.errors import Forbidden
from brubeck.handlers import MessageHandler, WebMessageHandler
from brubeck.request_handling import Brubeck, http_response, render
from brubeck.templating import Jinja2Rendering, load_jinja2_env
from brubeck.testing import TestClient
from doubles import make_request
from framework.applications import Hello, Silent, answer, make_app


def test_there_are_no_routes_before_the_first_rule() -> None:
    """Programs ask with hasattr."""
    app = Brubeck(msg_conn=Silent())
    assert not hasattr(app, "_routes")
    assert not hasattr(app, "handler_tuples")
    app.add_route_rule("^/a", Hello)
    [(regex, target)] = app._routes
    assert (regex.pattern, target) == ("^/a", Hello)


def test_an_application_without_rules_answers_404() -> None:
    """Routing without a table is no crash."""
    assert TestClient(make_app()).get("/").status_code == 404


def test_the_first_rule_that_matches_wins() -> None:
    """Later rules are not tried, and patterns are anchored at the start only."""
    app = make_app((r"^/a", lambda app, message: render("1", 200, "OK", {})), (r"^/ab", Hello))
    assert TestClient(app).get("/abc").text == "1"


def test_routing_returns_something_to_call() -> None:
    """A handler instance for classes with its arguments set, a closure for functions."""
    app = make_app((r"^/c/(\w+)$", Hello), (r"^/f$", lambda app, message: "called"))
    handler: Any = app.route_message(make_request(path="/c/jd"))
    assert isinstance(handler, Hello)
    assert handler._url_args == ("jd",)
    assert app.route_message(make_request(path="/f"))() == "called"


def test_functions_get_their_arguments() -> None:
    """Positional ones as they are, named ones without the false."""
    seen: list[Any] = []

    def page(application: Brubeck, message: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append((args, kwargs))
        return render("", 200, "OK", {})

    app = make_app((r"^/p/(\w+)/(\w+)?$", page), (r"^/n/(?P<a>\w+)/(?P<b>\w*)$", page))
    client = TestClient(app)
    client.get("/p/x/")
    client.get("/n/x/")
    assert seen == [(("x", None), {}), ((), {"a": "x"})]


def test_any_class_of_two_arguments_can_be_a_handler() -> None:
    """Its instances need only be callable."""

    class Plain:
        def __init__(self, application: Brubeck, message: Any) -> None:
            self.message = message

        def __call__(self) -> Any:
            return render(self.message.path, 200, "OK", {})

    assert answer(Plain, path="/x").text == "/x"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_paths_without_a_rule_are_404_for_every_method(method: str) -> None:
    """Also for OPTIONS, which the base handler could answer."""
    assert TestClient(make_app((r"^/a$", Hello))).request(method, "/b").status_code == 404


def test_a_base_handler_may_answer_unknown_paths_itself() -> None:
    """A method that it implements, or its own `unsupported`, wins over 404."""

    class Landing(WebMessageHandler):
        def get(self) -> Any:
            self.set_body("landing")
            return self.render()

    class Teapot(WebMessageHandler):
        def unsupported(self, *args: Any, **kwargs: Any) -> Any:
            return self.render_error(418)

    client = TestClient(make_app(base_handler=Landing))
    assert client.get("/x").text == "landing"
    assert client.post("/x").status_code == 404
    assert TestClient(make_app(base_handler=Teapot)).get("/x").status_code == 418


def test_a_base_handler_of_another_kind_is_taken_as_it_is() -> None:
    """A bare MessageHandler answers with its own document."""
    response = make_app(base_handler=MessageHandler).handle(make_request(path="/x"))
    assert response is not None
    assert b'"status_code":-1' in response.body


def test_templates_of_the_base_handler_serve_all_errors(tmp_path: Any) -> None:
    """Unknown paths, refusals and exceptions of functions get the program's own page."""
    (tmp_path / "errors.html").write_text("Oh no: {{ error_code }}")

    def broken(application: Brubeck, message: Any) -> Any:
        raise RuntimeError

    def refusing(application: Brubeck, message: Any) -> Any:
        raise Forbidden(headers={"X-Why": "because"})

    app = make_app(
        (r"^/broken$", broken),
        (r"^/refusing$", refusing),
        base_handler=Jinja2Rendering,
        template_loader=load_jinja2_env(tmp_path),
    )
    client = TestClient(app)
    assert client.get("/nowhere").text == "Oh no: 404"
    assert client.get("/broken").text == "Oh no: 500"
    refused = client.get("/refusing")
    assert (refused.status_code, refused.text, refused.headers["X-Why"]) == (
        403,
        "Oh no: 403",
        "because",
    )


def test_a_base_handler_that_fails_leaves_the_plain_error_page() -> None:
    """An error while answering an error is still answered."""

    class Failing(WebMessageHandler):
        def initialize(self) -> None:
            raise RuntimeError

    def broken(application: Brubeck, message: Any) -> Any:
        raise RuntimeError

    app = make_app((r"^/broken$", broken), base_handler=Failing)
    page = TestClient(app).get("/broken")
    assert page.status_code == 500
    assert "Internal Server Error" in page.text


def test_a_decorated_function_answers_its_methods_only() -> None:
    """Others get 405 with the route's own methods; one name, several, and any case will do."""
    app = make_app()

    @app.add_route(r"^/one$", method="get")
    def one(application: Brubeck, message: Any) -> Any:
        return http_response("one", 200, "OK", {})

    @app.add_route(r"^/two$", method=["POST", "put"])
    def two(application: Brubeck, message: Any) -> Any:
        return http_response("two", 200, "OK", {})

    client = TestClient(app)
    assert client.get("/one").text == "one"
    assert client.request("HEAD", "/one").status_code == 200
    assert client.post("/one").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.request("PUT", "/two").text == "two"
    refused = client.get("/two")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST, PUT, OPTIONS")


def test_no_method_given_means_every_method() -> None:
    """A route without method refuses nobody."""
    app = make_app()
    app.add_route(r"^/any$")(lambda application, message: render("any", 200, "OK", {}))
    assert TestClient(app).request("DELETE", "/any").text == "any"


def test_named_groups_reach_decorated_functions() -> None:
    """As keywords, with the function's defaults for those that are missing."""
    app = make_app()

    @app.add_route(r"^/deco/(?P<name>\w+)?$", method="GET")
    def deco(application: Brubeck, message: Any, name: str = "dude") -> Any:
        return render(name, 200, "OK", {})

    assert TestClient(app).get("/deco/jd").text == "jd"
    assert TestClient(app).get("/deco/").text == "dude"
    assert deco.__name__ == "deco"


def test_decorators_can_be_stacked() -> None:
    """Two addresses for one function; the outer one checks its methods too."""
    app = make_app()

    @app.add_route(r"^/outer$", method="POST")
    @app.add_route(r"^/inner$", method=["GET", "POST"])
    def page(application: Brubeck, message: Any) -> Any:
        return render("page", 200, "OK", {})

    client = TestClient(app)
    assert client.get("/inner").text == "page"
    assert client.post("/outer").text == "page"
    assert client.get("/outer").status_code == 405


def test_handler_classes_can_be_decorated() -> None:
    """The decorator takes what a rule takes."""
    app = make_app()
    app.add_route(r"^/hello/(\w+)$")(Hello)
    assert TestClient(app).get("/hello/jd").text == "Hello jd"


def test_a_base_handlers_own_refusal_is_kept() -> None:
    """Programs of 2011 answered a wrong method with 404; theirs is not made a 405."""

    class Old(WebMessageHandler):
        def unsupported(self, *args: Any, **kwargs: Any) -> Any:
            return self.render_error(404)

    app = make_app(base_handler=Old)
    app.add_route(r"^/one$", method="GET")(lambda application, message: render("", 200, "", {}))
    refused = TestClient(app).post("/one")
    assert (refused.status_code, refused.headers["Allow"]) == (404, None)


def make_api(name: str) -> Any:
    from brubeck.autoapi import AutoAPIBase
    from brubeck.queryset import DictQueryset
    from dictshield.document import Document
    from dictshield.fields import StringField

    model = type(name, (Document,), {"title": StringField(), "__module__": __name__})
    return type(f"{name}API", (AutoAPIBase,), {"model": model, "queries": DictQueryset()})


@pytest.mark.parametrize("path", ["/todo/", "/todo/1", "/todo/1/", "/todo/1,2-b/", "/todo/a//"])
def test_the_addresses_of_an_api(path: str) -> None:
    """Prefix and slash, then nothing or ids, then slashes."""
    app = make_app()
    app.register_api(make_api("Todo"))
    handler: Any = app.route_message(make_request(path=path))
    assert type(handler).__name__ == "TodoAPI"
    assert set(handler._url_args) == {"ids"}


@pytest.mark.parametrize("path", ["/todo", "/todo/1/more", "/todo/1,,2", "/todos/", "/x/todo/"])
def test_what_is_no_address_of_an_api(path: str) -> None:
    """No slash, more path after the ids, or an empty id is a 404."""
    app = make_app()
    app.register_api(make_api("Todo"))
    assert TestClient(app).get(path).status_code == 404


def test_an_api_may_live_below_a_base_or_a_prefix() -> None:
    """`api_base_url` goes before every model's name, `prefix` replaces both."""
    app = make_app(api_base_url="/v1/")
    app.register_api(make_api("Todo"))
    app.register_api(make_api("Note"), prefix="/elsewhere")
    assert TestClient(app).get("/v1/todo/").status_code == 200
    assert TestClient(app).get("/elsewhere/").status_code == 200


def test_each_application_has_a_manifest_of_its_own() -> None:
    """A second application lists its models at /manifest.json, and only those."""
    first, second = make_app(), make_app()
    first.register_api(make_api("Todo"))
    first.register_api(make_api("Note"))
    second.register_api(make_api("Other"))
    assert len(TestClient(first).get("/manifest.json").json()) == 2
    assert len(TestClient(second).get("/manifest.json").json()) == 1
    assert set(second.manifest) == {"other"}
    assert TestClient(second).get("/manifestxjson").status_code == 404
