"""What people type into the search field, understood.

    words "a phrase" #tag -without this or that

Notice that this module knows no database. It reads a text into terms, and the terms say which
condition each of them stands for. What was typed becomes values in those conditions, never a field
or an operator (CWE-943).
"""

import re
from dataclasses import dataclass
from typing import Any

from weblinks.tagnames import clean_tag
from weblinks.words import as_phrase, words_of

LONGEST = 200  # characters
MOST_TERMS = 20
TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<mark>#?)(?P<word>[^\s"]+))')

Filter = dict[str, Any]


class BadSearchError(ValueError):
    """A search that is not made; its text says why and what to do, fit for showing."""


@dataclass(frozen=True)
class Words:
    """One word, or several that follow each other."""

    words: tuple[str, ...]
    is_wanted: bool = True

    def filter(self) -> Filter:
        """Return the condition. An index finds the words; the phrase is looked for in what is left."""
        phrase = {"$regex": re.escape(as_phrase(list(self.words)))}
        if len(self.words) == 1:
            return {"words": self.words[0] if self.is_wanted else {"$ne": self.words[0]}}
        if not self.is_wanted:
            return {"text": {"$not": phrase}}
        return {"words": {"$all": list(dict.fromkeys(self.words))}, "text": phrase}


@dataclass(frozen=True)
class Tag:
    """A tag, or its absence."""

    tag: str
    is_wanted: bool = True

    def filter(self) -> Filter:
        """Return the condition."""
        return {"tags": self.tag if self.is_wanted else {"$ne": self.tag}}


Term = Words | Tag


@dataclass(frozen=True)
class Search:
    """Groups of terms: all terms of at least one group have to be met."""

    groups: tuple[tuple[Term, ...], ...] = ()

    def filter(self) -> Filter:
        """Return the condition; an empty one for an empty search."""
        choices = [{"$and": [term.filter() for term in group]} for group in self.groups]
        return {"$or": choices} if len(choices) > 1 else next(iter(choices), {})


def parse(text: str) -> Search:
    """Return the search that a text stands for; raise BadSearchError if that is none."""
    if len(text) > LONGEST:
        raise BadSearchError(f"This search is too long: {LONGEST} characters at most.")
    groups: list[list[Term]] = [[]]
    for found in TERM.finditer(text):
        if is_or(found):
            groups.append([])
        elif term := term_of(found):
            groups[-1].append(term)
    search = Search(tuple(tuple(group) for group in groups if group))
    if sum(map(len, search.groups)) > MOST_TERMS:
        raise BadSearchError(f"This search has too many words: {MOST_TERMS} at most.")
    if text.strip() and not search.groups:
        raise BadSearchError("There is no word in this search. Type one, or a #tag.")
    return search


def is_or(found: re.Match[str]) -> bool:
    """Say whether a term is the word between two alternatives."""
    return not (found["minus"] or found["mark"]) and (found["word"] or "").lower() == "or"


def term_of(found: re.Match[str]) -> Term | None:
    """Return what a part of the text stands for; None if there is no letter or digit in it."""
    is_wanted = not found["minus"]
    if found["mark"]:
        tag = clean_tag(found["word"])
        return Tag(tag, is_wanted) if tag else None
    words = tuple(words_of(found["phrase"] if found["word"] is None else found["word"]))
    return Words(words, is_wanted) if words else None
