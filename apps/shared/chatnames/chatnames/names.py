"""What a person may be called."""

import unicodedata
from collections.abc import Iterable

from brubeck.formerrors import FormErrors

from chatnames.lookalikes import shapes

NAME_LENGTH = 24  # characters
JOINERS = "\u200c\u200d"  # Persian and emoji need them
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
RESERVED = (  # who speaks for the site, and who would be confusing to talk to
    "admin", "administrator", "moderator", "mod", "operator", "owner", "root", "staff", "support",
    "server", "system", "bot", "guest", "anonymous", "everybody", "everyone", "nobody", "somebody",
    "all", "you", "me",
)  # fmt: skip


def cleaned(text: str) -> str:
    """Return text in one form (NFC), without characters that nobody sees, with single blanks."""
    seen = "".join(
        sign if sign in JOINERS or unicodedata.category(sign) not in INVISIBLE else " "
        for sign in text
    )
    return " ".join(unicodedata.normalize("NFC", seen).split())


def check_name(name: str, form: FormErrors, reserved: Iterable[str] = ()) -> None:
    """Say in the field "name" of a form what is wrong with a name; `reserved` are more of those.

    The name is one that was `cleaned`.
    """
    if not any(map(str.isalnum, name)):
        form.add("name", "A name needs at least one letter or digit. Type one.")
    elif len(name) > NAME_LENGTH:
        form.add("name", f"A name has {NAME_LENGTH} characters at the most; this has {len(name)}.")
    elif is_reserved(name, reserved):
        form.add("name", "A name like this one would speak for the site. Choose another one.")


def is_reserved(name: str, reserved: Iterable[str] = ()) -> bool:
    """Say whether a name looks like a reserved word; what stands around its letters is no excuse."""
    words = {shape for word in (*RESERVED, *reserved) for shape in shapes(_spelt(word))}
    return bool(words & shapes(_spelt(name)))


def _spelt(name: str) -> str:
    return "".join(filter(str.isalnum, name))
