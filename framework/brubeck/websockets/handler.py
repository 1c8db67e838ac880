"""WebSocketHandler: the handler class for addresses that are WebSockets."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from brubeck.handlers import WebMessageHandler
from brubeck.websockets.handshake import Upgrade, accept_value, check_origin, choose_subprotocol

if TYPE_CHECKING:
    from brubeck.websockets.socket import WebSocket


class WebSocketHandler(WebMessageHandler):
    """Talks with one client over a WebSocket: override `connected`.

    `prepare` and the mixins of other handlers work before the WebSocket is opened; an HTTPError
    there refuses it.
    """

    subprotocols: ClassVar[Sequence[str]] = ()
    """What the handler can speak, the best first; the first that the client knows is taken."""

    allowed_origins: ClassVar[Sequence[str]] = ()
    """Other sites whose pages may open it, such as https://example.com; their own always may."""

    max_message_size: ClassVar[int] = 1_048_576
    """Bytes of one message of the client; who sends more is sent away with the code 1009."""

    def connected(self, socket: "WebSocket", *args: Any, **kwargs: Any) -> None:
        """Talk with the client; the WebSocket is closed when this returns.

        The arguments are those of the route. An exception closes it with the code 1011.
        """
        raise NotImplementedError(f"{type(self).__name__} needs a method connected(self, socket).")

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Answer the handshake."""
        accept = accept_value(self.message)
        hosts = getattr(self.application, "allowed_hosts", None) or ()
        check_origin(self.message, self.allowed_origins, hosts)
        if self._cookies is not None:
            self.convert_cookies()
        return Upgrade(
            accept,
            partial(self._converse, args, kwargs),
            self.headers.items(),
            subprotocol=choose_subprotocol(self.message, self.subprotocols),
            max_size=self.max_message_size,
        )

    def _converse(self, args: Any, kwargs: Any, socket: "WebSocket") -> None:
        self.connected(socket, *args, **kwargs)
