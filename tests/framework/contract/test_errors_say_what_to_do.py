"""Contract, acceptance: an error that a newcomer meets ends with the next action."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import brubeck
import pytest

FRAMEWORK = Path(brubeck.__file__).parent

# Errors of these classes are for people. The rest never leaves the framework (BadMessage), is an
# answer whose text is a class attribute (test_errors.py), or belongs to Python's own protocols.
FOR_PEOPLE = {
    "BadRequest",
    "CommandError",
    "CookieError",
    "FileNotFoundError",
    "ImportError",
    "LookupError",
    "MissingArgumentError",
    "OSError",
    "RuntimeError",
    "SettingsError",
    "TimeoutError",
    "TypeError",
    "ValueError",
}

# Parts of a longer sentence, which the caller ends with the action.
PARTS = {
    "{} is no JSON.",
    "JSON is nested deeper than {} levels.",
    "Port {} of {} {}.",
    "The stream was ended by {}.",
    "The cursor holds no value.",
    "BSON has no numbers of that size.",
}

ACTION = re.compile(
    r"(?:^|[.:;] )(?:Add|Ask|Begin|Call|Change|Check|Choose|Correct|Do|End|Give|Go|Have|Install"
    r"|Leave|Load|Log|Look|Make|Name|Pass|Put|Remove|Return|Run|Send|Set|Shorten|Sign|Start|Try"
    r"|Use|Wait|Wrap|Write|Yield)\b"
)


class Message(NamedTuple):
    """What an error says, with braces for what is filled in."""

    place: str
    text: str


def text_of(node: ast.expr) -> str:
    """Return a literal text with braces for its variables; empty when there is none."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(text_of(value) or "{}" for value in values)
        case ast.BinOp(left=left, right=right):
            return text_of(left) + text_of(right)
    return ""


def messages(path: Path) -> Iterator[Message]:
    """Yield the literal messages of the errors that a module makes for people."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in FOR_PEOPLE:
                if text := text_of(first):
                    yield Message(f"{path.name}:{node.lineno}", text)


MODULES = sorted(FRAMEWORK.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(FRAMEWORK).as_posix())
def test_every_error_of_the_framework_ends_with_an_action(path: Path) -> None:
    """What, why, and then a sentence that begins with what to do."""
    for place, text in messages(path):
        is_told_by_a_variable = text.endswith("{}")
        assert text in PARTS or is_told_by_a_variable or ACTION.search(text), f"{place}: {text}"


def test_the_check_finds_what_it_looks_for() -> None:
    """There are many such errors; one without an action is noticed, one with passes."""
    assert sum(len(list(messages(path))) for path in MODULES) > 50
    assert not ACTION.search("It is wrong. Nobody knows why.")
    assert ACTION.search("It is wrong. Set it to 1.")
