"""Applications without a transport, for tests of what they do with a request."""

from typing import Any

from brubeck.connections import Connection
from brubeck.handlers import WebMessageHandler
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient


class Silent(Connection):
    """A transport that carries nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.served: list[Brubeck] = []
        self.sent: list[tuple[str, str, Any]] = []

    def recv_forever_ever(self, application: Brubeck) -> None:
        self.served.append(application)

    def send(self, uuid: str, conn_id: str, msg: Any) -> None:
        self.sent.append((uuid, conn_id, msg))


class Hello(WebMessageHandler):
    def get(self, name: str = "dude") -> Any:
        self.set_body(f"Hello {name}")
        return self.render()


def make_app(*routes: Any, **options: Any) -> Brubeck:
    return Brubeck(msg_conn=Silent(), handler_tuples=list(routes), **options)


def answer(target: Any, pattern: str = "^/", path: str = "/", **options: Any) -> Any:
    return TestClient(make_app((pattern, target), **options)).get(path)
