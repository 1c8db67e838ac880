"""`python -m spotichat` serves the site; `python -m spotichat demo-data` fills some rooms.

Notice the order: the coroutine library is chosen before anything is imported that could block,
above all redis. From then on every question to Redis lets other requests run.
"""

import sys

from brubeck import concurrency
from brubeck.settings import SettingsError

from spotichat.settings import Settings

try:
    settings = Settings.from_environment()
except SettingsError as error:
    sys.exit(str(error))
concurrency.use(settings.concurrency)

from spotichat import demo  # noqa: E402  see above
from spotichat.app import create_app  # noqa: E402
from spotichat.queries import StoreAway  # noqa: E402


def main(arguments: list[str]) -> None:
    """Do what the command line asks for. No message shows REDIS_URL, which may hold a password."""
    try:
        run(arguments)
    except SettingsError as error:
        sys.exit(str(error))
    except StoreAway as error:
        sys.exit(f"Redis does not answer. Start it, or set REDIS_URL. It said: {error}")


def run(arguments: list[str]) -> None:
    """Serve, or fill the rooms; raise SystemExit for anything else."""
    if not arguments:
        create_app(settings).run()
    elif arguments == ["demo-data"]:
        demo.fill(settings)
    else:
        sys.exit("Usage: python -m spotichat [demo-data]")


if __name__ == "__main__":
    main(sys.argv[1:])
