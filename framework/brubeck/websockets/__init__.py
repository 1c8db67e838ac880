"""WebSockets: `WebSocketHandler` for programs, and what stands behind it."""

from brubeck.websockets.handler import WebSocketHandler
from brubeck.websockets.socket import WebSocket, WebSocketClosed

__all__ = ["WebSocket", "WebSocketClosed", "WebSocketHandler"]
