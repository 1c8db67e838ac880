"""What two names have in common although they are written differently.

Notice that a name has *shapes*: what is left of it when case and look-alikes no longer count. "Ina"
looks like "lna" in most fonts, and "INA" is the same word. Whoever takes a name takes all of its
shapes, so neither of the others can be taken by somebody else. The table of look-alikes is Unicode's
(UTS #39), from the package confusable_homoglyphs.
"""

import unicodedata

from confusable_homoglyphs.confusables import confusables_data

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
