"""Brubeck: functions are as safe from forged requests as handlers."""

from typing import Any

import pytest
from brubeck.handlers import MessageHandler, WebMessageHandler
from brubeck.request_handling import Brubeck, render
from brubeck.testing import TestClient
from framework.applications import make_app


class Tokens(WebMessageHandler):
    """Give out tokens, as the page with the form does."""

    def get(self) -> Any:
        self.set_body(self.csrf_token)
        return self.render()


def act(application: Brubeck, message: Any, name: str = "it") -> Any:
    return render(f"done {name}", 200, "OK", {})


def guarded(**options: Any) -> TestClient:
    """Return a visitor of an application with functions behind CSRF protection."""
    app = make_app(
        (r"^/tokens$", Tokens),
        (r"^/act/(?P<name>\w+)$", act),
        csrf=True,
        cookie_secret="a secret of sufficient length, for tests",
        **options,
    )
    app.add_route(r"^/decorated$", method=["GET", "POST"])(act)
    app.add_route(r"^/class$", method="POST")(Tokens)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/act/that", "/decorated"])
def test_functions_need_a_csrf_token_too(path: str) -> None:
    """With one they run, as argument or header; without they get the 403 of handlers."""
    client = guarded()
    refused = client.post(path)
    assert refused.status_code == 403
    assert "Nothing has been changed" in refused.text
    token = client.get("/tokens").text
    assert client.post(path, form={"csrf_token": token}).text.startswith("done")
    assert client.post(path, headers={"X-CSRF-Token": token}).text.startswith("done")
    assert client.post(path, form={"csrf_token": token[::-1]}).status_code == 403


def test_functions_answer_safe_methods_without_a_token() -> None:
    """Reading changes nothing; a method that a route lacks is 405 to those with a token."""
    client = guarded()
    token = {"X-CSRF-Token": client.get("/tokens").text}
    assert client.get("/act/that").text == "done that"
    assert client.request("HEAD", "/decorated").status_code == 200
    assert client.request("DELETE", "/decorated", headers=token).status_code == 405


def test_a_function_can_be_exempt_from_tokens() -> None:
    """For those that other programs call; however it is routed."""

    def hook(application: Brubeck, message: Any) -> Any:
        return render("heard", 200, "OK", {})

    hook.csrf_exempt = True  # type: ignore[attr-defined]
    client = guarded()
    client.app.add_route_rule(r"^/hook$", hook)
    client.app.add_route(r"^/decorated-hook$")(hook)
    assert client.post("/hook").text == "heard"
    assert client.post("/decorated-hook").text == "heard"


def test_a_decorated_class_checks_for_itself() -> None:
    """Its own csrf_exempt and csrf_failed count, not those of the base handler."""

    class Polite(Tokens):
        post = Tokens.get

        def csrf_failed(self) -> Any:
            self.set_body("again, please", status_code=403)
            return self.render()

    client = guarded()
    client.app.add_route(r"^/polite$")(Polite)
    assert client.post("/polite").text == "again, please"


def test_the_base_handler_refuses_for_functions() -> None:
    """Its csrf_failed is asked, not its exemption; one that knows no cookies is replaced."""

    class Base(WebMessageHandler):
        csrf_exempt = True

        def csrf_failed(self) -> Any:
            self.set_body("from the base handler", status_code=403)
            return self.render()

    assert guarded(base_handler=Base).post("/act/that").text == "from the base handler"
    assert guarded(base_handler=MessageHandler).post("/act/that").status_code == 403
