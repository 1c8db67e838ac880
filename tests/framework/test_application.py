"""Brubeck: configuration, routes, and the way of a request through it."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from brubeck.caching import BaseCacheStore
from brubeck.concurrency import current
from brubeck.connections import Connection, Mongrel2Connection, WSGIConnection
from brubeck.errors import Forbidden, FourOhFourException
from brubeck.handlers import MessageHandler, WebMessageHandler
from brubeck.limits import Limits
from brubeck.request_handling import Brubeck, coro_pool, coro_spawn, http_response, render
from brubeck.templating import Jinja2Rendering, load_jinja2_env
from brubeck.testing import TestClient
from doubles import make_request
from gevent import Timeout
from gevent.event import Event

PAIR = ("ipc://in", "ipc://out")


class Silent(Connection):
    """A transport that carries nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.served: list[Brubeck] = []
        self.sent: list[tuple[str, str, Any]] = []

    def recv_forever_ever(self, application: Brubeck) -> None:
        self.served.append(application)

    def send(self, uuid: str, conn_id: str, msg: Any) -> None:
        self.sent.append((uuid, conn_id, msg))


class Hello(WebMessageHandler):
    def get(self, name: str = "dude") -> Any:
        self.set_body(f"Hello {name}")
        return self.render()


def make_app(*routes: Any, **options: Any) -> Brubeck:
    return Brubeck(msg_conn=Silent(), handler_tuples=list(routes), **options)


def answer(target: Any, pattern: str = "^/", path: str = "/", **options: Any) -> Any:
    return TestClient(make_app((pattern, target), **options)).get(path)


# -- configuration ---------------------------------------------------------------------------------


def test_a_pair_of_addresses_makes_a_connection_to_mongrel2() -> None:
    """The keyword of 2011 works, and the connection has both of its names."""
    app = Brubeck(mongrel2_pair=PAIR)
    assert isinstance(app.msg_conn, Mongrel2Connection)
    assert app.msg_conn is app.m2conn
    assert (app.msg_conn.in_addr, app.msg_conn.out_addr) == PAIR


def test_a_pair_may_come_first() -> None:
    """So did the positional argument of 2011, as a tuple or a list."""
    assert Brubeck(list(PAIR)).m2conn.in_addr == PAIR[0]


def test_a_connection_wins_over_a_pair() -> None:
    """Of two transports the newer keyword counts."""
    connection = Silent()
    assert Brubeck(msg_conn=connection, mongrel2_pair=PAIR).msg_conn is connection


def test_a_transport_is_needed() -> None:
    """Without one the error says what to pass."""
    with pytest.raises(ValueError, match=r"No web server connection provided.*WSGIConnection"):
        Brubeck()


def test_unknown_keywords_are_ignored_aloud(caplog: pytest.LogCaptureFixture) -> None:
    """Old programs pass extra ones; whoever misspells one finds it in the log."""
    Brubeck(msg_conn=Silent(), allowed_host="x")
    assert "allowed_host" in caplog.text


def test_the_log_names_the_coroutine_library(caplog: pytest.LogCaptureFixture) -> None:
    """The first line says on what the program runs."""
    with caplog.at_level(logging.INFO):
        Brubeck(msg_conn=Silent())
    assert "Using coroutine library: gevent" in caplog.text


def test_defaults() -> None:
    """What is not given has the values of the original."""
    app = make_app()
    assert app.api_base_url == "/"
    assert app.MULTIPLE_ITEM_SEP == ","
    assert isinstance(app.pool, coro_pool)
    assert app.base_handler is WebMessageHandler
    assert (app.login_url, app.db_conn, app.cookie_secret) == (None, None, None)
    assert not hasattr(app, "template_env")
    assert not hasattr(app, "render_template")


def test_pools_of_all_kinds() -> None:
    """A pool is made by calling, or taken as it is; anything else is refused."""
    pool = coro_pool(3)
    assert make_app(pool=pool).pool is pool
    assert make_app(pool=lambda: pool).pool is pool
    assert isinstance(make_app(pool=coro_pool).pool, coro_pool)
    with pytest.raises(ValueError, match="Unable to initialize coroutine pool"):
        make_app(pool="many")


def test_tasks_of_the_pool_can_be_killed() -> None:
    """A background job started before run() ends when its handle is killed."""
    ended = Event()

    def job() -> None:
        try:
            Event().wait()
        finally:
            ended.set()

    task = make_app().pool.spawn(job)
    current().sleep(0)
    task.kill()
    assert ended.wait(5)


