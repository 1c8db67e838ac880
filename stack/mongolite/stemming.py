"""English stems: the Porter2 algorithm, which MongoDB uses for text indexes of English.

Source: M. F. Porter, "The English (Porter2) stemming algorithm", snowballstem.org. Words come in lower
case; regions are positions: R1 begins after the first consonant that follows a vowel, R2 is R1 of R1.
"""

import re
from functools import lru_cache

_VOWELS = "aeiouy"
_DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_LI_ENDINGS = "cdeghkmnrt"
_AFTER_VOWEL = re.compile(r"[aeiouy][^aeiouy]")
_SHORT_SYLLABLE = re.compile(r"([^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$")
_WHOLE = {
    "skis": "ski",
    "skies": "sky",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
    "idly": "idl",
    "gently": "gentl",
    "ugly": "ugli",
    "early": "earli",
    "only": "onli",
    "singly": "singl",
}
_UNCHANGED = {"sky", "news", "howe", "atlas", "cosmos", "bias", "andes"}
_UNCHANGED_PLURALS = {
    "inning",
    "outing",
    "canning",
    "herring",
    "earring",
    "proceed",
    "exceed",
    "succeed",
}
_STEP_2 = [
    ("ational", "ate"),
    ("fulness", "ful"),
    ("iveness", "ive"),
    ("ization", "ize"),
    ("ousness", "ous"),
    ("biliti", "ble"),
    ("lessli", "less"),
    ("tional", "tion"),
    ("alism", "al"),
    ("aliti", "al"),
    ("ation", "ate"),
    ("entli", "ent"),
    ("fulli", "ful"),
    ("iviti", "ive"),
    ("ousli", "ous"),
    ("abli", "able"),
    ("alli", "al"),
    ("anci", "ance"),
    ("ator", "ate"),
    ("enci", "ence"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("ogi", "og"),
    ("li", ""),
]
_STEP_3 = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("alize", "al"),
    ("ative", ""),
    ("icate", "ic"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ness", ""),
    ("ful", ""),
]
_STEP_4 = sorted(
    [
        "al",
        "ance",
        "ence",
        "er",
        "ic",
        "able",
        "ible",
        "ant",
        "ement",
        "ment",
        "ent",
        "ism",
        "ate",
        "iti",
        "ous",
        "ive",
        "ize",
        "ion",
    ],
    key=len,
    reverse=True,
)


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case."""
    if len(word) <= 2:
        return word
    if word in _WHOLE:
        return _WHOLE[word]
    if word in _UNCHANGED:
        return word
    word = _mark_consonants(word.removeprefix("'"))
    r1, r2 = _regions(word)
    word = _step_1a(_step_0(word))
    if word in _UNCHANGED_PLURALS:
        return word
    word = _step_1c(_step_1b(word, r1))
    word = _step_3(_step_2(word, r1), r1, r2)
    return _step_5(_step_4(word, r2), r1, r2).replace("Y", "y")


def _mark_consonants(word: str) -> str:
    return re.sub(r"(^|[aeiouy])y", lambda match: f"{match[1]}Y", word)


def _regions(word: str) -> tuple[int, int]:
    prefix = next((one for one in ("gener", "commun", "arsen") if word.startswith(one)), None)
    r1 = len(prefix) if prefix else _after_vowel(word, 0)
    return r1, _after_vowel(word, r1)


def _after_vowel(word: str, start: int) -> int:
    match = _AFTER_VOWEL.search(word, start)
    return match.end() if match else len(word)


def _has_vowel(part: str) -> bool:
    return any(letter in _VOWELS for letter in part)


def _is_short(word: str, r1: int) -> bool:
    return r1 >= len(word) and _SHORT_SYLLABLE.search(word) is not None


def _step_0(word: str) -> str:
    return re.sub(r"('s'|'s|')$", "", word)


def _step_1a(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and _has_vowel(word[:-2]):
        return word[:-1]
    return word


def _step_1b(word: str, r1: int) -> str:
    for ending in ("eedly", "eed"):
        if word.endswith(ending):
            base = word[: -len(ending)]
            return f"{base}ee" if len(base) >= r1 else word
    for ending in ("ingly", "edly", "ing", "ed"):
        base = word[: -len(ending)]
        if word.endswith(ending):
            return _repaired(base, r1) if _has_vowel(base) else word
    return word


def _repaired(base: str, r1: int) -> str:
    if base.endswith(("at", "bl", "iz")):
        return f"{base}e"
    if base.endswith(_DOUBLES):
        return base[:-1]
    return f"{base}e" if _is_short(base, r1) else base


def _step_1c(word: str) -> str:
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        return f"{word[:-1]}i"
    return word


def _step_2(word: str, r1: int) -> str:
    for ending, other in _STEP_2:
        if word.endswith(ending):
            base = word[: -len(ending)]
            allowed = (ending != "ogi" or base.endswith("l")) and (
                ending != "li" or base[-1:] in _LI_ENDINGS
            )
            return base + other if len(base) >= r1 and base and allowed else word
    return word


def _step_3(word: str, r1: int, r2: int) -> str:
    for ending, other in _STEP_3:
        if word.endswith(ending):
            base = word[: -len(ending)]
            region = r2 if ending == "ative" else r1
            return base + other if len(base) >= region else word
    return word


def _step_4(word: str, r2: int) -> str:
    for ending in _STEP_4:
        if word.endswith(ending):
            base = word[: -len(ending)]
            allowed = ending != "ion" or base.endswith(("s", "t"))
            return base if len(base) >= r2 and allowed else word
    return word


def _step_5(word: str, r1: int, r2: int) -> str:
    base = word[:-1]
    if word.endswith("e"):
        removable = len(base) >= r2 or (len(base) >= r1 and _SHORT_SYLLABLE.search(base) is None)
        return base if removable else word
    return base if word.endswith("ll") and len(base) >= r2 else word
