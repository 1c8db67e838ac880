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

from pymongo.errors import OperationFailure  # noqa: E402  see above

from listsurf import demo  # noqa: E402
from listsurf.app import connect, create_app  # noqa: E402
from listsurf.queries import DatabaseAway, ensure_indexes  # noqa: E402


def main(arguments: list[str]) -> None:
    """Do what the command line asks for.

    No message shows MONGO_URL, which may hold a password: pymongo names host and port only.
    """
    try:
        run(arguments)
    except SettingsError as error:
        sys.exit(str(error))
    except DatabaseAway as error:
        reason = str(error).partition(", Timeout:")[0]
        sys.exit(f"MongoDB does not answer. Start it, or set MONGO_URL. It said: {reason}")
    except OperationFailure as error:
        sys.exit(
            "MongoDB refuses to work for Listsurf. Check the name and the password in MONGO_URL, "
            f"and what that user may do. It said: {(error.details or {}).get('errmsg', error)}"
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
