"""What is a URL and what an e-mail address: judged by maintained validators.

The validators are asked about hosts and mailboxes; what follows a URL's host is free text without
white space. Before they are asked, a look that costs little lets pass what they surely accept: letters
and digits in a row. What fails that look is not refused, but judged, and its host remembered for a while.
"""

from functools import lru_cache
from unicodedata import category

import validators
from email_validator import EmailNotValidError, validate_email

SCHEMES = {"http", "https"}

REMEMBERED_HOSTS = 4096

# RFC 1035 section 2.3.4 allows 253 characters for a host, 63 for a label; port and final dot come on top.
MAX_AUTHORITY = 260
MAX_LABEL = 63

# RFC 5321 section 4.5.3.1: a mailbox name has 64 characters, an address 254 at most.
MAX_MAILBOX = 64
MAX_ADDRESS = 254


def is_url(text: str) -> bool:
    """Say whether `text` is an http or https URL: scheme, host, then the end, `/...` or `?...`."""
    scheme, _, rest = text.partition("://")
    if scheme not in SCHEMES and scheme.lower() not in SCHEMES:
        return False
    authority = rest.partition("/")[0]
    if "?" in authority:
        authority = authority.partition("?")[0]
    if not (is_simple_host(authority) or is_authority(authority)):
        return False
    return " " not in rest and (rest.isprintable() or not has_gaps(rest))


def is_email(text: str) -> bool:
    """Say whether `text` is a mailbox, an at sign and a host other than localhost."""
    if is_simple_email(text):
        return True
    mailbox, _, host = text.rpartition("@")
    if len(text) > MAX_ADDRESS or not is_mail_host(host):
        return False
    return is_simple_mailbox(mailbox) or is_mailbox(mailbox)


@lru_cache(REMEMBERED_HOSTS)
def is_authority(text: str) -> bool:
    """Say whether `text` is a host and perhaps a port. User names are refused."""
    host = text.partition(":")[0]
    is_local = host.lower() == "localhost"
    return is_hostname(text, is_local=is_local) and (is_local or has_public_ending(host))


@lru_cache(REMEMBERED_HOSTS)
def is_mail_host(text: str) -> bool:
    """Say whether mail may be addressed to the host `text`."""
    return ":" not in text and is_hostname(text, is_local=False) and has_public_ending(text)


def is_hostname(text: str, *, is_local: bool) -> bool:
    """Say whether `validators` takes `text` for a dotted name or an IPv4 address, with port or without.

    A single label passes only with `is_local`.
    """
    if len(text) > MAX_AUTHORITY:
        return False
    return bool(
        validators.hostname(text, maybe_simple=is_local, rfc_1034=True, skip_ipv6_addr=True)
    )


def is_mailbox(text: str) -> bool:
    """Say whether `email-validator` takes `text` for the name of a mailbox; no network is asked."""
    try:
        validate_email(
            f"{text}@example.com",
            allow_smtputf8=False,
            allow_quoted_local=True,
            strict=True,
            check_deliverability=False,
        )
    except EmailNotValidError:
        return False
    return True


def has_public_ending(host: str) -> bool:
    """Say whether `host` is an IPv4 address or ends in letters, as top-level domains do."""
    last = host.removesuffix(".").rpartition(".")[2]
    return last.isalpha() or last.lower().startswith("xn--") or bool(validators.ipv4(host))


def is_simple_host(text: str) -> bool:
    """Say whether `text` is short, of ASCII letters and digits with single dots between, ending in letters."""
    labels, _, ending = text.rpartition(".")
    return (
        labels.replace(".", "").isalnum()
        and text.isascii()
        and len(text) <= MAX_LABEL
        and len(ending) > 1
        and ending.isalpha()
        and ".." not in text
        and text[0] != "."
    )


def is_simple_email(text: str) -> bool:
    """Say whether `text` is a simple mailbox at a simple host; one look at both costs half of two."""
    mailbox, _, host = text.partition("@")
    ending = host.rpartition(".")[2]
    return (
        f"{mailbox}{host}".replace(".", "").isalnum()
        and text.isascii()
        and 0 < len(mailbox) <= MAX_MAILBOX
        and 1 < len(ending) < len(host) <= MAX_LABEL
        and ending.isalpha()
        and ".." not in text
        and ".@" not in text
        and "@." not in text
        and text[0] != "."
    )


def is_simple_mailbox(text: str) -> bool:
    """Say whether `text` is of ASCII letters and digits with single dots between."""
    return (
        text.replace(".", "").isalnum()
        and text.isascii()
        and len(text) <= MAX_MAILBOX
        and ".." not in text
        and text[0] != "."
        and text[-1] != "."
    )


def has_gaps(text: str) -> bool:
    """Say whether `text` contains white space, control characters or broken Unicode."""
    return any(character.isspace() or category(character) in {"Cc", "Cs"} for character in text)