def test_a_template_loader_gives_the_application_templates(tmp_path: Any) -> None:
    """Functions render through the application."""
    (tmp_path / "page.html").write_text("<b>{{ name }}</b>")
    app = make_app(template_loader=load_jinja2_env(tmp_path))
    assert app.render_template("page.html", name="<jd>") == "<b>&lt;jd&gt;</b>"
    assert app.template_env is not None


def test_a_loader_without_result_is_an_error() -> None:
    """An application does not start without the templates it asked for."""
    with pytest.raises(ValueError, match="template_env failed to load"):
        make_app(template_loader=lambda: None)


def test_a_loader_that_cannot_be_called_is_ignored() -> None:
    """As the original did."""
    assert not hasattr(make_app(template_loader="templates"), "template_env")


# -- routes ----------------------------------------------------------------------------------------


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


# -- add_route -------------------------------------------------------------------------------------


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


# -- what comes back -------------------------------------------------------------------------------


def raise_it(error: BaseException) -> Callable[..., Any]:
    def function(application: Brubeck, message: Any) -> Any:
        raise error

    return function


def test_exceptions_of_functions_are_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The client gets 500 without the text, the log gets the traceback."""
    page = answer(raise_it(RuntimeError("the secret")))
    assert page.status_code == 500
    assert "the secret" not in page.text
    assert "RuntimeError: the secret" in caplog.text


def test_a_time_limit_that_nobody_catches_is_a_500() -> None:
    """Gevent's Timeout is no Exception, yet the client must get an answer."""
    assert answer(raise_it(Timeout(1))).status_code == 500


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()], ids=["exit", "ctrl-c"])
def test_the_end_of_the_program_is_not_an_error(error: BaseException) -> None:
    """What ends a process passes through."""
    with pytest.raises(type(error)):
        answer(raise_it(error))


def test_a_missing_item_is_a_404() -> None:
    """The querysets' exception becomes its status in functions too."""
    assert answer(raise_it(FourOhFourException("item 7"))).status_code == 404


def test_an_error_can_have_a_reason_and_headers() -> None:
    """Raised anywhere, an HTTPError decides about the status line and headers."""
    page = answer(raise_it(Forbidden("No entry.", headers={"X-Why": "w"})))
    assert (page.status_code, page.headers["X-Why"]) == (403, "w")
    assert "No entry." in page.text


def test_nothing_returned_is_nothing_sent(caplog: pytest.LogCaptureFixture) -> None:
    """The log names the function, for those who forgot a return."""

    def forgetful(application: Brubeck, message: Any) -> Any:
        return None

    app = make_app((r"^/", forgetful))
    with caplog.at_level(logging.DEBUG):
        assert app.handle(make_request()) is None
    assert "forgetful" in caplog.text


