"""What mypy knows of a document, without a plugin."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
from datetime import datetime
from decimal import Decimal
from typing import Any, assert_type
from uuid import UUID

from bson import ObjectId

from dictshield.document import Document, EmbeddedDocument, swap_field
from dictshield.fields import (
    BaseField, BooleanField, DateTimeField, DecimalField, DictField, EmailField, FloatField, IntField,
    LongField, MD5Field, StringField, URLField, UUIDField,
)
from dictshield.fields.compound import EmbeddedDocumentField, ListField, SortedListField
from dictshield.fields.mongo import ObjectIdField
from dictshield.fields.temporal import TimeStampField


class Author(EmbeddedDocument):
    name = StringField(required=True)


class User(Document):
    username = StringField(max_length=30)
    url = URLField()
    email = EmailField()
    age = IntField()
    joined = LongField()
    height = FloatField()
    price = DecimalField()
    active = BooleanField()
    key = UUIDField()
    owner_id = ObjectIdField()
    md5 = MD5Field()
    made = DateTimeField()
    stamp = TimeStampField()
    facts = DictField()
    tags = ListField(StringField())
    scores = SortedListField(IntField())
    either = ListField([StringField(), IntField()])
    author = EmbeddedDocumentField(Author)
    authors = ListField(EmbeddedDocumentField(Author))
    parent = EmbeddedDocumentField("self")


class EvenField(BaseField[int]):
    def validate(self, value: int) -> int:
        if value % 2:
            raise self.refuse("Not even", value)
        return value


class Shoes(Document):
    count = EvenField(required=True)


def check(user: User, shoes: Shoes) -> None:
    assert_type(user.username, str)
    assert_type(user.url, str)
    assert_type(user.email, str)
    assert_type(user.age, int)
    assert_type(user.joined, int)
    assert_type(user.height, float)
    assert_type(user.price, Decimal)
    assert_type(user.active, bool)
    assert_type(user.key, UUID)
    assert_type(user.owner_id, ObjectId)
    assert_type(user.md5, str)
    assert_type(user.made, datetime)
    assert_type(user.stamp, datetime)
    assert_type(user.facts, dict[str, Any])
    assert_type(user.tags, list[str])
    assert_type(user.scores, list[int])
    assert_type(user.either, list[Any])
    assert_type(user.author, Author)
    assert_type(user.author.name, str)
    assert_type(user.authors, list[Author])
    assert_type(user.parent, Any)
    assert_type(shoes.count, int)
    assert_type(User.username, StringField)
    assert_type(swap_field(User, ObjectIdField, ["id"]), type[User])
    assert_type(user.errors(), list[tuple[str, str, object]])
    assert_type(user.to_python(), dict[str, Any])
    user.username = None
    reveal_type(user.tags[0])
"""


def run_mypy(folder: Path, program: str) -> "subprocess.CompletedProcess[str]":
    """Run mypy on `program` alone, strictly, with the package as an installed user sees it."""
    path = folder / "program.py"
    path.write_text(program)
    framework = Path(__file__).parents[2] / "framework"
    options = [
        "--strict",
        "--config-file=",
        "--no-error-summary",
        "--cache-dir",
        str(folder / "cache"),
    ]
    return subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(path)],
        env={"MYPYPATH": str(framework), "PATH": ""},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_mypy_knows_the_types_of_all_fields(tmp_path: Path) -> None:
    """`user.username` is `str`, `user.tags` is `list[str]`, `User.username` is the field."""
    result = run_mypy(tmp_path, PROGRAM)
    assert "error" not in result.stdout
    assert 'Revealed type is "str"' in result.stdout
    assert result.returncode == 0


def test_mypy_finds_a_wrong_use(tmp_path: Path) -> None:
    """The check above can fail."""
    result = run_mypy(tmp_path, PROGRAM + "    user.username + 1\n    user.nothing\n")
    assert 'Unsupported operand types for + ("str" and "int")' in result.stdout
    assert '"User" has no attribute "nothing"' in result.stdout


def test_the_package_says_that_it_is_typed() -> None:
    """`py.typed` is beside the code."""
    assert (Path(__file__).parents[2] / "framework" / "dictshield" / "py.typed").exists()
