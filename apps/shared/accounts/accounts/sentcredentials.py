"""A name and a password that a program sends along with one request.

Notice where they may stand: in the header Authorization (HTTP Basic), or in the body of a POST. Never
in the address, where logs and histories would keep the password (CWE-598).
"""

from base64 import b64decode

from brubeck.errors import BadRequest
from brubeck.request import Request

BAD_HEADER = "The Authorization header is not `Basic name:password`."


def sent_credentials(message: Request) -> tuple[str, str] | None:
    """Return the name and the password that a request brings along, None if it does not.

    Raises BadRequest for a header that is no good.
    """
    scheme, _, encoded = (message.header("authorization") or "").partition(" ")
    if scheme.lower() == "basic":
        return basic_credentials(encoded)
    form = message.body_arguments
    if "username" in form and "password" in form:
        return form["username"][-1], form["password"][-1]
    return None


def basic_credentials(encoded: str) -> tuple[str, str]:
    """Return name and password of an Authorization header (RFC 7617)."""
    try:
        name, colon, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise BadRequest(BAD_HEADER) from error
    if not colon:
        raise BadRequest(BAD_HEADER)
    return name, password
