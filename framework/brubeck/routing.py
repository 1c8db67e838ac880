"""From paths to handlers: regular expressions in order, the first that matches wins.

Every pattern begins with some literal text, if only an empty one. Sorted by that text, one binary
search leaves the few patterns that can match a path at all, so that the cost of a match does not
grow with the table.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from brubeck import reverse

Target = TypeVar("Target")
UrlArgs = dict[str, str | None] | tuple[str | None, ...]

_QUANTIFIERS = "*+?{"


class Match(NamedTuple, Generic[Target]):
    """What a path leads to, and the parts of the path that the pattern captured.

    `url_args` is a dict when the pattern has a named group, else a tuple of all groups.
    """

    target: Target
    url_args: UrlArgs


class _Route(NamedTuple, Generic[Target]):
    position: int
    match: Callable[[str], "re.Match[str] | None"]
    target: Target
    is_named: bool


class Router(Generic[Target]):
    """A table of patterns. Patterns are anchored at the start only, as in `re.match`."""

    def __init__(self) -> None:
        self.routes: list[tuple[re.Pattern[str], Target]] = []
        self.names: dict[str, re.Pattern[str]] = {}
        self._by_prefix: dict[str, list[_Route[Target]]] = {}
        self._prefixes: list[str] = []
        self._shorter: dict[str, str] = {}
        self._candidates: dict[str, list[_Route[Target]]] = {}

    def add(self, pattern: str | re.Pattern[str], target: Target, name: str | None = None) -> None:
        """Append a rule.

        Raises ValueError for a pattern that does not compile, and for a name that another has.
        """
        regex = _compiled(pattern)
        if name is not None:
            self._give_name(name, regex)
        route = _Route(len(self.routes), regex.match, target, bool(regex.groupindex))
        self.routes.append((regex, target))
        self._by_prefix.setdefault(literal_prefix(regex), []).append(route)
        self._prefixes = []  # sorted anew at the next match

    def match(self, path: str) -> Match[Target] | None:
        """Return the first rule that accepts the path, or None."""
        for _, match, target, is_named in self._possible(path):
            found = match(path)
            if found:
                url_args = found.groupdict() if is_named else found.groups()
                # Not Match(...), whose own __new__ is slower than finding it.
                return tuple.__new__(Match, (target, url_args))
        return None

    def url_for(self, name: str, /, *args: object, **kwargs: object) -> str:
        """Build the path of a named rule from its positional or named arguments.

        Optional groups without an argument are left out; named arguments without a group become
        the query. Raises LookupError for an unknown name and ValueError when the arguments do
        not fit.
        """
        if name not in self.names:
            known = ", ".join(sorted(self.names)) or "none"
            raise LookupError(f"No route is named {name!r}. Use one of the named routes: {known}.")
        return reverse.build(self.names[name], args, kwargs)

    def _give_name(self, name: str, regex: re.Pattern[str]) -> None:
        if name in self.names:
            raise ValueError(
                f"Two routes are named {name!r}: {self.names[name].pattern!r} and "
                f"{regex.pattern!r}. Name one of them otherwise."
            )
        self.names[name] = regex

    def _possible(self, path: str) -> list[_Route[Target]]:
        """Return the rules whose literal beginning is one of the path, in order."""
        prefixes = self._prefixes or self._sort()
        # Every prefix of the path sorts before it and is a prefix of its neighbour too, so
        # the chain of ever shorter prefixes from there meets the longest one.
        prefix = prefixes[bisect_right(prefixes, path) - 1]
        while not path.startswith(prefix):
            prefix = self._shorter[prefix]
        return self._candidates[prefix]

    def _sort(self) -> list[str]:
        self._by_prefix.setdefault("", [])
        self._shorter.clear()
        self._candidates.clear()
        prefixes = sorted(self._by_prefix)
        chain: list[str] = []
        for prefix in prefixes:
            while chain and not prefix.startswith(chain[-1]):
                chain.pop()
            inherited = self._candidates[chain[-1]] if chain else []
            self._shorter[prefix] = chain[-1] if chain else ""
            self._candidates[prefix] = sorted(
                inherited + self._by_prefix[prefix], key=lambda route: route.position
            )
            chain.append(prefix)
        self._prefixes = prefixes
        return prefixes


def literal_prefix(regex: re.Pattern[str]) -> str:
    """Return text with which everything that the pattern matches begins; `""` when in doubt."""
    if regex.flags & (re.IGNORECASE | re.VERBOSE) or "(?#" in regex.pattern:
        return ""
    parts = reverse.TOKEN.findall(regex.pattern.removeprefix("^"))
    if _has_alternatives(parts):
        return ""
    literal: list[str] = []
    for part in parts:
        if part in _QUANTIFIERS:
            # The character before may be missing or repeated.
            return "".join(literal[:-1])
        character = reverse.literal(part)
        if not character:
            break
        literal.append(character)
    return "".join(literal)


def _has_alternatives(parts: list[str]) -> bool:
    depth = 0
    for part in parts:
        if part == "|" and depth == 0:
            return True
        depth += (part == "(") - (part == ")")
    return False


def _compiled(pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    if isinstance(pattern, re.Pattern):
        return pattern
    try:
        return re.compile(pattern, re.UNICODE)
    except re.error as error:
        raise ValueError(
            f"The URL pattern {pattern!r} is no regular expression: {error}. Correct it."
        ) from None
