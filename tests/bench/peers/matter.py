"""What every program serves, so that they differ in nothing but their framework.

Each answers:

    /hello           a greeting, behind `ROUTES` other routes
    /page            a template with 25 links
    /items           25 items as JSON
    /poll            news, as soon as there are any, or nothing after a minute
    /publish (POST)  tells everybody who polls the news
    /held            how many polls are held
    /compute         a greeting that takes 2 ms of processor time
"""

import os
import time
from pathlib import Path
from typing import NamedTuple, TypedDict

GREETING = "Take five, dude!"
NEWS = {"from": "Dave", "text": "It is in five-four time. " * 4}
TEMPLATES = Path(__file__).with_name("templates")
ROUTES = int(os.environ.get("BENCH_ROUTES", "5"))
PATIENCE = 60  # seconds that a poll may last
WORK = 0.002


class Link(NamedTuple):
    """One row of the page."""

    url: str
    title: str


class Item(TypedDict):
    """One entry of the JSON document."""

    id: int
    title: str
    url: str
    tags: list[str]
    visits: int
    public: bool


ITEMS: list[Item] = [
    {
        "id": number,
        "title": f"Link number {number} & what it is about",
        "url": f"https://www.site{number}.example.com/pages/{number}?from=bench",
        "tags": ["python", f"tag{number % 7}"],
        "visits": number * 37 % 101,
        "public": number % 3 == 0,
    }
    for number in range(25)
]

LINKS = [Link(item["url"], item["title"]) for item in ITEMS]


def work() -> None:
    """Compute until the processor time is used up."""
    end = time.thread_time() + WORK
    while time.thread_time() < end:
        sum(range(100))
