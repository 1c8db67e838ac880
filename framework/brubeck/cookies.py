"""Cookies: reading them, writing them, signing what must not be changed."""

import hashlib
import hmac
import json
import logging
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from http.cookies import CookieError, Morsel, SimpleCookie

from itsdangerous import Signer

logger = logging.getLogger(__name__)

SigningKey = str | bytes | Iterable[str | bytes]
Attribute = str | int | float | bool | datetime | None

CLOCK_SKEW = 60  # seconds that two servers' clocks may differ
UNIX_TIME_FROM = 1_000_000_000  # numbers from here on are dates (2001 and later), not durations
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SAME_SITE = {"lax": "Lax", "strict": "Strict", "none": "None"}


def cookie_encode(data: object, key: SigningKey) -> str:
    """Sign data: `!signature?payload`, ASCII, not readable but not secret either.

    Takes None, booleans, numbers, text, bytes, and lists, tuples and dicts of them; raises
    TypeError for the rest. Of several keys the last one signs.
    """
    issued = int(time.time())
    text = json.dumps([issued, _tagged(data)], separators=(",", ":"))
    payload = urlsafe_b64encode(text.encode()).rstrip(b"=")
    signature = _signer(key_ring(key)).get_signature(payload)
    return f"!{signature.decode()}?{payload.decode()}"


def cookie_decode(text: object, key: SigningKey, max_age: float | None = None) -> object:
    """Return the signed data, or None for anything not signed by one of the keys.

    The text may be bytes. With `max_age` (seconds) also None for what was signed longer ago.
    """
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    if not cookie_is_encoded(text):
        return None
    signature, _, payload = str(text)[1:].partition("?")
    if not (signature.isascii() and payload.isascii()):
        return None
    if not _is_signature(signature.encode(), payload.encode(), key_ring(key)):
        return None
    issued, tagged = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if max_age is not None and not -CLOCK_SKEW <= time.time() - issued <= max_age:
        return None
    return _untagged(tagged)


def cookie_is_encoded(text: object) -> bool:
    """Tell whether text has the form of signed data; says nothing about the signature."""
    if isinstance(text, bytes):
        return text.startswith(b"!") and b"?" in text
    return isinstance(text, str) and text.startswith("!") and "?" in text


def parse_cookies(header: str | None) -> SimpleCookie:
    """Read a Cookie header. A bad cookie is skipped and does not hide those after it.

    Of several cookies with one name the first counts: browsers send the most specific path
    first (RFC 6265, 5.4).
    """
    jar = SimpleCookie()
    for pair in (header or "").split(";"):
        name, equals, coded = (part.strip() for part in pair.partition("="))
        if equals and name not in jar:
            _load_cookie(jar, name, coded)
    return jar


def set_cookie(jar: SimpleCookie, name: str, value: str, **attributes: Attribute) -> "Morsel[str]":
    """Put an outgoing cookie into a jar and return it.

    Attributes are those of RFC 6265 and `samesite`, with `_` for `-`. `expires` may be a datetime
    (naive ones are UTC), an HTTP date, or a number: up to 0 means expired, below 1,000,000,000
    seconds from now, above Unix time. Raises CookieError for anything that is no cookie and
    TypeError for a value that is not text.
    """
    if not isinstance(value, str):
        raise TypeError(
            f"Cookie {name!r} has a value of type {type(value).__name__}. Pass text or a secret."
        )
    if _CONTROL.search(value):  # some versions of Python refuse it, some do not
        raise CookieError(
            f"Cookie {name!r} must not have control characters. Sign it with a secret."
        )
    morsel: Morsel[str] = Morsel()
    morsel.set(name, *_coded(value))
    for attribute, setting in attributes.items():
        key = attribute.replace("_", "-").lower()
        morsel[key] = _attribute_text(key, setting)
    jar[name] = morsel
    return morsel


