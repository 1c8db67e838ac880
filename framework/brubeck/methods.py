"""Methods that a route has without saying so: HEAD beside GET, and OPTIONS."""

from collections.abc import Iterable

from brubeck.response import Response


def with_head(methods: Iterable[str]) -> list[str]:
    """Return upper-case method names, HEAD behind GET included (RFC 9110, 9.1)."""
    names = [name.upper() for name in methods]
    if "GET" in names and "HEAD" not in names:
        names.insert(names.index("GET") + 1, "HEAD")
    return names


def with_implied(methods: Iterable[str]) -> list[str]:
    """Return the methods that a route which declares these answers."""
    names = with_head(methods)
    return names if "OPTIONS" in names else [*names, "OPTIONS"]


def options_answer(methods: Iterable[str]) -> Response:
    """Answer OPTIONS with the methods that there are (RFC 9110, 9.3.7)."""
    allowed = ", ".join(methods)
    return Response(200, headers={"Allow": allowed, "Access-Control-Allow-Methods": allowed})
