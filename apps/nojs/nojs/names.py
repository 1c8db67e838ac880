"""Names of people and rooms: any language, and no two that could be taken for each other.

Notice that a name has *shapes*: what is left of it when case and look-alikes no longer count. "Ina"
looks like "lna" in most fonts, and "INA" is the same word. Whoever takes a name takes all of its
shapes, so neither of the others can be taken by somebody else. The table of look-alikes is Unicode's
(UTS #39), from the package confusable_homoglyphs.
"""

import unicodedata
from urllib.parse import quote

from brubeck.formerrors import FormErrors
from confusable_homoglyphs.confusables import confusables_data

NAME_LENGTH = 24  # characters
ROOM_LENGTH = 40
JOINERS = "\u200c\u200d"  # Persian and emoji need them
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
LOOK_LIKE_ONE = [("rn", "m"), ("vv", "w")]


def _prototypes() -> dict[str, str]:
    """Return what each confusable character looks like.

    The package's table goes both ways: a character with a single entry looks like that one.
    """
    left_to_right_mark = "\u200e"
    table = {
        sign.strip(left_to_right_mark): [each["c"].strip(left_to_right_mark) for each in alike]
        for sign, alike in confusables_data.items()
    }
    return {
        sign: min(sign, alike[0]) if len(table.get(alike[0], ())) == 1 else alike[0]
        for sign, alike in table.items()
        if len(alike) == 1 and len(sign) == len(alike[0]) == 1
    }


PROTOTYPES = _prototypes()


def cleaned(text: str) -> str:
    """Return text in one form (NFC), without characters that nobody sees, with single blanks."""
    seen = "".join(
        sign if sign in JOINERS or unicodedata.category(sign) not in INVISIBLE else " "
        for sign in text
    )
    return " ".join(unicodedata.normalize("NFC", seen).split())


def folded(name: str) -> str:
    """Return what two spellings of one name have in common: case and width do not count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def shapes(name: str) -> set[str]:
    """Return what a name looks like, as it is typed and in small letters."""
    wide = unicodedata.normalize("NFKC", name)
    return {_skeleton(wide), _skeleton(wide.casefold())}


def _skeleton(text: str) -> str:
    looks = "".join(PROTOTYPES.get(sign, sign) for sign in unicodedata.normalize("NFD", text))
    plain = "".join(sign for sign in looks.casefold() if unicodedata.category(sign)[0] not in "ZC")
    for pair, one in LOOK_LIKE_ONE:
        plain = plain.replace(pair, one)
    return plain


def path_of(room: str) -> str:
    """Return a room's name as a part of an address."""
    return quote(room, safe="")


def check_name(name: str, form: FormErrors) -> None:
    """Say what is wrong with the name of a person."""
    if not any(map(str.isalnum, name)):
        form.add("name", "A name needs at least one letter or digit. Type one.")
    elif len(name) > NAME_LENGTH:
        form.add("name", f"A name has {NAME_LENGTH} characters at the most; this has {len(name)}.")


def check_room(room: str, form: FormErrors) -> None:
    """Say what is wrong with the name of a room."""
    if not room.strip("." + JOINERS):
        form.add("room", "A room needs a name. Type one in any language.")
    elif len(room) > ROOM_LENGTH:
        form.add(
            "room",
            f"The name of a room has {ROOM_LENGTH} characters at the most; this has {len(room)}.",
        )
    elif "/" in room or "\\" in room:
        form.add("room", "The name of a room stands in its address: leave out / and \\.")
