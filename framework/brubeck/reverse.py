"""From a pattern and arguments back to a path: the routes' regular expressions, read backwards."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

# Escapes and character classes are one token each, so the brackets inside them count for nothing.
TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)

_SPECIAL = ".^$*+?{}[]()|"
_GROUP_NAME = re.compile(r"\(\?P<(\w+)>")


class MissingArgumentError(ValueError):
    """A group of the pattern got no value."""


def literal(token: str) -> str:
    """Return the character that a token of a pattern stands for, `""` for everything else."""
    if len(token) == 1:
        return "" if token in _SPECIAL else token
    # A backslash before a letter or digit is a class or a reference.
    is_escape = token[0] == "\\" and not token[1].isalnum()
    return token[1] if is_escape else ""


def build(regex: re.Pattern[str], args: tuple[object, ...], kwargs: dict[str, object]) -> str:
    """Return the path that a pattern matches with these values in its groups.

    Optional groups without a value are left out. Named values for which there is no group become
    the query, a list as several, None as none. Raises ValueError when the arguments do not fit.
    """
    builder = _Builder(regex, args, kwargs)
    path = builder.path()
    if builder.args:
        raise ValueError(f"{regex.pattern!r} has no place for {builder.args!r}. Leave them out.")
    if not regex.match(path):
        raise ValueError(
            f"{path!r} does not fit the pattern {regex.pattern!r}. Pass arguments that its groups match."
        )
    rest = [(name, value) for name, value in kwargs.items() if name not in regex.groupindex]
    query = urlencode([(name, value) for name, value in rest if value is not None], doseq=True)
    return f"{path}?{query}" if query else path


class _Builder:
    """One use of a pattern; `args` are the positional values that no group has taken yet."""

    def __init__(
        self, regex: re.Pattern[str], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> None:
        self._pattern = regex.pattern
        self.args = list(args)
        self._kwargs = kwargs

    def path(self) -> str:
        return self._text(TOKEN.findall(self._pattern))

    def _text(self, tokens: list[str]) -> str:
        return "".join(self._parts(tokens))

    def _parts(self, tokens: list[str]) -> Iterator[str]:
        position = 0
        while position < len(tokens):
            end = _end_of_group(tokens, position)
            piece, position = tokens[position:end], end
            if tokens[position : position + 1] in (["?"], ["*"]):
                yield self._optional(piece)
                position += 1
            else:
                yield self._part(piece)

    def _part(self, piece: list[str]) -> str:
        if piece[0] != "(":
            return self._literal(piece[0])
        if piece[:3] == ["(", "?", ":"]:
            return self._text(piece[3:-1])
        if piece[1] == "?" and piece[2:4] != ["P", "<"]:
            return ""  # a flag, a comment, a look ahead: the finished path is matched anyway
        return self._argument("".join(piece))

    def _optional(self, piece: list[str]) -> str:
        if piece[0] != "(":
            return ""
        try:
            return self._part(piece)
        except MissingArgumentError:
            return ""

    def _literal(self, part: str) -> str:
        if part in "^$":
            return ""
        character = literal(part)
        if not character:
            raise ValueError(
                f"No path can be built from {self._pattern!r}: {part!r} is no group. "
                "Write it as one."
            )
        return character

    def _argument(self, group: str) -> str:
        named = _GROUP_NAME.match(group)
        value = self._kwargs.get(named[1]) if named else self.args.pop(0) if self.args else None
        if value is None:
            raise MissingArgumentError(
                f"The route needs a value for {named[1] if named else group}. Pass one to url_for."
            )
        return quote(str(value), safe="")


def _end_of_group(tokens: list[str], start: int) -> int:
    """Return the position behind a token, or behind the bracket that closes the group there."""
    depth, position = 0, start
    while True:
        depth += (tokens[position] == "(") - (tokens[position] == ")")
        position += 1
        if depth == 0:
            return position
