"""WebMessageHandler: status, body, headers, arguments; contract section 5, line by line."""

from brubeck.handlers import WebMessageHandler
from doubles import (
    sent_cookies,
)
from framework.web_pages import Page, web


def test_hello_world() -> None:
    """The whole life of the smallest page."""
    assert web(Page)() == {
        "body": "Hello world",
        "status_code": 200,
        "status_msg": "OK",
        "headers": {},
    }


def test_success_must_be_earned() -> None:
    """Rendering without set_body or set_status answers 500 with an empty body."""
    result = web().render()
    assert (result["status_code"], result["status_msg"]) == (500, "Server error")
    assert result["body"] == ""


def test_the_web_status_table() -> None:
    """Names and codes of contract 5.1."""
    kind = WebMessageHandler
    assert (kind._DEFAULT_STATUS, kind._SERVER_ERROR) == (500, 500)
    assert (kind._SUCCESS_CODE, kind._UPDATED_CODE, kind._CREATED_CODE) == (200, 200, 201)
    assert (kind._MULTI_CODE, kind._FAILED_CODE, kind._AUTH_FAILURE) == (207, 400, 401)
    assert (kind._FORBIDDEN, kind._NOT_FOUND, kind._NOT_ALLOWED) == (403, 404, 405)


def test_codes_outside_the_table_get_standard_phrases() -> None:
    """Then the number; subclasses may extend the table."""

    class Teapot(WebMessageHandler):
        _response_codes = {**WebMessageHandler._response_codes, 299: "Special"}

    handler = web(Teapot)
    texts = {}
    for code in (200, 201, 299, 298):
        handler.set_status(code)
        texts[code] = handler.status_msg
    assert texts == {200: "OK", 201: "Created", 299: "Special", 298: "298"}


def test_http_200_keeps_the_message_of_the_real_status() -> None:
    """For clients that cannot read other statuses."""
    result = web().render(status_code=404, http_200=True)
    assert (result["status_code"], result["status_msg"]) == (200, "Not found")


def test_set_body_overwrites_an_earlier_status() -> None:
    """The status is 200 unless given."""
    handler = web()
    handler.set_status(201)
    handler.set_body("x")
    assert handler.status_code == 200
    handler.set_body("x", status_code=201)
    assert handler.status_code == 201


def test_set_body_replaces_all_headers() -> None:
    """Headers that are given replace the old dict entirely."""
    handler = web()
    handler.headers["Old"] = "1"
    handler.set_body("x")
    assert handler.headers == {"Old": "1"}
    handler.set_body("x", {"New": "2"})
    assert handler.headers == {"New": "2"}


def test_headers_that_requests_share_stay_clean() -> None:
    """A cookie for one visitor must not reach the next one by way of a constant."""
    shared = {"X-Shared": "1"}
    handler = web()
    handler.set_cookie("key", "value")
    handler.set_body("x", shared)
    assert sent_cookies(handler.render()) == {"key": "value"}
    assert shared == {"X-Shared": "1"}


def test_set_body_understands_the_older_order() -> None:
    """(body, status_code, headers), as until the middle of 2011."""
    handler = web()
    handler.set_body("x", 404)
    assert (handler.status_code, handler.headers) == (404, {})
    handler.set_body("x", 201, {"A": "b"})
    assert (handler.status_code, handler.headers) == (201, {"A": "b"})


def test_initialize_may_forget_its_parent() -> None:
    """Body and headers are there all the same, also after the payload is cleared."""

    class Forgetful(WebMessageHandler):
        def initialize(self) -> None:
            self.headers["X-Own"] = self.body + "yes"

    handler = web(Forgetful)
    handler.set_body("text", {"X-Other": "1"})
    handler.clear_payload()
    assert (handler.body, handler.headers) == ("", {"X-Own": "yes"})


def test_arguments_come_from_the_message() -> None:
    """Last value, all values, None for a missing list, defaults, stripping."""
    handler = web(query="a=1&a=%202%20")
    assert handler.get_argument("a") == "2"
    assert handler.get_argument("a", strip=False) == " 2 "
    assert handler.get_arguments("a") == ["1", "2"]
    assert handler.get_arguments("b") is None
    assert handler.get_argument("b", "default") == "default"