def set_cookie_header(name: str, value: str, **attributes: Attribute) -> str:
    """Return the value of a Set-Cookie header; arguments and errors as for `set_cookie`."""
    return set_cookie(SimpleCookie(), name, value, **attributes).OutputString()


def key_ring(key: SigningKey) -> tuple[bytes, ...]:
    """Return signing keys, oldest first, as bytes. Raises ValueError when there is none."""
    keys = [key] if isinstance(key, str | bytes) else list(key)
    ring = tuple(k.encode("utf-8", "surrogatepass") if isinstance(k, str) else k for k in keys)
    if not ring or not all(ring):
        raise ValueError("Signing needs a key that is not empty. Set cookie_secret.")
    return ring


def _is_signature(signature: bytes, payload: bytes, ring: tuple[bytes, ...]) -> bool:
    # The text is compared, not the bytes it stands for: its last character has bits to spare,
    # and a cookie that was changed in any bit is no cookie.
    expected = [_signer((key,)).get_signature(payload) for key in ring]
    return any(hmac.compare_digest(signature, each) for each in expected)


@lru_cache(maxsize=32)
def _signer(ring: tuple[bytes, ...]) -> Signer:
    return Signer(
        list(ring),
        salt=b"brubeck.cookies",
        sep="?",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )


def _tagged(data: object) -> object:
    """Turn data into JSON values from which it can be rebuilt: a dict always carries a tag."""
    match data:
        case None | bool() | int() | float() | str():
            return data
        case list():
            return [_tagged(item) for item in data]
        case tuple():
            return {"t": [_tagged(item) for item in data]}
        case bytes():
            return {"b": urlsafe_b64encode(data).decode()}
        case dict():
            return {"d": [[_tagged(key), _tagged(value)] for key, value in data.items()]}
    raise TypeError(f"Values of type {type(data).__name__} cannot be signed. Use text or numbers.")


def _untagged(value: object) -> object:
    match value:
        case list():
            return [_untagged(item) for item in value]
        case {"t": items}:
            return tuple(_untagged(item) for item in items)
        case {"b": text}:
            return urlsafe_b64decode(text)
        case {"d": pairs}:
            return {_untagged(key): _untagged(item) for key, item in pairs}
    return value


def _load_cookie(jar: SimpleCookie, name: str, coded: str) -> None:
    morsel: Morsel[str] = Morsel()
    value, _ = jar.value_decode(coded)
    try:
        if _CONTROL.search(value):
            raise CookieError
        morsel.set(name, value, coded)
    except CookieError:
        logger.debug("Skipped a cookie that is none, with the name %.99r.", name)
    else:
        jar[name] = morsel


def _coded(value: str) -> tuple[str, str]:
    """Return value and its form in the header, where other characters are octal escapes."""
    real, coded = SimpleCookie().value_encode(value)
    return real, coded


def _attribute_text(key: str, setting: Attribute) -> str | bool:
    if setting is None or isinstance(setting, bool):
        return bool(setting) or ""
    if key == "expires":
        text = _expires_text(setting)
    elif key == "samesite":
        text = _same_site_text(setting)
    else:
        text = str(setting)
    if ";" in text or _CONTROL.search(text):
        raise CookieError(f"Cookie attribute {key} must not contain {text!r:.99}. Leave it out.")
    return text


def _same_site_text(setting: Attribute) -> str:
    text = _SAME_SITE.get(str(setting).lower())
    if text is None:
        raise CookieError(f"samesite is {setting!r:.99}. Set it to Lax, Strict or None.")
    return text


def _expires_text(setting: str | float | datetime) -> str:
    if isinstance(setting, str):
        return setting
    if isinstance(setting, datetime):
        aware = setting.replace(tzinfo=UTC) if setting.tzinfo is None else setting
        return _http_date(aware.timestamp())
    if setting <= 0:
        return _http_date(0)
    return _http_date(setting if setting >= UNIX_TIME_FROM else time.time() + setting)


def _http_date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC), usegmt=True)
