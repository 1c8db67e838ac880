"""OpenAPI: what an application says of its APIs."""

from brubeck.openapi.document import add_openapi_route, openapi_document

__all__ = ["add_openapi_route", "openapi_document"]
