"""The WSGI transport: a plain WSGI application, and the servers of both libraries around it."""

import errno
import logging
import socket
from io import BytesIO
from typing import Any
from wsgiref.validate import validator

import gevent
import pytest
from brubeck.connections import WSGIConnection
from brubeck.connections import wsgi as module
from brubeck.limits import Limits
from brubeck.request_handling import Brubeck, http_response, render
from framework.conformance.servers import read_to_end

LONG = 20.0


def echo(application: Brubeck, message: Any) -> Any:
    return render(message.body, 200, "OK", {"Content-Type": "text/x-test", "X-Odd": 7})


class Gate:
    """A handler that waits until it is opened."""

    def __init__(self) -> None:
        self.reached = gevent.event.Event()
        self.opened = gevent.event.Event()

    def __call__(self, application: Brubeck, message: Any) -> Any:
        self.reached.set()
        self.opened.wait()
        return render("through", 200, "OK", {})


def make_app(**options: Any) -> Brubeck:
    connection = WSGIConnection(port=0, host="127.0.0.1", **options)
    routes: list[Any] = [
        (r"^/echo", echo),
        (r"^/raw$", lambda app, message: http_response("raw", 201, "Made", {"X-A": "1"})),
        (r"^/text$", lambda app, message: "text"),
        (r"^/nothing$", lambda app, message: None),
        (r"^/empty$", lambda app, message: render("", 204, "No Content", {"X-A": "1"})),
    ]
    return Brubeck(msg_conn=connection, handler_tuples=routes, limits=Limits(body=1000))


class Call:
    """One call of the application as a WSGI server makes it."""

    def __init__(self, path: str, body: bytes = b"", app: Brubeck | None = None, **environ: Any):
        app = app or make_app()
        self.stream = BytesIO(body)
        self.hung_up = False
        given = {
            "REQUEST_METHOD": "POST" if body else "GET",
            "PATH_INFO": path,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "wsgi.input": self.stream,
            "wsgi.url_scheme": "http",
            "brubeck.hang_up": self.hang_up,
        }
        environment = {key: value for key, value in (given | environ).items() if value is not None}
        [self.body] = app.msg_conn.process_message(app, environment, self.start)

    def hang_up(self) -> None:
        self.hung_up = True

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = status
        self.headers = dict(headers)


def test_it_is_a_plain_wsgi_application() -> None:
    """The standard library's validator finds nothing, so that any server can use it."""
    app = make_app()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        return app.msg_conn.process_message(app, environ, start_response)

    from wsgiref.util import setup_testing_defaults

    environ: dict[str, Any] = {"SCRIPT_NAME": "", "PATH_INFO": "/echo", "QUERY_STRING": ""}
    setup_testing_defaults(environ)
    started: list[Any] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        started.append((status, headers))
        return lambda data: None

    result = validator(application)(environ, start_response)
    assert list(result) == [b""]
    result.close()
    assert started[0][0] == "200 OK"


def test_every_result_is_taken() -> None:
    """Raw responses are split, text is the body of a 200, nothing is a 204."""
    raw = Call("/raw")
    assert (raw.status, raw.headers["X-A"], raw.body) == ("201 Made", "1", b"raw")
    text = Call("/text")
    assert (text.status, text.headers["Content-Type"], text.body) == (
        "200 OK",
        "text/html; charset=utf-8",
        b"text",
    )
    nothing = Call("/nothing")
    assert (nothing.status, nothing.body) == ("204 No Content", b"")


def test_header_values_become_text() -> None:
    """A number is no reason to crash."""
    assert Call("/echo", b"x").headers["X-Odd"] == "7"


def test_answers_without_body_have_none() -> None:
    """HEAD keeps the length, 204 has none."""
    head = Call("/raw", REQUEST_METHOD="HEAD")
    assert (head.body, head.headers["Content-Length"]) == (b"", "3")
    assert "Content-Length" not in Call("/empty").headers


def test_the_body_is_read_up_to_its_length() -> None:
    """And not further: what follows on the connection is another request."""
    call = Call("/echo", b"body and more", CONTENT_LENGTH="4")
    assert call.body == b"body"
    assert call.stream.read() == b" and more"


@pytest.mark.parametrize(
    "how", [{"HTTP_TRANSFER_ENCODING": "Chunked"}, {"wsgi.input_terminated": True}]
)
def test_a_body_without_length_is_read_to_its_end(how: dict[str, Any]) -> None:
    """Servers announce chunked bodies in one of two ways; the limit holds there too."""
    assert Call("/echo", b"x" * 1000, CONTENT_LENGTH=None, **how).body == b"x" * 1000
    refused = Call("/echo", b"x" * 1001, CONTENT_LENGTH=None, **how)
    assert refused.status.startswith("413")
    assert refused.hung_up


def test_a_body_over_the_limit_is_not_kept() -> None:
    """The client gets 413 and the end; some of what he sends is read, so that he sees it."""
    call = Call("/echo", b"x" * 1001)
    assert call.status.startswith("413")
    assert b"too large" in call.body
    assert call.hung_up
    assert call.stream.read() == b""


def test_a_body_that_was_announced_only_is_not_asked_for() -> None:
    """With Expect the client waits for permission, which he does not get (RFC 9110, 10.1.1)."""
    call = Call("/echo", b"x" * 1001, HTTP_EXPECT="100-continue")
    assert call.status.startswith("413")
    assert len(call.stream.read()) == 1001


