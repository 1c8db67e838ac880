"""How long the questions of Listsurf take, with few and with many links of one user.

Run: python tests/bench/listsurf.py [links ...]           (default: 100 10000)
     MONGO_URL=mongodb://... python tests/bench/listsurf.py

Without MONGO_URL it starts the embedded server. Others have 20,000 links beside those of the user
who is measured. Prints the median of each question in milliseconds for each number of links, and the
ratio between the last and the first: near 1 where the cost does not grow with the list. The database
made for this is dropped at the end.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parents[2]
SHARED = [path.parent for path in (ROOT / "apps" / "shared").glob("*/pyproject.toml")]
sys.path[:0] = map(str, [ROOT / "framework", ROOT / "apps" / "listsurf", *SHARED])

from brubeck import concurrency  # noqa: E402

concurrency.use("gevent")

from accounts import people  # noqa: E402
from accounts.models import User  # noqa: E402
from bson import ObjectId  # noqa: E402
from listsurf import queries  # noqa: E402
from listsurf.models import Link  # noqa: E402
from listsurf.queries.links import document_of  # noqa: E402
from listsurf.wanted import Wanted  # noqa: E402
from pymongo import MongoClient  # noqa: E402
from pymongo.database import Database  # noqa: E402
from weblinks.paging import Cursor  # noqa: E402

STRANGERS = 200  # with as many links each
LINKS_OF_A_STRANGER = 100
SECONDS = 1.0  # for each question
FEWEST_RUNS = 5
BATCH = 1000
WORDS = ["wave", "surf", "board", "shore", "tide", "reef", "swell", "foam", "sand", "salt"]

Question = Callable[[], object]


def link_of(user: User, number: int) -> Link:
    """Return a link; one in a hundred is rare, whatever the length of the list."""
    words = [WORDS[number % 10], WORDS[number // 10 % 10], f"n{number}"]
    return Link(
        owner=user.id,
        username=user.username,
        url=f"https://site{number % 50}.example/page/{number}",
        title=" ".join(words),
        tags=[f"tag{number % 20}", *(["rare"] if number < 50 else [])],
        is_public=number % 10 == 0,
        created_at=1_600_000_000_000 + number,
        updated_at=1_600_000_000_000 + number,
    )


def fill(db: queries.Db, user: User, count: int) -> None:
    """Store so many links of a user."""
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        db.listitems.insert_many([document_of(link_of(user, number)) for number in numbers])


def questions(db: queries.Db, user: User, count: int) -> dict[str, Question]:
    """Return what is measured, by name. What is found does not grow with the list."""
    middle = Cursor(1_600_000_000_000 + count // 2, ObjectId())
    title = Cursor("surf", ObjectId())
    some = queries.list_links(db, user).links[0]

    def page(text: str = "", place: Cursor | None = None, **narrowed: object) -> Question:
        wanted = Wanted.parse(text, **narrowed)  # type: ignore[arg-type]
        return lambda: queries.list_links(db, user, place, wanted=wanted)

    return {
        "first page": page(),
        "page in the middle": page(place=middle),
        "page by time of saving": page(order="added"),
        "page by title": page(place=title, order="title"),
        "search: a rare word": page("n7"),
        "search: a rare phrase": page('"surf n10"'),
        "search: a rare tag": page("#rare"),
        "search: a common word": page("wave"),
        "page of a common tag": page(tags=["tag7"]),
        "public page": page(public_only=True),
        "one link": lambda: queries.find_link(db, user, str(some.id)),
        "is it known?": lambda: queries.find_link_to(db, user, some.url),
        "how many?": lambda: queries.count_links(db, user),
        "all tags, counted": lambda: queries.list_tags(db, user),
    }


def median(question: Question) -> float:
    """Return the median of the milliseconds that a question takes."""
    question()
    times: list[float] = []
    ends_at = time.perf_counter() + SECONDS
    while time.perf_counter() < ends_at or len(times) < FEWEST_RUNS:
        begun = time.perf_counter()
        question()
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


@contextmanager
def server_url() -> Iterator[str]:
    """Give the address of a server: MONGO_URL, or the embedded one with a fresh directory."""
    if url := os.environ.get("MONGO_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mongolite", "--port", "0", "--data", folder]
        with subprocess.Popen(
            command, cwd=ROOT / "stack", stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                assert server.stdout is not None
                yield f"mongodb://{server.stdout.readline().split()[-1]}"
            finally:
                server.terminate()


@contextmanager
def database(url: str) -> Iterator[queries.Db]:
    """Give an empty database, which is gone afterwards."""
    client: MongoClient[dict[str, object]] = MongoClient(url)
    name = f"bench_{uuid4().hex}"
    try:
        yield Database(client, name)
    finally:
        client.drop_database(name)
        client.close()


def measured(db: queries.Db, count: int) -> dict[str, float]:
    """Return the medians for one user with so many links."""
    user = people.insert_user(db, User(username=f"user{count}", password="x"))
    fill(db, user, count)
    return {name: median(ask) for name, ask in questions(db, user, count).items()}


def main() -> None:
    """Measure, and print a table."""
    counts = [int(argument) for argument in sys.argv[1:]] or [100, 10_000]
    with server_url() as url, database(url) as db:
        queries.ensure_indexes(db)
        for number in range(STRANGERS):
            fill(db, User(id=ObjectId(), username=f"stranger{number}"), LINKS_OF_A_STRANGER)
        columns = [measured(db, count) for count in counts]
    heads = "".join(f"{count:>10,}" for count in counts)
    sys.stdout.write(f"{'milliseconds (median)':28}{heads}{'ratio':>10}\n")
    for name, first in columns[0].items():
        cells = "".join(f"{column[name]:>10.2f}" for column in columns)
        sys.stdout.write(f"{name:28}{cells}{columns[-1][name] / first:>10.2f}\n")


if __name__ == "__main__":
    main()
