"""`python -m listsurf` serves the site; `python -m listsurf demo-data` fills it.

Notice the order: the coroutine library is chosen before anything is imported that could block,
above all pymongo. From then on every call to the database lets other requests run.
"""

import sys

from brubeck import concurrency
from brubeck.settings import SettingsError

from listsurf.settings import Settings

try:
    settings = Settings.from_environment()
except SettingsError as error:
    sys.exit(str(error))
concurrency.use(settings.concurrency)

from pymongo.errors import ServerSelectionTimeoutError  # noqa: E402  see above

from listsurf import demo  # noqa: E402
from listsurf.app import connect, create_app  # noqa: E402
from listsurf.queries import ensure_indexes  # noqa: E402


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    try:
        run(arguments)
    except ServerSelectionTimeoutError as error:
        sys.exit(
            f"MongoDB does not answer at {settings.mongo_url}. Start it, or set MONGO_URL. {error}"
        )


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
    db = connect(settings)
    ensure_indexes(db)
    demo.fill(db)
    db.client.close()
    print(f"Listsurf: log in as {demo.NAME} with the password {demo.PASSWORD}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