@pytest.mark.parametrize("length", ["-1", "five", "\u0665"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    """400, and the connection ends."""
    call = Call("/echo", b"x", CONTENT_LENGTH=length)
    assert call.status.startswith("400")
    assert call.hung_up


def test_a_body_that_ends_early_is_refused() -> None:
    """Half a form must not be taken for a whole one."""
    call = Call("/echo", b"half", CONTENT_LENGTH="8")
    assert call.status.startswith("400")
    assert b"before all of it had arrived" in call.body


class Failing:
    """A client's stream on which reading fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def read(self, size: int) -> bytes:
        if self.error is None:
            gevent.sleep(LONG)
        raise self.error or AssertionError


def test_a_client_who_leaves_is_no_crash() -> None:
    """A reset while reading is a 400 that nobody reads."""
    call = Call("/echo", b"x", **{"wsgi.input": Failing(ConnectionResetError())})
    assert call.status.startswith("400")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_not_the_clients_fault(
    number: int, caplog: pytest.LogCaptureFixture
) -> None:
    """507, and a line for the operator."""
    error = OSError(number, "No space left on device")
    call = Call("/echo", b"x", **{"wsgi.input": Failing(error)})
    assert call.status.startswith("507")
    assert "Make room" in caplog.text


def test_a_slow_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """408 after the connection's patience; the rest is not waited for either."""
    monkeypatch.setattr(module, "DRAIN_TIME", 0.01)
    monkeypatch.setattr(module, "SLOWEST", 1_000_000)
    call = Call("/echo", b"x", make_app(patience=0.01), **{"wsgi.input": Failing()})
    assert call.status.startswith("408")
    assert call.hung_up


def test_other_servers_need_not_know_how_to_hang_up() -> None:
    """Without the hook of our own servers the answer is the same."""
    assert Call("/echo", b"x" * 1001, **{"brubeck.hang_up": None}).status.startswith("413")


# -- served by gevent in this process; eventlet's side is covered by the conformance tests ---------


class Served:
    """An application on a port of this process."""

    def __init__(self, **options: Any) -> None:
        self.app = make_app(**options)
        self.gate = Gate()
        self.app.add_route_rule(r"^/gate$", self.gate)
        self.greenlet = gevent.spawn(self.app.run)
        with gevent.Timeout(LONG):
            while self.app.msg_conn.stop_request is None:
                gevent.sleep(0)

    def connect(self, data: bytes = b"") -> socket.socket:
        connection: Any = self.app.msg_conn
        client = socket.create_connection(("127.0.0.1", connection.port), timeout=LONG)
        client.sendall(data)
        return client

    def stop(self) -> None:
        self.app.stop()
        self.greenlet.get(timeout=LONG)


GET = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_serving_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the port, also one that the system chose."""
    served = Served()
    connection: Any = served.app.msg_conn
    assert connection.port > 0
    served.stop()
    assert f"port {connection.port}" in capsys.readouterr().out


def test_a_taken_port_is_an_error() -> None:
    """run() raises what the system says."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        app = make_app()
        app.msg_conn.port = taken.getsockname()[1]  # type: ignore[attr-defined]
        with pytest.raises(OSError, match="in use"):
            app.run()


def test_ipv6_can_be_served() -> None:
    """A host with colons is an address of the other family."""
    connection = WSGIConnection(port=0, host="::1")
    with connection._listen() as listener:
        assert listener.family == socket.AF_INET6


def test_idle_connections_do_not_delay_the_end() -> None:
    """A browser that keeps its connection open is sent away at once."""
    served = Served()
    with served.connect(GET % b"text") as client:
        assert client.recv(65536).endswith(b"text")
        served.stop()
        assert client.recv(65536) == b""


def test_a_request_in_hand_is_answered_at_the_end() -> None:
    """With Connection: close, since no further one will be."""
    served = Served()
    with served.connect(GET % b"gate") as client:
        assert served.gate.reached.wait(LONG)
        served.app.stop()
        gevent.sleep(0)
        served.gate.opened.set()
        answer = read_to_end(client)
    assert answer.endswith(b"through")
    served.greenlet.get(timeout=LONG)


def test_the_end_does_not_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    """After the grace the process ends, and the log says that somebody was left."""
    served = Served(grace=0.01)
    with served.connect(GET % b"gate"):
        assert served.gate.reached.wait(LONG)
        served.stop()
    assert "not finished" in caplog.text
    served.gate.opened.set()


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET /text HTTP/1.1\r\nHost: x\r\n"])
def test_clients_who_do_not_finish_are_sent_away(sent: bytes) -> None:
    """Silence, half a first line, and headers without end cost a connection, not a process."""
    served = Served(patience=0.05)
    with served.connect(sent) as client:
        assert b" 200 " not in read_to_end(client)
    served.stop()


def test_http_1_0_with_keep_alive_is_told_once() -> None:
    """One Connection header, whatever closes."""
    served = Served()
    data = b"GET /text HTTP/1.0\r\nHost: localhost\r\n\r\n"
    with served.connect(data) as client:
        answer = read_to_end(client)
    assert answer.lower().count(b"connection:") == 1
    served.stop()


def test_serving_is_quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Our own access log is enough; the server's is off."""
    with caplog.at_level(logging.INFO):
        served = Served()
        with served.connect(
            b"GET /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ) as client:
            read_to_end(client)
        served.stop()
    about_us = [record.name for record in caplog.records if " /text " in record.getMessage()]
    assert about_us == ["brubeck.access"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_taken_port_is_named_with_what_to_do() -> None:
    """Nobody has to guess which port, and of which address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app = Brubeck(msg_conn=WSGIConnection(port=port, host="127.0.0.1"))
        with pytest.raises(OSError, match=f"Port {port} of 127.0.0.1 .* choose another port"):
            app.recv_forever_ever()
