"""`python -m readify web`, `api` and `fetch` are the three programs; `demo-data` fills the site.

Notice the order: the coroutine library is chosen before anything is imported that could block,
above all pymongo. From then on every call to the database lets other requests run.
"""

import sys

from readify.settings import Settings

settings = Settings.at_start()

from accounts import people  # noqa: E402  see above
from brubeck.request_handling import Brubeck  # noqa: E402
from mongostore import explained, opened  # noqa: E402

from readify import demo, queries  # noqa: E402
from readify.apiapp import create_api  # noqa: E402
from readify.fetchapp import create_fetch  # noqa: E402
from readify.webapp import create_web  # noqa: E402

PROGRAMS = {"web": create_web, "api": create_api, "fetch": create_fetch}


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    with explained("Readify"):
        run(arguments)


def run(arguments: list[str]) -> None:
    """Run one of the programs, or fill the database; raise SystemExit for anything else."""
    if arguments == ["demo-data"]:
        fill_with_demo_data()
    elif len(arguments) == 1 and arguments[0] in PROGRAMS:
        program: Brubeck = PROGRAMS[arguments[0]](settings)
        program.run()
    else:
        sys.exit("Usage: python -m readify web | api | fetch | demo-data")


def fill_with_demo_data() -> None:
    """Make the demo user and his articles, and say how to log in."""
    with opened(settings.mongo_url, settings.database) as db:
        queries.ensure_indexes(db)
        people.ensure_indexes(db)
        demo.fill(db)
    print(f"Readify: log in as {demo.NAME} with the password {demo.PASSWORD}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
