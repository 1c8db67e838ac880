"""Contract section 4: what test_handlers_message.py leaves open."""

from typing import Any

import pytest
from brubeck.handlers import MessageHandler, WebMessageHandler
from doubles import make_application, make_request


def test_the_hooks_of_the_base_do_nothing() -> None:
    """initialize(), prepare() and on_finish() are there to be replaced (section 4.2)."""
    handler = MessageHandler(make_application(), make_request())
    before = dict(handler._payload)
    assert (handler.initialize(), handler.prepare(), handler.on_finish()) == (None, None, None)  # type: ignore[func-returns-value]
    assert handler._payload == before


def test_what_prepare_returns_is_ignored() -> None:
    """Only _finished keeps the method from being called (section 4.1)."""

    class Returning(WebMessageHandler):
        def prepare(self) -> Any:
            return "an answer?"

        def get(self) -> Any:
            return self.render(200)

    assert Returning(make_application(), make_request())()["status_code"] == 200  # type: ignore[index, call-overload]


@pytest.mark.parametrize(("finish", "argument"), [("redirect", "/"), ("render_error", 404)])
def test_initialize_runs_again_for_redirects_and_errors(finish: str, argument: Any) -> None:
    """Twice per request in total, as programs that set headers there rely on (section 4.2)."""

    class Counting(WebMessageHandler):
        def initialize(self) -> None:
            self.headers["X-Times"] = self.times = getattr(self, "times", 0) + 1

        def get(self) -> Any:
            return getattr(self, finish)(argument)

    result: Any = Counting(make_application(), make_request())()
    assert result["headers"]["X-Times"] == 2
