"""Handlers: one object for each request, one method for each HTTP method."""

from brubeck.handlers.documents import JSONMessageHandler, JsonSchemaMessageHandler
from brubeck.handlers.message import HTTP_METHODS, MessageHandler, Result
from brubeck.handlers.web import WebMessageHandler

__all__ = [
    "HTTP_METHODS",
    "JSONMessageHandler",
    "JsonSchemaMessageHandler",
    "MessageHandler",
    "Result",
    "WebMessageHandler",
]
