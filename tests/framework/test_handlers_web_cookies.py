"""WebMessageHandler: cookies, plain and signed; contract section 5, line by line."""

from http.cookies import CookieError
from typing import Any

import pytest
from brubeck.errors import BadRequest
from doubles import (
    SECRET,
    header,
    sent_cookies,
    set_cookies,
    signed,
)
from framework.web_pages import Page, web
from hypothesis import given
from hypothesis import strategies as st


def test_plain_cookies_are_sent_as_they_are() -> None:
    """Nothing is added to a cookie without a secret."""
    handler = web()
    handler.set_cookie("key", "value")
    assert header(handler.render(200), "Set-Cookie") == "key=value"


def test_several_cookies_are_several_lines() -> None:
    """A list when there is more than one (fix 18)."""
    handler = web()
    handler.set_cookie("a", "1")
    handler.set_cookie("b", "2", path="/", max_age=60, httponly=True)
    lines = header(handler.render(200), "Set-Cookie")
    assert lines[0] == "a=1"
    assert sorted(lines[1].split("; ")) == ["HttpOnly", "Max-Age=60", "Path=/", "b=2"]


def test_unsigned_values_must_be_text() -> None:
    """Anything else raises TypeError."""
    with pytest.raises(TypeError):
        web().set_cookie("key", 5)


def test_unknown_cookie_attributes_raise() -> None:
    """A misspelt attribute must not pass silently."""
    with pytest.raises(CookieError):
        web().set_cookie("key", "value", http_only=True)


def test_get_cookie_gives_the_value_or_the_default() -> None:
    """For cookies without a secret."""
    handler = web(cookies={"key": "value"})
    assert handler.get_cookie("key") == "value"
    assert handler.get_cookie("other", "default") == "default"
    assert handler.get_cookie("other") is None


def test_signed_cookies_come_back_with_their_type() -> None:
    """What set_cookie signs, get_cookie verifies."""
    handler = web()
    handler.set_cookie("who", ["ada", 1], SECRET)
    again = web(cookies=sent_cookies(handler.render(200)))
    assert again.get_cookie("who", None, SECRET) == ["ada", 1]


def test_signed_cookies_are_protected_by_default() -> None:
    """HttpOnly and SameSite=Lax; Secure over TLS; attributes win."""
    handler = web()
    handler.set_cookie("a", "1", SECRET)
    handler.set_cookie("b", "1", SECRET, samesite="Strict", httponly=False)
    first, second = set_cookies(handler.render(200))
    assert "HttpOnly" in first
    assert "SameSite=Lax" in first
    assert "Secure" not in first
    assert "HttpOnly" not in second
    assert "SameSite=Strict" in second


def test_signed_cookies_are_secure_over_tls() -> None:
    """Unless the program says otherwise."""
    handler = web(headers={"URL_SCHEME": "https"})
    handler.set_cookie("a", "1", SECRET)
    handler.set_cookie("b", "1", SECRET, secure=False)
    first, second = set_cookies(handler.render(200))
    assert "Secure" in first
    assert "Secure" not in second


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES)
def test_whatever_can_be_signed_comes_back(value: Any) -> None:
    """Through the header and the browser, whatever it contains."""
    handler = web()
    handler.set_cookie("any", value, SECRET)
    again = web(cookies=sent_cookies(handler.render(200)))
    assert again.get_cookie("any", "default", SECRET) == value


@given(st.text())
def test_no_address_ends_a_header(url: str) -> None:
    """Either the redirect is refused, or Location and reason are one line."""
    handler = web()
    try:
        result = handler.redirect(url)
    except BadRequest:
        return
    assert header(result, "Location") == url
    assert not set("\r\n\0") & set(url)


@pytest.mark.parametrize(
    "value", [signed("other", "x"), signed("who", "x", "wrong secret"), "plain", "!a?b"]
)
def test_forged_cookies_are_none(value: str) -> None:
    """A signature that is bad, or that belongs to another name."""
    assert web(cookies={"who": value}).get_cookie("who", "default", SECRET) is None


def test_the_default_survives_a_secret() -> None:
    """A missing signed cookie gives the default (fix 20)."""
    assert web().get_cookie("who", "default", SECRET) == "default"


def test_signed_cookies_have_an_age() -> None:
    """max_age refuses what was signed longer ago."""
    handler = web(cookies={"who": signed("who", "ada")})
    assert handler.get_cookie("who", None, SECRET, max_age=60) == "ada"
    assert handler.get_cookie("who", None, SECRET, max_age=-100) is None


def test_a_signed_value_that_is_no_pair_is_none() -> None:
    """Text that was signed for another purpose is not a cookie."""
    from brubeck.cookies import cookie_encode

    handler = web(cookies={"who": cookie_encode("ada", SECRET)})
    assert handler.get_cookie("who", None, SECRET) is None


def test_deleted_cookies_expire() -> None:
    """Empty value, negative age, the epoch; path and domain as given."""
    handler = web()
    handler.delete_cookie("key", path="/x")
    (line,) = set_cookies(handler.render(200))
    assert line.startswith('key=""')
    assert "Max-Age=-1" in line
    assert "expires=Thu, 01 Jan 1970" in line
    assert "Path=/x" in line


def test_delete_cookies_deletes_what_the_request_carried() -> None:
    """Every one of them."""
    handler = web(cookies={"a": "1", "b": "2"})
    handler.delete_cookies()
    assert sent_cookies(handler.render(200)) == {"a": "", "b": ""}


def test_cookies_survive_redirect_and_errors() -> None:
    """Headers and body do not."""
    for finish in ("redirect", "render_error", "clear_payload"):
        handler = web()
        handler.set_cookie("key", "value")
        handler.headers["Lost"] = "1"
        arguments = {"redirect": ("/",), "render_error": (404,)}.get(finish, ())
        getattr(handler, finish)(*arguments)
        result = handler.render()
        assert sent_cookies(result) == {"key": "value"}
        assert "Lost" not in result["headers"]


def test_no_cookie_jar_is_made_for_nothing() -> None:
    """The hot path pays for cookies only when there are some."""
    handler = web(Page)
    handler()
    assert handler._cookies is None
    assert handler.cookies == {}
    assert "Set-Cookie" not in handler.render()["headers"]
