"""The handshake of a WebSocket (RFC 6455, 4.2): from a GET request to the answer 101."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from wsproto.utilities import generate_accept_token

from brubeck.errors import BadRequest, Forbidden, HTTPError
from brubeck.streaming import LastingResponse

if TYPE_CHECKING:
    from brubeck.request import Request
    from brubeck.websockets.socket import WebSocket

VERSION = "13"
_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")  # 16 bytes in base64


class UpgradeRequired(HTTPError):  # noqa: N818 - named after its status, as in brubeck.errors
    """426: there is nothing here but a WebSocket (RFC 9110, 15.5.22)."""

    status_code = 426
    default_detail = "This address is a WebSocket. Open it with new WebSocket(...) in a script."

    def __init__(self) -> None:
        super().__init__(
            headers={
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec-WebSocket-Version": VERSION,
            }
        )


class Upgrade(LastingResponse):
    """The answer 101; `connected` talks with the client then, until it returns."""

    __slots__ = ("connected", "max_size", "subprotocol")

    def __init__(
        self,
        accept: str,
        connected: Callable[["WebSocket"], object],
        headers: Iterable[tuple[str, object]] = (),
        *,
        subprotocol: str | None = None,
        max_size: int,
    ) -> None:
        ours = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept),
        ]
        if subprotocol is not None:
            ours.append(("Sec-WebSocket-Protocol", subprotocol))
        super().__init__(101, None, [*ours, *headers])
        self.connected = connected
        self.subprotocol = subprotocol
        self.max_size = max_size

    def is_bodiless(self, request: "Request") -> bool:  # noqa: ARG002  it depends on none
        """Tell that there is more to come."""
        return False


def accept_value(request: "Request") -> str:
    """Return what proves that a handshake was understood.

    Raises UpgradeRequired for what is no handshake or one of another version, and BadRequest for
    one that is broken. Mongrel2 sends its own proof along.
    """
    if not is_handshake(request) or request.header("sec-websocket-version") != VERSION:
        raise UpgradeRequired
    key = request.header("sec-websocket-key", "").strip()
    if not _KEY.fullmatch(key):
        raise BadRequest("The header Sec-WebSocket-Key is wrong. Send 16 random bytes in base64.")
    return generate_accept_token(key.encode()).decode()


def is_handshake(request: "Request") -> bool:
    """Tell whether a client wants to open a WebSocket."""
    return (
        request.method == "GET"
        and "websocket" in _tokens(request.header("upgrade", ""))
        and "upgrade" in _tokens(request.header("connection", ""))
    )


def check_origin(request: "Request", allowed: Iterable[str], hosts: Iterable[str]) -> None:
    """Raise Forbidden for the pages of other sites, which would act in their visitor's name.

    Browsers let every page open a WebSocket to everywhere, with cookies (CWE-1385). Clients without
    the header Origin are no browsers. `allowed` are whole origins, `hosts` names of hosts.
    """
    origin = request.header("origin")
    if origin is None or origin in set(allowed):
        return
    parts = _parts_of(origin)
    if parts.netloc and parts.netloc.lower() == request.header("host", "").lower():
        return
    if parts.hostname not in set(hosts):
        raise Forbidden(
            "This WebSocket is for pages of its own site. Add yours to allowed_origins."
        )


def choose_subprotocol(request: "Request", known: Sequence[str]) -> str | None:
    """Return the first of the protocols we know that the client knows as well, if any."""
    offered = {name.strip() for name in request.header("sec-websocket-protocol", "").split(",")}
    return next((name for name in known if name in offered), None)


def _parts_of(origin: str) -> SplitResult:
    """Return what an origin consists of; what is no address at all has no host."""
    try:
        return urlsplit(origin)
    except ValueError:
        return urlsplit("")


def _tokens(value: str) -> set[str]:
    return {token.strip().lower() for token in value.split(",")}
