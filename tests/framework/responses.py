"""Responses of what handlers return."""

from brubeck.response import Response


def answer(result: object) -> Response:
    response = Response.of(result)
    assert response is not None
    return response
