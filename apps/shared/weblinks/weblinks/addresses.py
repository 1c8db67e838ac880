"""What counts as the address of a link, and what a reader gets to see of it.

Notice that this module knows neither the web nor the database: text in, text or a clear complaint
out. Rules of that kind deserve a place of their own, because they are the easiest ones to test.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

MAX_LENGTH = 2000  # characters; longer addresses fail in browsers and proxies, too
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
HOST_AND_PORT = re.compile(r"(localhost|[^/?#:@]+\.[^/?#:@]+):\d{1,5}(?![^/?#])", re.IGNORECASE)
DEFAULT_PORTS = {"http": 80, "https": 443}
# Blanks, control characters, and the signs that turn text around or are not seen (CWE-1007).
UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
FORBIDDEN_IN_AUTHORITY = re.compile(r"[\s\x00-\x20\x7f<>\"'\\^`{|}]")


class BadAddressError(ValueError):
    """An address that is not saved; its text says why and what to do, fit for showing."""


def clean_address(text: str) -> str:
    """Return the web address that somebody meant by `text`.

    The many spellings of one host become a single one, so that a page is not saved twice.
    `http://` is put in front where no scheme is given: a site that insists on https redirects,
    one that knows only http still answers. Raise BadAddressError for anything but http and https,
    because an address like `javascript:...` would run as a script of this site (CWE-79).
    """
    scheme, rest = with_scheme(within_limit(text.strip())).split("://", 1)
    authority, path = split_authority(rest)
    scheme = scheme.lower()
    authority = clean_authority(authority, DEFAULT_PORTS[scheme])
    return within_limit(f"{scheme}://{authority}{quote_unseen(path) or '/'}")


def sent_address(text: str) -> str:
    """Return the web address that a program means; blanks around it count for the limit, too."""
    return clean_address(within_limit(text))


def within_limit(text: str) -> str:
    """Return the text unless it is too long to be an address."""
    if len(text) > MAX_LENGTH:
        raise BadAddressError(f"This address is too long: {MAX_LENGTH:,} characters at most.")
    return text


def with_scheme(text: str) -> str:
    """Return the text with a scheme in front; refuse every scheme but http and https."""
    if not text:
        raise BadAddressError("Enter an address, for example: example.com/page")
    if text.startswith("//"):
        return f"http:{text}"
    found = SCHEME.match(text)
    if not found or HOST_AND_PORT.match(text):
        return f"http://{text}"
    if found[1].lower() in {"http", "https"} and text[found.end() :].startswith("//"):
        return text
    raise BadAddressError("Only addresses of web pages can be saved: http:// or https://")


def split_authority(rest: str) -> tuple[str, str]:
    """Split what follows `://` into host (with port and user) and everything behind it."""
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    path = rest[end:]
    return rest[:end], path if path.startswith("/") or not path else f"/{path}"


def clean_authority(authority: str, default_port: int) -> str:
    """Return user, host and port, the host in its one spelling; refuse what names no host."""
    user, at, host_and_port = authority.rpartition("@")
    try:
        parts = urlsplit(f"//{host_and_port}")
        host, port = clean_host(parts.hostname or ""), parts.port
    except ValueError:  # a port that is no number, an IPv6 address that is none
        host, port = "", None
    unfit = (
        has_forbidden_signs(authority) or has_forbidden_signs(host) or bool(set("[]") & set(user))
    )
    if unfit or not is_host(host):
        raise BadAddressError("This does not name a web site. Try one like: example.com/page")
    shown = f"[{host}]" if ":" in host else host
    return f"{user}{at}{shown}" + (f":{port}" if port not in {None, default_port} else "")


def has_forbidden_signs(text: str) -> bool:
    """Say whether a text holds what stands in no host, and would hide what the host is."""
    return bool(FORBIDDEN_IN_AUTHORITY.search(text) or UNSEEN.search(text))


def clean_host(host: str) -> str:
    """Return a host in lower case, compatible signs made one (NFKC), nothing in punycode."""
    spelled = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", host).lower())
    return ".".join(map(readable_label, re.split("[.\u3002]", spelled)))


def readable_label(label: str) -> str:
    """Return what `xn--...` stands for (RFC 3492); any other label, or a false one, as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        readable = label[4:].encode("ascii").decode("punycode")
        same = readable.encode("punycode").decode("ascii")
    except UnicodeError:
        return label
    is_plain = readable == unicodedata.normalize("NFKC", readable).lower()
    return readable if is_plain and same == label[4:] and not readable.isascii() else label


def is_host(host: str) -> bool:
    """Say whether a host has a form that the domain name system can know (RFC 1123, RFC 5891)."""
    if ":" in host:  # IPv6, which urlsplit has checked
        return True
    if len(host) > 253 or "%" in host or not any(map(str.isalnum, host)):
        return False
    try:
        return bool(host.removesuffix(".").encode("idna"))
    except UnicodeError:  # an empty label, or one of more than 63 characters
        return False


def quote_unseen(path: str) -> str:
    """Return the path with all that is not seen percent-encoded, everything else as typed."""
    return UNSEEN.sub(lambda found: quote(found[0]), path)


def normal_form(address: str) -> str:
    """Return what a clean address is compared by: two of the same normal form are one page.

    Percent-encoding and dot segments are made one (RFC 3986, 6.2.2), and a `?` or `#` with nothing
    behind it is dropped. Whatever may lead to another page makes a difference: the scheme, a slash
    at the end, the query, the part behind `#`.
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # stored by an older program with laxer rules
        return address
    path = without_dots(one_encoding(parts.path)) or "/"
    return parts._replace(
        path=path, query=one_encoding(parts.query), fragment=one_encoding(parts.fragment)
    ).geturl()


def one_encoding(text: str) -> str:
    """Return a part of an address with exactly those signs percent-encoded that have to be."""
    encoded = ENCODED.sub(lambda found: unreserved_or_upper(found[0]), text)
    return quote(encoded, safe="%!$&'()*+,;=:@/?[]~")


def unreserved_or_upper(encoded: str) -> str:
    """Return `%7e` as the sign that it stands for, if that means the same; else in capitals."""
    sign = chr(int(encoded[1:], 16))
    is_plain = sign.isascii() and (sign.isalnum() or sign in "-._~")
    return sign if is_plain else encoded.upper()


def without_dots(path: str) -> str:
    """Return a path without the segments `.` and `..` (RFC 3986, 5.2.4)."""
    kept = [""]
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept) + ("/" if path.endswith(("/.", "/..")) else "")


def host_of(address: str) -> str:
    """Return the host to show for an address: without user, password, port and `www.`.

    A name before an @ is never shown, or `https://bank.example@evil.example/` would look
    like a page of the bank (CWE-451).
    """
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:  # stored by an older program with laxer rules
        host = ""
    return host.removeprefix("www.") or address
