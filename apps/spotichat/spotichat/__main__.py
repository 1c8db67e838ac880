"""`python -m spotichat` serves the site; `python -m spotichat demo-data` fills some rooms.

Notice the order: the coroutine library is chosen before anything is imported that could block,
above all redis. From then on every question to Redis lets other requests run.
"""

import sys

from spotichat.settings import Settings

settings = Settings.at_start()

from redisstore import explained  # noqa: E402  see above

from spotichat import demo  # noqa: E402
from spotichat.app import create_app  # noqa: E402


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    with explained():
        run(arguments)


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
