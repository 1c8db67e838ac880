r"""MongoDB's regular expressions (PCRE) by Python's `re`.

PCRE without its UCP option, which is how MongoDB calls it: \w, \d, \s and \b know ASCII only,
while letters compare caselessly in all of Unicode. What the two languages understand differently
beyond that is refused instead of being answered wrongly.
"""

import re
from functools import lru_cache

from bson import Regex

from mongolite.errors import MongoError, RefusedError
from mongolite.values import Value

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE, "u": 0}
_KNOWN_FLAGS = int(re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE)
_PCRE_ONLY = re.compile(r"\\[pPXRKGhHQEzvVCNoeg]|\[\[:|\(\?[|R&0-9'C+]|\(\?-[0-9]|\(\*|\\x\{")
_WORD, _DIGIT, _SPACE = "0-9A-Za-z_", "0-9", r"\t\n\v\f\r "
_OUTSIDE = {
    "w": f"[{_WORD}]",
    "W": f"[^{_WORD}]",
    "d": f"[{_DIGIT}]",
    "D": f"[^{_DIGIT}]",
    "s": f"[{_SPACE}]",
    "S": f"[^{_SPACE}]",
    "b": f"(?:(?<![{_WORD}])(?=[{_WORD}])|(?<=[{_WORD}])(?![{_WORD}]))",
    "B": f"(?:(?<![{_WORD}])(?![{_WORD}])|(?<=[{_WORD}])(?=[{_WORD}]))",
    "Z": r"(?=\n?\Z)",
}
_INSIDE = {"w": _WORD, "d": _DIGIT, "s": _SPACE}
_PIECE = re.compile(r"\\.|\[\^?\]?|\]|[^\\\[\]]+", re.DOTALL)


def flags_of(options: str) -> int:
    """Return Python's flags for MongoDB's option letters; raises MongoError for unknown ones."""
    flags = 0
    for letter in options:
        if letter not in _FLAGS:
            raise MongoError(51108, f"invalid flag in regex options: {letter}")
        flags |= int(_FLAGS[letter])
    return flags


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: int) -> re.Pattern[str]:
    """Return the compiled expression; raises MongoError when it cannot be read."""
    if _PCRE_ONLY.search(pattern):
        raise RefusedError(f"the regular expression {pattern!r} (understood by PCRE only)")
    try:
        return re.compile(translated(pattern), flags & _KNOWN_FLAGS)
    except (re.error, OverflowError, RecursionError) as error:
        raise MongoError(51091, f"Regular expression is invalid: {error}") from error


def translated(pattern: str) -> str:
    """Return a PCRE pattern in Python's words."""
    if "\\" not in pattern:
        return pattern
    pieces, in_class = [], False
    for piece in _PIECE.findall(pattern):
        if piece.startswith("[") and not in_class:
            in_class = True
        elif piece == "]":
            in_class = False
        pieces.append(_escape(piece, in_class=in_class) if piece[0] == "\\" else piece)
    return "".join(pieces)


def _escape(piece: str, *, in_class: bool) -> str:
    letter = piece[1]
    if not in_class:
        return _OUTSIDE.get(letter, piece)
    if letter in "WDS":
        raise RefusedError(f"{piece} between brackets in a regular expression")
    return _INSIDE.get(letter, piece)


def from_value(value: Value, options: str | None = None) -> re.Pattern[str]:
    """Return the expression that a `Regex` or a string with options stands for."""
    if isinstance(value, Regex):
        flags = flags_of(options) if options else int(value.flags)
        return compiled(value.pattern, flags)
    return compiled(value, flags_of(options or ""))
