"""Named routes, their URLs, and the methods of routes."""

from pathlib import Path
from typing import Any

import pytest
from brubeck.connections import WSGIConnection
from brubeck.handlers import WebMessageHandler
from brubeck.request_handling import Brubeck, render
from brubeck.templating import Jinja2Rendering, MakoRendering, load_jinja2_env, load_mako_env
from brubeck.testing import TestClient

SECRET = "a secret of sufficient length, for tests"


class Link(WebMessageHandler):
    def get(self, number: str) -> Any:
        self.set_body(self.url_for("link", number=int(number) + 1, page=2))
        return self.render()

    def patch(self, number: str) -> Any:
        self.set_body(f"patched {self.url_args}")
        return self.render()


def about(application: Brubeck, message: Any) -> Any:
    return render(application.url_for("link", number=1), 200, "OK", {})


def make_app(*rules: Any, **options: Any) -> Brubeck:
    named: list[Any] = [(r"^/links/(?P<number>\d+)$", Link, "link"), (r"^/about$", about)]
    return Brubeck(WSGIConnection(), [*named, *rules], **options)


@pytest.mark.parametrize("rule", [Link, "^/$", ("^/$",), ("^/$", Link, "link", 4), 7])
def test_what_is_no_rule_is_refused_with_an_example(rule: Any) -> None:
    """A forgotten bracket or pattern is told when the application is made."""
    with pytest.raises(ValueError, match=r"is no rule\. Give a list of pairs"):
        make_app(rule)


def test_routes_have_names_and_names_have_urls() -> None:
    """In triples, for rules and for decorators; with a query for what is no part of the path."""
    app = make_app()
    app.add_route_rule(r"^/tags/(\w+)$", about, name="tag")
    app.add_route(r"^/new$", method="POST", name="new")(about)
    assert app.url_for("link", number=7, page=2) == "/links/7?page=2"
    assert app.url_for("tag", "jazz") == "/tags/jazz"
    assert app.url_for("new") == "/new"
    assert set(app.route_names) == {"link", "tag", "new"}


def test_a_group_may_be_called_name() -> None:
    """It is the first argument that is the route's name, not the one that is called so."""
    app = make_app((r"^/people/(?P<name>\w+)$", about, "person"))
    assert app.url_for("person", name="jd") == "/people/jd"


def test_handlers_and_functions_link_by_name() -> None:
    """Both of them know the application."""
    client = TestClient(make_app())
    assert client.get("/links/7").text == "/links/8?page=2"
    assert client.get("/about").text == "/links/1"


def test_a_name_belongs_to_one_route() -> None:
    """A second one would silently take all links over."""
    with pytest.raises(ValueError, match="Two routes are named 'link'"):
        make_app((r"^/x$", about, "link"))


def test_handlers_show_what_the_pattern_captured() -> None:
    """Under a name that is theirs to use; empty before there is a request."""
    app = make_app()
    assert TestClient(app).request("PATCH", "/links/7").text == "patched {'number': '7'}"
    assert Link(app, TestClient(app)._request("GET", "http://x/", {}, b"")).url_args == ()


@pytest.mark.parametrize(
    ("loader", "base", "text"),
    [
        (load_jinja2_env, Jinja2Rendering, "{{ url_for('link', number=3, q='a&b', r=1) }}"),
        (load_mako_env, MakoRendering, "${url_for('link', number=3, q='a&b', r=1)}"),
    ],
)
def test_templates_link_by_name(tmp_path: Path, loader: Any, base: Any, text: str) -> None:
    """Escaped, from handlers and from functions."""

    class Page(base):  # type: ignore[misc]  # parametrized
        def get(self) -> Any:
            return self.render_template("page.html")

    def function(application: Brubeck, message: Any) -> Any:
        return render(application.render_template("page.html"), 200, "OK", {})

    (tmp_path / "page.html").write_text(text)
    app = make_app((r"^/p$", Page), (r"^/f$", function), template_loader=loader(tmp_path))
    for path in ("/p", "/f"):
        assert TestClient(app).get(path).text == "/links/3?q=a%26b&amp;r=1"


# -- methods ---------------------------------------------------------------------------------------


def decorated(**options: Any) -> TestClient:
    """Return a visitor of an application with functions and classes behind `add_route`."""
    app = make_app(**options)
    app.add_route(r"^/read$", method="GET")(about)
    app.add_route(r"^/change$", method=["POST", "patch"])(about)
    app.add_route(r"^/class/(?P<number>\d+)$", method="PATCH")(Link)
    app.add_route(r"^/all$")(about)
    app.add_route(r"^/outer$")(app.add_route(r"^/inner$", method="GET")(about))
    return TestClient(app)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/links/7", "GET, HEAD, OPTIONS, PATCH"),
        ("/read", "GET, HEAD, OPTIONS"),
        ("/change", "POST, PATCH, OPTIONS"),
        ("/class/7", "PATCH, OPTIONS"),
        ("/outer", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_and_405_say_the_same(path: str, allowed: str) -> None:
    """Whatever answers: a class, a function, a class behind a decorator."""
    client = decorated()
    options = client.request("OPTIONS", path)
    assert (options.status_code, options.headers["Allow"]) == (200, allowed)
    for method in ("DELETE", "BREW"):
        refused = client.request(method, path)
        assert (refused.status_code, refused.headers["Allow"]) == (405, allowed)


def test_what_is_allowed_is_answered() -> None:
    """HEAD without a body, PATCH as any other."""
    client = decorated()
    for path in ("/links/7", "/read", "/outer", "/about"):
        head = client.request("HEAD", path)
        assert (head.status_code, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(client.get(path).body))
    assert client.request("PATCH", "/change").text == "/links/1"
    assert client.request("PATCH", "/class/7").text.startswith("patched")


def test_a_route_without_methods_gets_every_method() -> None:
    """OPTIONS too: whoever says nothing about methods answers all of them."""
    assert decorated().request("OPTIONS", "/all").text == "/links/1"


def test_a_function_may_answer_options_itself() -> None:
    """If it says that it does."""
    app = make_app()
    app.add_route(r"^/own$", method=["GET", "OPTIONS"])(about)
    assert TestClient(app).request("OPTIONS", "/own").text == "/links/1"


def test_a_wrong_method_needs_no_token() -> None:
    """405 says more than 403, for functions as for classes."""
    client = decorated(csrf=True, cookie_secret=SECRET)
    assert client.post("/read").status_code == 405
    assert client.post("/outer").status_code == 405
    assert client.post("/change").status_code == 403


# -- APIs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["/v1.0/todos", r"/v1\.0/todos"])
def test_the_prefix_of_an_api_is_plain_text(prefix: str) -> None:
    """A dot in it is a dot, also where programs have escaped it themselves."""
    from brubeck.autoapi import AutoAPIBase
    from brubeck.queryset import DictQueryset
    from dictshield.document import Document
    from dictshield.fields import StringField

    model = type("Todo", (Document,), {"title": StringField(), "__module__": __name__})
    api = type("TodoAPI", (AutoAPIBase,), {"model": model, "queries": DictQueryset()})
    app = make_app()
    app.register_api(api, prefix=prefix)
    client = TestClient(app)
    assert client.get("/v1.0/todos/").status_code == 200
    assert client.get("/v1x0/todos/").status_code == 404
