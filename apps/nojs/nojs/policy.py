"""What goes with every page: nothing may run, nothing is kept, nobody is told where it came from."""

from brubeck.request import Request
from brubeck.response import Response

# Nothing but our own style sheet and pictures, our own frames, and no scripts of any kind.
POLICY = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "no-referrer"),  # an address may hold somebody's key
    ("Cache-Control", "private, no-cache, no-store"),
    ("Pragma", "no-cache"),  # links, and whoever speaks HTTP/1.0, listens to these two
    ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("Content-Language", "en"),
)


def protect(_app: object, _message: Request, response: Response) -> None:
    """Add the headers to pages that no handler of ours has made; runs after every request."""
    is_page = (response.header("content-type") or "").startswith("text/html")
    if is_page and response.header("content-security-policy") is None:
        for name, value in HEADERS:
            response.set_header(name, value)
