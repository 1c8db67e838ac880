"""`python -m listsurf` serves the site; `python -m listsurf demo-data` fills it.

Notice the order: the coroutine library is chosen before anything is imported that could block,
above all pymongo. From then on every call to the database lets other requests run.
"""

import sys

from listsurf.settings import Settings

settings = Settings.at_start()

from accounts import people  # noqa: E402  see above
from mongostore import explained, opened  # noqa: E402

from listsurf import demo, queries  # noqa: E402
from listsurf.app import create_app  # noqa: E402


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    with explained("Listsurf"):
        run(arguments)


def run(arguments: list[str]) -> None:
    """Serve, or fill the database; raise SystemExit for anything else."""
    if not arguments:
        create_app(settings).run()
    elif arguments == ["demo-data"]:
        fill_with_demo_data()
    else:
        sys.exit("Usage: python -m listsurf [demo-data]")


def fill_with_demo_data() -> None:
    """Make the demo user and his links, and say how to log in."""
    with opened(settings.mongo_url, settings.database) as db:
        queries.ensure_indexes(db)
        people.ensure_indexes(db)
        demo.fill(db)
    print(f"Listsurf: log in as {demo.NAME} with the password {demo.PASSWORD}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
