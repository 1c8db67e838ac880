"""Brubeck: what becomes of what handlers return and raise."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from brubeck.errors import Forbidden, FourOhFourException
from brubeck.limits import Limits
from brubeck.request_handling import Brubeck, http_response, render
from brubeck.testing import TestClient
from doubles import make_request
from framework.applications import Hello, answer, make_app
from gevent import Timeout


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
    """The log names the function and what to write, for those who forgot a return."""

    def forgetful(application: Brubeck, message: Any) -> Any:
        return None

    app = make_app((r"^/", forgetful))
    with caplog.at_level(logging.INFO):  # the level that a new program has
        assert app.handle(make_request()) is None
    assert "forgetful" in caplog.text
    assert "return self.render()" in caplog.text


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
