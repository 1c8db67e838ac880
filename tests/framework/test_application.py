"""Brubeck: what it is made of, and its life from greeting to farewell."""

import logging
from typing import Any

import pytest
from brubeck.caching import BaseCacheStore
from brubeck.concurrency import current
from brubeck.connections import Mongrel2Connection, WSGIConnection
from brubeck.handlers import WebMessageHandler
from brubeck.request_handling import Brubeck, coro_pool, coro_spawn, http_response
from brubeck.templating import load_jinja2_env
from doubles import make_request
from framework.applications import Hello, Silent, make_app
from gevent.event import Event

PAIR = ("ipc://in", "ipc://out")


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
