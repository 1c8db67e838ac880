"""WebMessageHandler: contract section 5, line by line."""

from http.cookies import CookieError
from typing import Any

import pytest
from brubeck.errors import BadRequest, HTTPError, NotFound, TooManyRequests
from brubeck.handlers import WebMessageHandler
from doubles import (
    SECRET,
    header,
    make_application,
    make_request,
    sent_cookies,
    set_cookies,
    signed,
)
from hypothesis import given
from hypothesis import strategies as st


class Page(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("Hello world")
        return self.render()


def web(kind: type[WebMessageHandler] = WebMessageHandler, **request: Any) -> Any:
    return kind(make_application(), make_request(**request))


# -- status ------------------------------------------------------------------------------------


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


# -- body and headers --------------------------------------------------------------------------


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


# -- arguments ---------------------------------------------------------------------------------


def test_arguments_come_from_the_message() -> None:
    """Last value, all values, None for a missing list, defaults, stripping."""
    handler = web(query="a=1&a=%202%20")
    assert handler.get_argument("a") == "2"
    assert handler.get_argument("a", strip=False) == " 2 "
    assert handler.get_arguments("a") == ["1", "2"]
    assert handler.get_arguments("b") is None
    assert handler.get_argument("b", "default") == "default"


# -- cookies -----------------------------------------------------------------------------------


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


# -- answers -----------------------------------------------------------------------------------


def test_redirect_names_the_address() -> None:
    """302, the address as given in Location and in the reason, an empty body."""
    handler = web()
    handler.set_body("lost")
    assert handler.redirect("?") == {
        "body": "",
        "status_code": 302,
        "status_msg": "Page has moved to ?",
        "headers": {"Location": "?"},
    }
    assert handler._finished is True


def test_redirect_takes_another_status() -> None:
    """303 after a form, 301 for good."""
    assert web().redirect("/", 303)["status_code"] == 303


def test_redirect_in_prepare_ends_the_request() -> None:
    """The method is skipped, the redirect is what remains."""

    class Moved(Page):
        def prepare(self) -> None:
            self.redirect("/new")

    assert header(web(Moved)(), "Location") == "/new"


@pytest.mark.parametrize("url", ["/\r\nSet-Cookie: a=b", "/\nx", "/\0", "/\x7f"])
def test_redirect_refuses_control_characters(url: str) -> None:
    """They could end the header and begin another one."""
    with pytest.raises(BadRequest):
        web().redirect(url)


def test_an_injected_redirect_is_a_bad_request() -> None:
    """Inside a method the refusal becomes the answer."""

    class Open(WebMessageHandler):
        def get(self) -> Any:
            return self.redirect(self.get_argument("next"))

    result = web(Open, query="next=/%0D%0AX:1")()
    assert result["status_code"] == 400
    assert "Location" not in result["headers"]


def test_unsupported_methods_are_405_with_allow() -> None:
    """Upper case, comma and space separated; OPTIONS is always there."""
    result = web(Page, method="POST")()
    assert (result["status_code"], result["status_msg"]) == (405, "Method not allowed")
    assert header(result, "Allow") == "GET, HEAD, OPTIONS"


def test_options_lists_the_methods() -> None:
    """As text in both headers (fix 9)."""
    result = web(Page, method="OPTIONS")()
    assert result["status_code"] == 200
    assert header(result, "Access-Control-Allow-Methods") == "GET, HEAD, OPTIONS"
    assert header(result, "Allow") == "GET, HEAD, OPTIONS"


def test_options_takes_url_arguments() -> None:
    """Patterns with groups are no obstacle."""
    handler = web(Page, method="OPTIONS")
    handler._url_args = ("x",)
    assert handler()["status_code"] == 200


def test_head_gets_what_get_sends() -> None:
    """The transport drops the body."""
    assert web(Page, method="HEAD")() == web(Page)()


def test_exceptions_are_500_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    """The text of the exception is for the log (fix 7)."""

    class Broken(WebMessageHandler):
        def get(self) -> Any:
            self.set_body("half")
            raise RuntimeError("secret detail")

    result = web(Broken)()
    assert (result["status_code"], result["body"]) == (500, "")
    assert "secret detail" in caplog.text


def test_an_error_hook_without_answer_is_still_500(caplog: pytest.LogCaptureFixture) -> None:
    """Era C programs override error() and forget to return."""

    class Silent(WebMessageHandler):
        def get(self) -> Any:
            raise RuntimeError("no")

        def error(self, err: Exception) -> Any:
            self.render_error(500)

    assert web(Silent)()["status_code"] == 500
    assert "Silent failed" in caplog.text


def test_http_errors_bring_status_headers_and_reason() -> None:
    """Raised in prepare() or in the method."""

    class Limited(WebMessageHandler):
        def prepare(self) -> None:
            raise TooManyRequests("Wait.", headers={"Retry-After": "9"}, reason="Slow down")

    result = web(Limited)()
    assert (result["status_code"], result["status_msg"]) == (429, "Slow down")
    assert header(result, "Retry-After") == "9"


def test_http_errors_keep_cookies_and_leave_their_detail() -> None:
    """The application's error page shows what the payload has as `detail`."""

    class Missing(WebMessageHandler):
        def get(self) -> Any:
            self.set_cookie("key", "value")
            raise NotFound("There is no such thing.")

    handler = web(Missing)
    result = handler()
    assert (result["status_code"], result["body"]) == (404, "")
    assert handler._payload["detail"] == "There is no such thing."
    assert sent_cookies(result) == {"key": "value"}


def test_render_error_of_the_program_wins() -> None:
    """A program with its own error page gets HTTPErrors there, too."""

    class Own(WebMessageHandler):
        def get(self) -> Any:
            raise NotFound("detail")

        def render_error(self, status_code: int, error_handler: Any = None, **kwargs: Any) -> Any:
            self.set_body(f"own page: {kwargs['detail']}", status_code=status_code)
            return self.render()

    assert web(Own)()["body"] == "own page: detail"


@pytest.mark.parametrize(("method", "status"), [("GET", 418), ("POST", 405)])
def test_render_error_of_an_early_program_is_called_as_it_wants(method: str, status: int) -> None:
    """With the code alone; headers are added all the same."""

    class Early(WebMessageHandler):
        def get(self) -> Any:
            raise HTTPError("detail", status_code=418, headers={"X-Own": "1"})

        def render_error(self, error_code: int) -> Any:  # type: ignore[override]
            self.set_body(f"early {error_code}", status_code=error_code)
            return self.render()

    result = web(Early, method=method)()
    assert (result["status_code"], result["body"]) == (status, f"early {status}")
    assert {"X-Own", "Allow"} & set(result["headers"])


def test_render_error_with_an_error_handler_gets_it() -> None:
    """As in the programs of autumn 2012, which know no further keywords."""

    class Later(WebMessageHandler):
        def render_error(self, status_code: int, error_handler: Any = None) -> Any:  # type: ignore[override]
            error_handler()
            return self.render(status_code)

    assert header(web(Later)(), "Allow") == "OPTIONS"
