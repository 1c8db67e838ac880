"""CSRF: forms of other sites cannot act in the name of our visitors."""

from typing import Any

import pytest
from brubeck.handlers import JSONMessageHandler, WebMessageHandler
from brubeck.handlers.protection import CsrfProtection
from doubles import make_application, make_request, sent_cookies, set_cookies, signed
from markupsafe import Markup


class Form(WebMessageHandler):
    prepared = False

    def prepare(self) -> None:
        self.prepared = True

    def get(self) -> Any:
        self.set_body(self.csrf_token)
        return self.render()

    def post(self) -> Any:
        self.set_body("done")
        return self.render()

    put = patch = delete = connect = post


def form(kind: Any = Form, *, csrf: bool = True, **request: Any) -> Any:
    return kind(make_application(csrf=csrf), make_request(**request))


def page() -> tuple[str, dict[str, str]]:
    """Return what a visitor holds after opening a form: a token and cookies."""
    result = form()()
    return result["body"], sent_cookies(result)


def test_a_form_with_its_token_is_accepted() -> None:
    """As an argument or as a header."""
    token, cookies = page()
    assert form(method="POST", cookies=cookies, body=f"csrf_token={token}")()["body"] == "done"
    headers = {"x-csrf-token": token}
    assert form(method="POST", cookies=cookies, headers=headers)()["body"] == "done"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "CONNECT"])
def test_unsafe_methods_need_a_token(method: str) -> None:
    """Everything but GET, HEAD, OPTIONS and TRACE; the refusal comes before prepare()."""
    handler = form(method=method)
    assert handler()["status_code"] == 403
    assert handler.prepared is False


@pytest.mark.parametrize("method", ["TRACE", "BREW"])
def test_a_method_that_the_handler_has_not_needs_no_token_to_be_refused(method: str) -> None:
    """405 says what is wrong; 403 would send people looking for a token."""
    assert form(method=method)()["status_code"] == 405


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_safe_methods_need_none(method: str) -> None:
    """They change nothing."""
    assert form(method=method)()["status_code"] == 200


def test_a_token_without_its_cookie_is_refused() -> None:
    """The attacker has tokens of his own, but not the visitor's cookie."""
    token, _ = page()
    _, cookies = page()
    assert form(method="POST", body=f"csrf_token={token}")()["status_code"] == 403
    answer = form(method="POST", cookies=cookies, body=f"csrf_token={token}")()
    assert answer["status_code"] == 403


def test_a_cookie_without_a_token_is_refused() -> None:
    """The browser sends the cookie along with forged forms, too."""
    _, cookies = page()
    for body in ("", "csrf_token=", "csrf_token=%C3%A9%00"):
        assert form(method="POST", cookies=cookies, body=body)()["status_code"] == 403


def test_a_forged_cookie_is_refused() -> None:
    """The nonce is signed, so nobody can plant one with a token to match."""
    token, _ = page()
    forged = {"csrf": signed("csrf", "nonce", "another secret")}
    assert form(method="POST", cookies=forged, body=f"csrf_token={token}")()["status_code"] == 403
    strange = {"csrf": signed("csrf", ["not", "text"])}
    assert form(method="POST", cookies=strange, body=f"csrf_token={token}")()["status_code"] == 403


def test_a_token_belongs_to_its_session() -> None:
    """What was issued to one login is worth nothing in another."""

    class InSession(Form):
        session_id = "first"

    result = form(InSession)()
    token, cookies = result["body"], sent_cookies(result)
    InSession.session_id = "second"
    body = f"csrf_token={token}"
    assert form(InSession, method="POST", cookies=cookies, body=body)()["status_code"] == 403
    InSession.session_id = "first"
    assert form(InSession, method="POST", cookies=cookies, body=body)()["body"] == "done"


def test_tokens_differ_from_page_to_page_under_one_cookie() -> None:
    """The nonce is reused, the token is masked anew."""
    first, cookies = page()
    second = form(cookies=cookies)()
    assert second["body"] != first
    assert set_cookies(second) == []
    body = f"csrf_token={first}"
    assert form(method="POST", cookies=cookies, body=body)()["body"] == "done"


def test_one_page_has_one_nonce() -> None:
    """Two forms on one page share the cookie that is being sent."""
    handler = form()
    first, second = handler.csrf_token, handler.csrf_token
    assert first != second
    assert len(handler.cookies) == 1


def test_the_cookie_is_for_the_whole_site_and_not_for_scripts() -> None:
    """Path=/, HttpOnly, SameSite=Lax."""
    handler = form()
    assert handler.csrf_token
    (line,) = set_cookies(handler.render(200))
    assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(line.split("; "))


def test_pages_with_tokens_are_not_for_shared_caches() -> None:
    """Unless the program has decided about caching itself."""
    assert form()()["headers"]["Cache-Control"] == "private, no-store"

    class Own(Form):
        def get(self) -> Any:
            self.set_body(self.csrf_token, headers={"cache-control": "no-store"})
            return self.render()

    assert "Cache-Control" not in form(Own)()["headers"]


def test_pages_without_forms_send_no_cookie() -> None:
    """Asking for a token is what sends it."""

    class Plain(WebMessageHandler):
        def get(self) -> Any:
            self.set_body("x")
            return self.render()

    assert set_cookies(form(Plain)()) == []


def test_the_field_is_an_input_that_templates_do_not_escape() -> None:
    """Markup with the name that is looked for."""
    field = form().csrf_field
    assert isinstance(field, Markup)
    assert field.startswith('<input type="hidden" name="csrf_token" value="')


def test_handlers_may_be_exempt() -> None:
    """For those that authenticate every request by other means."""

    class Exempt(Form):
        csrf_exempt = True

    assert form(Exempt, method="POST")()["body"] == "done"


def test_applications_without_csrf_check_nothing() -> None:
    """It is asked for with csrf=True."""
    assert form(csrf=False, method="POST")()["body"] == "done"


def test_the_refusal_says_what_to_do() -> None:
    """In the payload, from which pages and documents are made."""
    handler = form(method="POST")
    handler()
    assert "Go back, reload the page" in handler._payload["detail"]

    class Document(JSONMessageHandler):
        post = JSONMessageHandler.render

    json_answer = form(Document, method="POST")()
    assert "reload the page" in json_answer["body"]


def test_the_refusal_may_be_the_form_again() -> None:
    """csrf_failed() is a hook; what was typed is still there."""

    class Again(Form):
        def csrf_failed(self) -> Any:
            self.set_body(f"again: {self.get_argument('text')}", status_code=403)
            return self.render()

    assert form(Again, method="POST", body="text=typed")()["body"] == "again: typed"


def test_a_missing_secret_is_named() -> None:
    """The message ends with the next action."""
    handler = Form(make_application(csrf=True, cookie_secret=None), make_request())
    with pytest.raises(RuntimeError, match="cookie_secret"):
        _ = handler.csrf_token


def test_the_protection_hides_no_session_mixin() -> None:
    """A class attribute `session_id` would win over a mixin that is named later."""
    assert not hasattr(CsrfProtection, "session_id")
