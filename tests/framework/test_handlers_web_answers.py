"""WebMessageHandler: redirects, methods and errors; contract section 5, line by line."""

from typing import Any

import pytest
from brubeck.errors import BadRequest, HTTPError, NotFound, TooManyRequests
from brubeck.handlers import WebMessageHandler
from doubles import (
    header,
    sent_cookies,
)
from framework.web_pages import Page, web


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