def test_security_headers_do_not_replace_the_handlers_own() -> None:
    """They are added where they are missing, and not at all when the program says so."""

    def framed(application: Brubeck, message: Any) -> Any:
        return render("x", 200, "OK", {"x-frame-options": "DENY"})

    page = answer(framed)
    assert page.headers.get_all("X-Frame-Options") == ["DENY"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert answer(framed, security_headers=False).headers["X-Content-Type-Options"] is None


def test_finished_responses_are_not_touched() -> None:
    """Text that begins with HTTP/ goes out as it is."""
    response = make_app((r"^/", lambda app, message: http_response("x", 200, "OK", {}))).handle(
        make_request()
    )
    assert response is not None
    assert response.to_http() == b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"


def test_only_the_allowed_hosts_are_answered() -> None:
    """Another name gets 421; letters, port and a trailing dot do not matter."""
    app = make_app((r"^/", Hello), allowed_hosts=["Listsurf.localhost."])
    assert TestClient(app, "listsurf.LOCALHOST.:6767").get("/").status_code == 200
    refused = TestClient(app, "evil.example").get("/")
    assert refused.status_code == 421
    assert "host name" in refused.text


def test_a_body_over_the_limit_is_refused() -> None:
    """No handler sees it."""
    app = make_app((r"^/", Hello), limits=Limits(body=10))
    assert TestClient(app).post("/", body=b"x" * 11).status_code == 413


def test_trusted_proxies_name_the_client(caplog: pytest.LogCaptureFixture) -> None:
    """Behind a proxy that is trusted, the log has the visitor's address."""
    app = make_app((r"^/", Hello), trusted_proxies=["127.0.0.1"])
    with caplog.at_level(logging.INFO):
        TestClient(app).get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert "(203.0.113.9)" in caplog.text


@pytest.mark.parametrize("wrong", [["10.0.0"], ["127.0.0.1", "10.0.0.0/33"], "127.0.0.1"])
def test_a_misspelt_proxy_is_refused_at_once(wrong: Any) -> None:
    """Not at the first request; the error says what a list of proxies looks like."""
    with pytest.raises(ValueError, match=r"trusted_proxies: .*10\.0\.0\.0/8"):
        make_app(trusted_proxies=wrong)


def test_one_line_of_log_for_each_answer(caplog: pytest.LogCaptureFixture) -> None:
    """Status, method, path, client, time and request id; nothing when INFO is off."""
    client = TestClient(make_app((r"^/", Hello)))
    with caplog.at_level(logging.INFO, "brubeck.access"):
        page = client.get("/some/path")
    [line] = [record.getMessage() for record in caplog.records if record.name == "brubeck.access"]
    assert line.startswith("200 GET /some/path (127.0.0.1) ")
    assert line.endswith(f"ms {page.headers['X-Request-Id']}")
    caplog.clear()
    with caplog.at_level(logging.WARNING, "brubeck.access"):
        client.get("/")
    assert not caplog.records


def test_a_path_cannot_forge_a_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Control characters are shown, not written (CWE-117)."""
    with caplog.at_level(logging.INFO, "brubeck.access"):
        make_app((r"^/", Hello)).handle(make_request(path="/a\n200 GET /b"))
    assert r"/a\n200 GET /b" in caplog.text


def test_static_files_come_before_the_other_rules(tmp_path: Any) -> None:
    """Given to the constructor, they need no rule of their own."""
    from brubeck.static import StaticFiles

    (tmp_path / "a.css").write_text("a{}")
    static = StaticFiles([tmp_path])
    client = TestClient(make_app((r"^/", Hello), static=static))
    assert client.get("/static/a.css").text == "a{}"
    assert client.get("/").text == "Hello dude"


# -- APIs ------------------------------------------------------------------------------------------


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


# -- life cycle ------------------------------------------------------------------------------------


def test_run_serves_between_greeting_and_farewell(capsys: pytest.CaptureFixture[str]) -> None:
    """The hooks run around serving, and run() returns."""
    app = make_app()
    order: list[str] = []
    app.on_start.append(lambda: order.append("start"))
    app.on_stop.append(lambda: order.append("stop"))
    app.run()
    connection: Any = app.msg_conn
    assert connection.served == [app]
    assert order == ["start", "stop"]
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("Brubeck v1.0.0 online ]---")
    assert "going down" in last


def test_the_stop_hooks_run_after_a_failure() -> None:
    """What was begun is cleaned up, and the error comes out."""
    app = make_app()
    order: list[str] = []
    app.on_start.append(lambda: order.append(1 / 0))  # type: ignore[arg-type]
    app.on_stop.append(lambda: order.append("stop"))
    with pytest.raises(ZeroDivisionError):
        app.run()
    assert order == ["stop"]


def test_stop_before_run_is_harmless() -> None:
    """There is nothing to stop."""
    make_app().stop()


def test_work_can_be_spawned_on_the_pool() -> None:
    """coro_spawn passes application and message along."""
    done = Event()
    seen: list[Any] = []

    def work(*args: Any, **kwargs: Any) -> None:
        seen.append((args, kwargs))
        done.set()

    app, message = make_app(), object()
    coro_spawn(work, app, message, 1, key=2)
    assert done.wait(5)
    assert seen == [((app, message, 1), {"key": 2})]


def test_the_functions_of_2011_still_route_and_reply() -> None:
    """route_message of the module finds the handler, runs it on the pool and replies."""
    from brubeck.request_handling import route_message

    app = make_app((r"^/", lambda app, message: http_response("old", 200, "OK", {})))
    route_message(app, make_request())
    app.pool.join()  # type: ignore[attr-defined]
    connection: Any = app.msg_conn
    [(uuid, conn_id, payload)] = connection.sent
    assert (uuid, conn_id) == ("sender", "7")
    assert payload.endswith(b"old")


def test_the_functions_of_2011_keep_quiet_about_nothing() -> None:
    """A false result is not sent."""
    from brubeck.request_handling import result_handler

    app = make_app()
    result_handler(app, make_request(), "")
    connection: Any = app.msg_conn
    assert connection.sent == []


def test_the_wsgi_function_of_2012_answers() -> None:
    """receive_wsgi_message is the connection's process_message."""
    from io import BytesIO

    from brubeck.request_handling import receive_wsgi_message

    app = Brubeck(msg_conn=WSGIConnection(), handler_tuples=[(r"^/", Hello)])
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "x", "wsgi.input": BytesIO()}
    started: list[Any] = []
    body = receive_wsgi_message(app, environ, lambda *args: started.append(args))
    assert body == [b"Hello dude"]
    assert started[0][0] == "200 OK"


