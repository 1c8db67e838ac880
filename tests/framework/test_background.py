"""Work after the answer."""

import logging
from typing import Any

import pytest
from brubeck.background import Background
from brubeck.concurrency import current
from brubeck.connections import Connection, WSGIConnection
from brubeck.errors import ServiceUnavailable
from brubeck.handlers import WebMessageHandler
from brubeck.request_handling import Brubeck, render
from brubeck.response import Response
from brubeck.testing import TestClient
from doubles import make_request
from gevent import Timeout


class Serving(Connection):
    """A transport that has one thing to do, and little patience."""

    def __init__(self, serve: Any, grace: float = 5.0) -> None:
        super().__init__()
        self.serve = serve
        self.grace = grace

    def recv_forever_ever(self, application: Brubeck) -> None:
        self.serve(application)


def make_app(target: Any, **options: Any) -> Brubeck:
    return Brubeck(options.pop("msg_conn", WSGIConnection()), [(r"^/", target)], **options)


def test_work_begins_after_the_answer() -> None:
    """Not before the answer is on its way, and in the order in which it was asked for."""
    order: list[str] = []

    class Page(WebMessageHandler):
        def get(self) -> Any:
            self.after_answer(order.append, "first")
            self.after_answer(order.append, "second")
            current().sleep(0.01)  # others have their turn
            order.append("handler")
            self.set_body("x")
            return self.render()

        def on_finish(self) -> None:
            order.append("on_finish")

    app = make_app(Page)
    assert app.handle(make_request()) is not None
    assert order == ["handler", "on_finish"]
    assert app.background.wait(5) == []
    assert order[2:] == ["first", "second"]


def test_functions_leave_work_behind_too() -> None:
    """The test client returns when it is done."""
    done: list[int] = []

    def page(application: Brubeck, message: Any) -> Any:
        application.after_answer(message, done.append, 7)
        return render("x", 200, "OK", {})

    app = make_app(page)
    TestClient(app).get("/")
    assert done == [7]
    assert (len(app.background), app.background.done, app.background.failed) == (0, 1, 0)


@pytest.mark.parametrize("result", [None, 1 / 2, "raise"])
def test_promises_are_kept_whatever_the_answer_is(result: Any) -> None:
    """An error, an impossible result, or none at all."""
    done: list[int] = []

    def page(application: Brubeck, message: Any) -> Any:
        application.after_answer(message, done.append, 7)
        if result == "raise":
            raise RuntimeError
        return result

    TestClient(make_app(page)).get("/")
    assert done == [7]


@pytest.mark.parametrize("error", [ValueError("of the work"), Timeout(1)])
def test_failing_work_is_logged_and_counted(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody else notices: the answer has gone."""

    def work() -> None:
        raise error

    def page(application: Brubeck, message: Any) -> Any:
        application.after_answer(message, work)
        return render("x", 200, "OK", {})

    app = make_app(page)
    assert TestClient(app).get("/").status_code == 200
    assert app.background.failed == 1
    assert "work failed, after the answer" in caplog.text


def test_there_is_a_limit(caplog: pytest.LogCaptureFixture) -> None:
    """Too much work is 503 at once, and not an endless queue; what was promised is done."""
    done: list[int] = []

    def page(application: Brubeck, message: Any) -> Any:
        for number in range(3):
            application.after_answer(message, done.append, number)
        return render("x", 200, "OK", {})

    app = make_app(page)
    app.background.limit = 2
    refused = TestClient(app).get("/")
    assert refused.status_code == 503
    assert "too much to do" in refused.text
    assert done == [0, 1]
    assert "2 jobs already" in caplog.text


def test_work_without_a_request() -> None:
    """It begins soon, and counts like the other."""
    background = Background(limit=1)
    event = current().event()
    background.start(event.wait, 5)
    with pytest.raises(ServiceUnavailable):
        background.start(print)
    event.set()
    assert background.wait(5) == []
    assert background.done == 1


def test_an_answer_that_lasts_may_leave_work_behind_while_it_is_sent() -> None:
    """Its handler has returned by then, so the work begins soon, and no promise stays."""
    done: list[int] = []

    def page(application: Brubeck, message: Any) -> Any:
        def pieces() -> Any:
            application.after_answer(message, done.append, 7)
            yield "x"

        return render(pieces(), 200, "OK", {})

    app = make_app(page)
    assert TestClient(app).get("/").text == "x"
    assert app.background.wait(5) == []
    assert done == [7]
    assert len(app.background) == 0


def test_run_waits_for_work_before_it_stops() -> None:
    """The hooks at the end come after it, as they may close what it needs."""
    order: list[str] = []

    def work() -> None:
        current().sleep(0.01)
        order.append("work")

    def page(application: Brubeck, message: Any) -> Any:
        application.after_answer(message, work)
        return render("x", 200, "OK", {})

    app = make_app(page, msg_conn=Serving(lambda app: app.handle(make_request())))
    app.on_stop.append(lambda: order.append("stop"))
    app.run()
    assert order == ["work", "stop"]


def test_run_names_what_did_not_finish(caplog: pytest.LogCaptureFixture) -> None:
    """After the grace it is ended, and the log says what it was."""
    ended: list[str] = []

    def endless() -> None:
        try:
            current().event().wait()
        finally:
            ended.append("endless")

    def page(application: Brubeck, message: Any) -> Any:
        application.after_answer(message, endless)
        return render("x", 200, "OK", {})

    app = make_app(page, msg_conn=Serving(lambda app: app.handle(make_request()), grace=0.05))
    with caplog.at_level(logging.WARNING):
        app.run()
    assert ended == ["endless"]
    assert "endless did not finish in 0.05 s and was ended" in caplog.text
    assert len(app.background) == 0


def test_a_request_that_is_given_up_leaves_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Its greenlet is killed: there is no answer for anything to come after."""

    def page(application: Brubeck, message: Any) -> Any:
        application.after_answer(message, print)
        raise SystemExit

    app = make_app(page)
    with pytest.raises(SystemExit):
        app.handle(make_request())
    assert len(app.background) == 0
    assert "was not begun" in caplog.text


def test_the_test_client_says_what_keeps_it_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endless work is a mistake that must not stop all tests."""
    monkeypatch.setattr("brubeck.testing.PATIENCE", 0.05)
    event = current().event()

    def page(application: Brubeck, message: Any) -> Any:
        application.after_answer(message, event.wait)
        return Response(204)

    app = make_app(page)
    with pytest.raises(TimeoutError, match="wait did not finish within"):
        TestClient(app).get("/")
    event.set()
    assert app.background.wait(5) == []
