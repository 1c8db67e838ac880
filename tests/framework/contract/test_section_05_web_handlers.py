"""Contract section 5: what test_handlers_web.py leaves open."""

from http.cookies import SimpleCookie

from brubeck.handlers import WebMessageHandler
from doubles import make_application, make_request


def test_the_texts_of_the_table_are_those_of_2012() -> None:
    """Programs compare them, so they differ from the standard phrases in places (section 5.1)."""
    assert WebMessageHandler._response_codes == {
        200: "OK",
        400: "Bad request",
        401: "Authentication failed",
        403: "Forbidden",
        404: "Not found",
        405: "Method not allowed",
        500: "Server error",
    }


def test_the_jars_are_simple_cookies() -> None:
    """`cookies` holds the outgoing ones, `message.cookies` the incoming ones (section 5.3)."""
    handler = WebMessageHandler(make_application(), make_request(cookies={"in": "1"}))
    handler.set_cookie("out", "2")
    for jar, name in ((handler.cookies, "out"), (handler.message.cookies, "in")):
        assert isinstance(jar, SimpleCookie)
        assert list(jar) == [name]


def test_a_body_may_be_bytes() -> None:
    """Binary bodies pass through untouched (section 5.2)."""
    handler = WebMessageHandler(make_application(), make_request())
    handler.set_body(b"\x00\xff")
    assert handler.render()["body"] == b"\x00\xff"  # type: ignore[index, call-overload]
