"""Text and bytes, where strangers decide what arrives."""

import re

_SURROGATES = re.compile(r"[\ud800-\udfff]")


def to_bytes(data: object, enc: str = "utf8") -> bytes:
    """Return anything as bytes: text encoded, numbers through their text."""
    if isinstance(data, bytes):
        return data
    return str(data).encode(enc, "surrogateescape")


def to_unicode(data: object, enc: str = "utf8") -> str:
    """Return anything as text: bytes decoded, numbers through their text."""
    return data.decode(enc) if isinstance(data, bytes) else str(data)


def without_surrogates(text: str) -> str:
    """Return text that can be encoded: what was no UTF-8 becomes replacement characters."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)