def test_stores_of_the_program_are_kept() -> None:
    """Sessions, database and secrets are attributes under their names."""
    store = BaseCacheStore()
    app = make_app(sessions=store, db_conn=1, cookie_secret="s", login_url="/login", csrf=True)
    assert (app.sessions, app.db_conn, app.cookie_secret) == (store, 1, "s")
    assert (app.login_url, app.csrf) == ("/login", True)


# -- forged requests to functions ------------------------------------------------------------------


class Tokens(WebMessageHandler):
    """Give out tokens, as the page with the form does."""

    def get(self) -> Any:
        self.set_body(self.csrf_token)
        return self.render()


def act(application: Brubeck, message: Any, name: str = "it") -> Any:
    return render(f"done {name}", 200, "OK", {})


def guarded(**options: Any) -> TestClient:
    """Return a visitor of an application with functions behind CSRF protection."""
    app = make_app(
        (r"^/tokens$", Tokens),
        (r"^/act/(?P<name>\w+)$", act),
        csrf=True,
        cookie_secret="a secret of sufficient length, for tests",
        **options,
    )
    app.add_route(r"^/decorated$", method=["GET", "POST"])(act)
    app.add_route(r"^/class$", method="POST")(Tokens)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/act/that", "/decorated"])
def test_functions_need_a_csrf_token_too(path: str) -> None:
    """With one they run, as argument or header; without they get the 403 of handlers."""
    client = guarded()
    refused = client.post(path)
    assert refused.status_code == 403
    assert "Nothing has been changed" in refused.text
    token = client.get("/tokens").text
    assert client.post(path, form={"csrf_token": token}).text.startswith("done")
    assert client.post(path, headers={"X-CSRF-Token": token}).text.startswith("done")
    assert client.post(path, form={"csrf_token": token[::-1]}).status_code == 403


def test_functions_answer_safe_methods_without_a_token() -> None:
    """Reading changes nothing; a method that a route lacks is 405 to those with a token."""
    client = guarded()
    token = {"X-CSRF-Token": client.get("/tokens").text}
    assert client.get("/act/that").text == "done that"
    assert client.request("HEAD", "/decorated").status_code == 200
    assert client.request("DELETE", "/decorated", headers=token).status_code == 405


def test_a_function_can_be_exempt_from_tokens() -> None:
    """For those that other programs call; however it is routed."""

    def hook(application: Brubeck, message: Any) -> Any:
        return render("heard", 200, "OK", {})

    hook.csrf_exempt = True  # type: ignore[attr-defined]
    client = guarded()
    client.app.add_route_rule(r"^/hook$", hook)
    client.app.add_route(r"^/decorated-hook$")(hook)
    assert client.post("/hook").text == "heard"
    assert client.post("/decorated-hook").text == "heard"


def test_a_decorated_class_checks_for_itself() -> None:
    """Its own csrf_exempt and csrf_failed count, not those of the base handler."""

    class Polite(Tokens):
        post = Tokens.get

        def csrf_failed(self) -> Any:
            self.set_body("again, please", status_code=403)
            return self.render()

    client = guarded()
    client.app.add_route(r"^/polite$")(Polite)
    assert client.post("/polite").text == "again, please"


def test_the_base_handler_refuses_for_functions() -> None:
    """Its csrf_failed is asked, not its exemption; one that knows no cookies is replaced."""

    class Base(WebMessageHandler):
        csrf_exempt = True

        def csrf_failed(self) -> Any:
            self.set_body("from the base handler", status_code=403)
            return self.render()

    assert guarded(base_handler=Base).post("/act/that").text == "from the base handler"
    assert guarded(base_handler=MessageHandler).post("/act/that").status_code == 403
