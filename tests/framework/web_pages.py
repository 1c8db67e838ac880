"""A page for tests of what a handler for the web can do."""

from typing import Any

from brubeck.handlers import WebMessageHandler
from doubles import (
    make_application,
    make_request,
)


class Page(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("Hello world")
        return self.render()


def web(kind: type[WebMessageHandler] = WebMessageHandler, **request: Any) -> Any:
    return kind(make_application(), make_request(**request))
