"""Which other sites may use the API from their pages: origins, as browsers send them.

Notice that an origin is no address: scheme, host and port, without a path (RFC 6454, 7). It is
compared as text, so it is stored exactly as a browser will spell it.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from weblinks.addresses import BadAddressError, clean_address

MOST = 20  # sites for one account


class BadOriginError(ValueError):
    """A text that names no site; its message says why, fit for showing."""


def clean_origins(text: str) -> list[str]:
    """Return the origins that somebody wrote, one a line; raise BadOriginError at the first bad one."""
    origins = list(dict.fromkeys(map(clean_origin, text.split())))
    if len(origins) > MOST:
        raise BadOriginError(f"These are too many sites: {MOST} at most.")
    return origins


def clean_origin(text: str) -> str:
    """Return one origin as browsers send it: lower case, punycode, no default port."""
    if "://" not in text:
        raise BadOriginError(f"{shown(text)} has no scheme. Write it like https://example.com")
    try:
        parts = urlsplit(clean_address(text))
        host = (parts.hostname or "").encode("idna").decode()
    except (BadAddressError, UnicodeError) as error:
        raise BadOriginError(f"{shown(text)} names no site. Try https://example.com") from error
    if parts.username or parts.path != "/" or parts.query or parts.fragment:
        raise BadOriginError(f"{shown(text)} is more than a site: leave out what follows the host.")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def shown(text: str) -> str:
    """Return a text as a message quotes it."""
    return f"“{text[:60]}”"


def as_lines(origins: Iterable[str]) -> str:
    """Return origins as they stand in the form, one a line."""
    return "\n".join(origins)
