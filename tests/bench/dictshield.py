"""DictShield beside Schematics, marshmallow and pydantic: one document, made, checked and shaped.

Run it with `python tests/bench/dictshield.py`. All four read the same seven fields from a dictionary, judge
them, and give a dictionary back: text, a URL, an e-mail address, a list of strings, a number and two times.

Values differ from document to document. With `new hosts`, hosts differ as well, so that nothing remembered
about them helps; with `known hosts` there are 50 of them, as sites and mail domains repeat in real life.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "framework"))

import marshmallow
import pydantic
import schematics.models
import schematics.types
from dictshield.document import Document
from dictshield.fields import DateTimeField, EmailField, IntField, StringField, URLField
from dictshield.fields.compound import ListField

DOCUMENTS = 1_000
ROUNDS = 25
START = datetime(2026, 1, 1, tzinfo=UTC)

Values = dict[str, Any]


class Link(Document):
    """The seven fields for DictShield."""

    title = StringField(required=True, max_length=100)
    url = URLField(required=True)
    email = EmailField(required=True)
    tags = ListField(StringField(max_length=30))
    visits = IntField(min_value=0)
    created_at = DateTimeField()
    updated_at = DateTimeField()


class PydanticLink(pydantic.BaseModel):
    """The seven fields for pydantic."""

    title: str = pydantic.Field(max_length=100)
    url: pydantic.HttpUrl
    email: pydantic.EmailStr
    tags: list[pydantic.constr(max_length=30)]  # type: ignore[valid-type]
    visits: int = pydantic.Field(ge=0)
    created_at: datetime
    updated_at: datetime


class MarshmallowLink(marshmallow.Schema):
    """The seven fields for marshmallow."""

    title = marshmallow.fields.String(required=True, validate=marshmallow.validate.Length(max=100))
    url = marshmallow.fields.Url(required=True)
    email = marshmallow.fields.Email(required=True)
    tags = marshmallow.fields.List(
        marshmallow.fields.String(validate=marshmallow.validate.Length(max=30))
    )
    visits = marshmallow.fields.Integer(validate=marshmallow.validate.Range(min=0))
    created_at = marshmallow.fields.DateTime()
    updated_at = marshmallow.fields.DateTime()


class SchematicsLink(schematics.models.Model):
    """The seven fields for Schematics."""

    title = schematics.types.StringType(required=True, max_length=100)
    url = schematics.types.URLType(required=True)
    email = schematics.types.EmailType(required=True)
    tags = schematics.types.ListType(schematics.types.StringType(max_length=30))
    visits = schematics.types.IntType(min_value=0)
    created_at = schematics.types.DateTimeType()
    updated_at = schematics.types.DateTimeType()


def with_dictshield(values: Values) -> Values:
    """Construct, validate, shape."""
    link = Link(**values)
    link.validate()
    return link.to_python()


def with_pydantic(values: Values) -> Values:
    """Construct and validate, shape."""
    return PydanticLink.model_validate(values).model_dump()


def with_marshmallow(values: Values) -> Values:
    """Validate and construct, shape."""
    return marshmallow_link.dump(marshmallow_link.load(values))


def with_schematics(values: Values) -> Values:
    """Construct, validate, shape."""
    link = SchematicsLink(values)
    link.validate()
    return link.to_native()


marshmallow_link = MarshmallowLink()

LIBRARIES: dict[str, Callable[[Values], Values]] = {
    "DictShield": with_dictshield,
    "pydantic": with_pydantic,
    "marshmallow": with_marshmallow,
    "Schematics": with_schematics,
}


def sample(number: int, hosts: int) -> Values:
    """Return the values of one document, as they arrive in JSON."""
    host = number % hosts
    created_at = START + timedelta(seconds=number)
    return {
        "title": f"Link number {number}",
        "url": f"https://www.site{host}.example.com/pages/{number}?from=bench",
        "email": f"reader.{number}@mail{host}.example.com",
        "tags": [f"tag{number % 7}", "python", "bench"],
        "visits": number,
        "created_at": created_at.isoformat(),
        "updated_at": (created_at + timedelta(days=1)).isoformat(),
    }


def seconds(run: Callable[[Values], Values], samples: list[Values]) -> float:
    """Return the processor time that `run` needs for all samples."""
    start = time.process_time()
    for values in samples:
        run(values)
    return time.process_time() - start


def best_microseconds(hosts: int) -> dict[str, float]:
    """Return for each library the best time a document, of rounds that take turns."""
    best = dict.fromkeys(LIBRARIES, float("inf"))
    for turn in range(ROUNDS):
        first = turn * DOCUMENTS
        samples = [sample(number, hosts) for number in range(first, first + DOCUMENTS)]
        for name, run in LIBRARIES.items():
            best[name] = min(best[name], seconds(run, samples) / DOCUMENTS * 1e6)
    return best


def wide_class(count: int) -> type[Document]:
    """Return a document class with `count` text fields."""
    return type(Document)(
        f"Wide{count}", (Document,), {f"field{n}": StringField() for n in range(count)}
    )


def per_field(count: int) -> float:
    """Return the microseconds a field of a document of `count` fields."""
    document_class = wide_class(count)
    values = {f"field{n}": "text" for n in range(count)}

    def run(_: Values) -> Values:
        document = document_class(**values)
        document.validate()
        return document.to_python()

    return min(seconds(run, [values] * 2_000) for _ in range(ROUNDS)) / 2_000 * 1e6 / count


def report() -> Iterator[str]:
    """Yield times and ratios, line by line, as they are measured."""
    for label, hosts in (("known hosts", 50), ("new hosts", DOCUMENTS * ROUNDS)):
        best = best_microseconds(hosts)
        yield f"{label}:"
        for name, time_taken in best.items():
            ratio = time_taken / best["DictShield"]
            yield f"  {name:12} {time_taken:7.1f} us a document   {ratio:5.2f} x DictShield"
    yield "growth with the number of documents:"
    for count in (1_000, 10_000, 50_000):
        samples = [sample(number, 50) for number in range(count)]
        each = seconds(with_dictshield, samples) / count * 1e6
        yield f"  {count:6} documents {each:6.1f} us each"
    yield "growth with the number of fields, all given:"
    for count in (10, 50, 200):
        yield f"  {count:6} fields    {per_field(count):6.3f} us a field"


if __name__ == "__main__":
    for line in report():
        print(line, flush=True)  # noqa: T201 - the result of a benchmark
