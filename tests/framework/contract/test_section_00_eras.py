"""Contract section 0: programs of three eras run side by side, each in its own manner."""

from typing import Any

from brubeck.connections import Mongrel2Connection, WSGIConnection
from brubeck.mongrel2 import Mongrel2Connection as Mongrel2Connection2011
from brubeck.request_handling import (
    Brubeck,
    Request,
    WebMessageHandler,
    http_response,
    render,
)
from brubeck.testing import TestClient
from doubles import make_request

PAIR = ("ipc://127.0.0.1:9999", "ipc://127.0.0.1:9998")


class Greeting(WebMessageHandler):
    def get(self, name: str = "dude") -> Any:
        self.set_body(f"Take five, {name}!")
        return self.render()


def era_a(application: Any, message: Any, name: str = "dude") -> Any:
    return http_response(f"Take five, {name}!", 200, "OK", {})


def era_b(application: Any, message: Any, name: str = "dude") -> Any:
    return {"body": f"Take five, {name}!", "status": "200 OK", "headers": [("X-Era", "B")]}


def era_c(application: Any, message: Any, name: str = "dude") -> Any:
    return render(f"Take five, {name}!", 200, "OK", {"X-Era": "C"})


def test_one_application_takes_programs_of_all_eras() -> None:
    """Whatever an era returned, any transport turns it into the same answer (section 0)."""
    targets = {"a": era_a, "b": era_b, "c": era_c, "class": Greeting}
    rules = [(rf"^/{name}/(?P<name>\w+)?$", target) for name, target in targets.items()]
    for options in ({"mongrel2_pair": PAIR}, {"msg_conn": WSGIConnection(0)}):
        client = TestClient(Brubeck(handler_tuples=rules, **options))  # type: ignore[arg-type]
        answers = {(client.get(f"/{era}/ada").text, client.get(f"/{era}/").text) for era in targets}
        assert answers == {("Take five, ada!", "Take five, dude!")}


def test_the_connection_of_2011_is_that_of_today() -> None:
    """The early module gives the class itself, not a copy of it (section 0)."""
    assert Mongrel2Connection2011 is Mongrel2Connection
    app = Brubeck(msg_conn=Mongrel2Connection2011(*PAIR))
    assert app.m2conn is app.msg_conn


def test_routing_needs_a_path_only() -> None:
    """Tests of 2011 route doubles of messages that have a path and nothing else (section 0)."""

    class Message:
        path = "/"

    app = Brubeck(mongrel2_pair=PAIR)
    app.add_route_rule("^/$", lambda application, message: "test handler")
    assert app.route_message(Message())() == "test handler"  # type: ignore[arg-type]


def test_handlers_answer_without_a_transport() -> None:
    """Tests of 2012 route a parsed request, call the result and compare the text (section 0)."""
    app = Brubeck(mongrel2_pair=PAIR, handler_tuples=[("^/", Greeting)])
    request: Request = make_request()
    result = app.route_message(request)()
    text = http_response(
        result["body"], result["status_code"], result["status_msg"], result["headers"]
    )
    assert text == "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\nTake five, dude!"
