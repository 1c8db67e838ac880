"""Operators on strings."""

import re
from collections.abc import Callable

from bson import Regex

from mongolite import regexes
from mongolite.errors import MongoError
from mongolite.expressions.arrays import index
from mongolite.expressions.compiler import is_nullish, named, operator
from mongolite.expressions.conversions import to_text
from mongolite.values import MISSING, Value, type_name

_BLANKS = (
    "\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
)


def string(value: Value, name: str, code: int = 16034) -> str:
    """Return a string; raises MongoError for anything else."""
    if type(value) is not str:
        raise MongoError(code, f"{name} requires a string, found: {type_name(value)}")
    return value


@operator("$concat", least=0, most=None)
def _concat(*values: Value) -> Value:
    if any(map(is_nullish, values)):
        return None
    return "".join(string(value, "$concat", 16702) for value in values)


def _cased(name: str, change: Callable[[str], str]) -> None:
    """Register a change of case, which in MongoDB is one of ASCII letters only."""

    def function(value: Value) -> Value:
        return "" if is_nullish(value) else change(to_text(value))

    operator(name)(function)


_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_UPPER = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_cased("$toLower", lambda text: text.translate(_LOWER))
_cased("$toUpper", lambda text: text.translate(_UPPER))


@operator("$strcasecmp", least=2, most=2)
def _strcasecmp(one: Value, other: Value) -> Value:
    first, second = (
        "" if is_nullish(value) else to_text(value).translate(_UPPER) for value in (one, other)
    )
    return (first > second) - (first < second)


@operator("$strLenBytes")
def _str_len_bytes(value: Value) -> Value:
    return len(string(value, "$strLenBytes", 34473).encode())


@operator("$strLenCP")
def _str_len_cp(value: Value) -> Value:
    return len(string(value, "$strLenCP", 34471))


@operator("$split", least=2, most=2)
def _split(value: Value, separator: Value) -> Value:
    if is_nullish(value) or is_nullish(separator):
        return None
    if not separator:
        raise MongoError(40087, "$split requires a non-empty separator")
    return string(value, "$split", 40085).split(string(separator, "$split", 40086))


@operator("$substrCP", least=3, most=3)
def _substr_cp(value: Value, start: Value, count: Value) -> Value:
    text = "" if is_nullish(value) else to_text(value)
    first, size = index(start, "$substrCP"), index(count, "$substrCP")
    if first < 0 or size < 0:
        raise MongoError(34455, "$substrCP: start and length must not be negative")
    return text[first : first + size]


@operator("$substr", "$substrBytes", least=3, most=3)
def _substr_bytes(value: Value, start: Value, count: Value) -> Value:
    data = b"" if is_nullish(value) else to_text(value).encode()
    first, size = index(start, "$substrBytes"), index(count, "$substrBytes")
    if first < 0:
        raise MongoError(50752, "$substrBytes: starting index must be non-negative")
    part = data[first:] if size < 0 else data[first : first + size]
    try:
        return part.decode()
    except UnicodeDecodeError as error:
        raise MongoError(
            28656, "$substrBytes: the range is in the middle of a character"
        ) from error


def _index_of(name: str, units: Callable[[str], str | bytes]) -> None:
    def function(value: Value, wanted: Value, start: Value = 0, end: Value = None) -> Value:
        if is_nullish(value):
            return None
        text = units(string(value, name, 40091))
        part = units(string(wanted, name, 40092))
        first, last = index(start, name), len(text) if end is None else index(end, name)
        if first < 0 or last < 0:
            raise MongoError(40097, f"{name} requires nonnegative indexes")
        return text.find(part, first, last) if first <= last else -1  # type: ignore[arg-type]

    operator(name, least=2, most=4)(function)


_index_of("$indexOfBytes", str.encode)
_index_of("$indexOfCP", str)


def _trim(name: str, strip: Callable[[str, str], str]) -> None:
    @named(name, "input", chars=None)
    def run(input: Value, chars: Value) -> Value:  # noqa: A002  MongoDB's name
        if is_nullish(input) or chars is MISSING:
            return None
        return strip(string(input, name, 50699), _BLANKS if chars is None else string(chars, name))


_trim("$trim", str.strip)
_trim("$ltrim", str.lstrip)
_trim("$rtrim", str.rstrip)


def _replace(name: str, most: int) -> None:
    @named(name, "input", "find", "replacement")
    def run(input: Value, find: Value, replacement: Value) -> Value:  # noqa: A002  MongoDB's name
        if any(map(is_nullish, (input, find, replacement))):
            return None
        texts = [string(one, name, 51746) for one in (input, find, replacement)]
        return texts[0].replace(texts[1], texts[2], most)


_replace("$replaceOne", 1)
_replace("$replaceAll", -1)


def _pattern(regex: Value, options: Value) -> re.Pattern[str]:
    if not isinstance(regex, (str, Regex)):
        raise MongoError(51105, "'regex' must be of type string or regex")
    if isinstance(regex, Regex) and regex.flags and options:
        raise MongoError(51107, "found regex option(s) specified in both 'regex' and 'options'")
    return regexes.from_value(regex, options)


def _regex_operator(
    name: str, answer: Callable[[re.Pattern[str], str], Value], null: Value
) -> None:
    @named(name, "input", "regex", options=None)
    def run(input: Value, regex: Value, options: Value) -> Value:  # noqa: A002  MongoDB's name
        if is_nullish(input) or is_nullish(regex):
            return [] if null == [] else null
        return answer(_pattern(regex, options), string(input, name, 51104))


def _found(match: re.Match[str]) -> Value:
    return {"match": match.group(), "idx": match.start(), "captures": list(match.groups())}


def _first(pattern: re.Pattern[str], text: str) -> Value:
    match = pattern.search(text)
    return None if match is None else _found(match)


_regex_operator("$regexMatch", lambda pattern, text: pattern.search(text) is not None, null=False)
_regex_operator("$regexFind", _first, null=None)
_regex_operator(
    "$regexFindAll", lambda pattern, text: list(map(_found, pattern.finditer(text))), null=[]
)
