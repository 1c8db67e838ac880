"""The words of a text, in the form in which they are searched.

Notice that both sides are folded the same way, what is stored and what is looked for: capitals,
accents and wide letters make no difference then. Scripts that put no blanks between words are taken
sign by sign; a phrase of signs finds them again.
"""

import re
import unicodedata

LONGEST = 40  # characters of a word; what follows makes no difference
UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")


def fold(text: str) -> str:
    """Return a text without differences of case, of accents, and of width (Unicode NFKD)."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    if decomposed.isascii():
        return decomposed
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, folded."""
    return [word[:LONGEST] for word in WORD.findall(fold(text))]


def as_phrase(words: list[str]) -> str:
    """Return words as one text in which whole words are found: with a blank on either side."""
    return f" {' '.join(words)} "
