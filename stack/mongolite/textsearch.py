"""Text search: the words of a document, what a search asks for, and how well the two agree.

Follows MongoDB's text index version 3 for English (or no language): words are cut at what is neither
letter nor digit, lower-cased, freed of diacritics and stop words, and stemmed. A search finds any of its
words; quoted phrases must occur as they stand; a minus excludes. The score is MongoDB's formula
(src/mongo/db/fts/fts_spec.cpp, version 2 of the scoring).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from mongolite.errors import BadValueError, RefusedError
from mongolite.indexspec import IndexSpec
from mongolite.paths import candidates, split
from mongolite.stemming import stem
from mongolite.values import Document, Key, Value, order_key

_WORD = re.compile(r"\w+(?:'\w+)*")
_PARTS = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_ENGLISH = {"english", "en"}
STOP_WORDS = frozenset([
    "a", "about", "above", "after", "again", "against", "all", "am", "an", "and", "any",
    "are", "aren't", "as", "at", "be", "because", "been", "before", "being", "below",
    "between", "both", "but", "by", "can't", "cannot", "could", "couldn't", "did", "didn't",
    "do", "does", "doesn't", "doing", "don't", "down", "during", "each", "few", "for", "from",
    "further", "had", "hadn't", "has", "hasn't", "have", "haven't", "having", "he", "he'd",
    "he'll", "he's", "her", "here", "here's", "hers", "herself", "him", "himself", "his",
    "how", "how's", "i", "i'd", "i'll", "i'm", "i've", "if", "in", "into", "is", "isn't",
    "it", "it's", "its", "itself", "let's", "me", "more", "most", "mustn't", "my", "myself",
    "no", "nor", "not", "of", "off", "on", "once", "only", "or", "other", "ought", "our",
    "ours", "ourselves", "out", "over", "own", "same", "shan't", "she", "she'd", "she'll",
    "she's", "should", "shouldn't", "so", "some", "such", "than", "that", "that's", "the",
    "their", "theirs", "them", "themselves", "then", "there", "there's", "these", "they",
    "they'd", "they'll", "they're", "they've", "this", "those", "through", "to", "too",
    "under", "until", "up", "very", "was", "wasn't", "we", "we'd", "we'll", "we're", "we've",
    "were", "weren't", "what", "what's", "when", "when's", "where", "where's", "which",
    "while", "who", "who's", "whom", "why", "why's", "with", "won't", "would", "wouldn't",
    "you", "you'd", "you'll", "you're", "you've", "your", "yours", "yourself", "yourselves",
])  # fmt: skip


def folded(text: str) -> str:
    """Return a text in lower case without diacritics."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class Language(NamedTuple):
    """How words are made comparable: with English stems and stop words, or as they are."""

    english: bool

    @classmethod
    def named(cls, name: Value) -> "Language":
        """Return a language by its name; raises MongoError for one that is not implemented."""
        if name == "none":
            return cls(english=False)
        if name in _ENGLISH:
            return cls(english=True)
        raise RefusedError(f"text search in the language {name!r}")

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text in their order, with repetition."""
        words = _WORD.findall(folded(text))
        if not self.english:
            return words
        return [stem(word) for word in words if word not in STOP_WORDS]


class TextFields(NamedTuple):
    """What a text index looks at: the fields with their weights, and the language."""

    weights: dict[str, float]
    language: Language
    override: str

    @classmethod
    def of(cls, spec: IndexSpec) -> "TextFields":
        """Return what the options of a text index say; raises MongoError for what is refused."""
        names = [name for name, kind in spec.fields.items() if kind == "text"]
        if len(names) != len(spec.fields):
            raise RefusedError("a text index with further fields")
        weights = dict.fromkeys(names, 1.0) | dict(spec.options.get("weights") or {})
        language = Language.named(spec.options.get("default_language", "english"))
        return cls(weights, language, spec.options.get("language_override", "language"))

    def texts(self, document: Document) -> Iterable[tuple[str, float]]:
        """Yield every indexed string of a document with its weight."""
        self._check_language(document)
        for name, weight in self.weights.items():
            values = strings(document) if name == "$**" else candidates(document, split(name))
            for value in values:
                if type(value) is str:
                    yield value, float(weight)

    def _check_language(self, document: Document) -> None:
        named = document.get(self.override)
        if type(named) is str and Language.named(named) != self.language:
            raise RefusedError("a document in another language than its text index")

    def scores(self, document: Document) -> dict[str, float]:
        """Return the score of each term of a document."""
        scores: dict[str, float] = {}
        for text, weight in self.texts(document):
            terms = self.language.terms(text)
            for term, count in Counter(terms).items():
                frequency = 2.0 - 0.5 ** (count - 1)
                coefficient = 0.5 * count / len(terms) + 0.5
                adjustment = 1.1 if text.lower() == term else 1.0
                score = weight * frequency * coefficient * adjustment
                scores[term] = scores.get(term, 0.0) + score
        return scores


def strings(node: Value) -> Iterable[str]:
    """Yield every string in a value."""
    if type(node) is str:
        yield node
    children = node.values() if type(node) is dict else node if type(node) is list else ()
    for child in children:
        yield from strings(child)


class TextSearch:
    """One `$text`: which documents it finds, and their scores by `_id`."""

    def __init__(self, argument: Value, spec: IndexSpec) -> None:
        """Read the argument of `$text`; raises MongoError for what is refused."""
        self._fields = TextFields.of(spec)
        language = _language(argument, self._fields.language)
        self._wanted: set[str] = set()
        self._unwanted: set[str] = set()
        self._phrases: list[str] = []
        self._unwanted_phrases: list[str] = []
        self._scores: dict[Key, float] = {}
        for part in _PARTS.finditer(argument["$search"]):
            self._take(part, language)

    def _take(self, part: re.Match[str], language: Language) -> None:
        minus, phrase = part["minus"] is not None, part["phrase"]
        if phrase is not None and phrase.strip():
            (self._unwanted_phrases if minus else self._phrases).append(folded(phrase))
        terms = language.terms(part["word"] if phrase is None else phrase)
        if not minus:
            self._wanted.update(terms)
        elif phrase is None:
            self._unwanted.update(terms)

    @property
    def keys(self) -> list[tuple[Key, ...]]:
        """The keys of the text index under which every match is found."""
        return [(order_key(term),) for term in self._wanted]

    def matches(self, document: Document) -> bool:
        """Say whether a document is found, and remember its score."""
        scores = self._fields.scores(document)
        if not self._wanted & scores.keys() or self._unwanted & scores.keys():
            return False
        texts = [folded(text) for text, _ in self._fields.texts(document)]
        if not all(any(phrase in text for text in texts) for phrase in self._phrases):
            return False
        if any(phrase in text for phrase in self._unwanted_phrases for text in texts):
            return False
        score = sum(scores.get(term, 0.0) for term in self._wanted)
        self._scores[order_key(document["_id"])] = score
        return True

    def score(self, document: Document) -> Value:
        """Return the score of a document that was found; raises BadValueError for any other."""
        key = order_key(document.get("_id"))
        if key not in self._scores:
            raise BadValueError("query requires text score metadata, but it is not available")
        return self._scores[key]


def _language(argument: Value, default: Language) -> Language:
    if type(argument) is not dict or type(argument.get("$search")) is not str:
        raise BadValueError("$text needs $search, a string")
    unknown = argument.keys() - {"$search", "$language", "$caseSensitive", "$diacriticSensitive"}
    if unknown:
        raise BadValueError(f"extra fields in $text: {min(unknown)}")
    if argument.get("$caseSensitive") or argument.get("$diacriticSensitive"):
        raise RefusedError("text search that is sensitive to case or diacritics")
    return Language.named(argument["$language"]) if "$language" in argument else default


def text_argument(query: Document) -> Value:
    """Return the argument of the `$text` at the top of a filter or in its `$and`, or None."""
    for name, argument in query.items():
        if name == "$text":
            return argument
        if name == "$and" and type(argument) is list:
            for part in argument:
                found = text_argument(part) if type(part) is dict else None
                if found is not None:
                    return found
    return None
