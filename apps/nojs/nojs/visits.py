"""How a visitor is known: by a secret, in a cookie or, for those who refuse them, in the address.

An address that begins with /k/ and a key is the address behind it, asked for by the one who has
that key. Notice that the key is taken off before anything else sees the address: no route knows of
it, and no log keeps it (CWE-532).

Whoever comes by a key needs no token against forged forms (CWE-352): another site would have to
know the key to send a form in his name.
"""

import re
import secrets

from brubeck.request import Request

KEYED = re.compile(r"/k/([A-Za-z0-9_-]{22})(/.*)?")
HEADER = "NOJS_KEY"  # clients cannot send headers in capitals


def new_secret() -> str:
    """Return 128 random bits as 22 characters."""
    return secrets.token_urlsafe(16)


def take_key(_app: object, message: Request) -> None:
    """Move the key of an address out of its path; runs before every request."""
    if found := KEYED.fullmatch(message.path):
        message.headers[HEADER] = found[1]
        message.path = found[2] or "/"


def key_of(message: Request) -> str:
    """Return the key that was in the address, nothing without one."""
    key = message.headers.get(HEADER, "")
    return key if isinstance(key, str) else ""


def home_of(message: Request) -> str:
    """Return what every address of this visitor begins with."""
    key = key_of(message)
    return f"/k/{key}" if key else ""
