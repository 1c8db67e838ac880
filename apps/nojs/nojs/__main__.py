"""`python -m nojs` serves the site; `python -m nojs demo-data` fills some rooms.

Notice the order: the coroutine library is chosen before anything is imported that could block,
above all redis. From then on every question to Redis lets other requests run.
"""

import sys

from nojs.settings import Settings

settings = Settings.at_start()

from redisstore import explained  # noqa: E402  see above

from nojs import demo  # noqa: E402
from nojs.app import create_app  # noqa: E402
from nojs.queries import connect  # noqa: E402


def main(arguments: list[str]) -> None:
    """Serve, or fill the rooms; raise SystemExit for anything else."""
    if arguments not in ([], ["demo-data"]):
        sys.exit("Usage: python -m nojs [demo-data]")
    with explained():
        (fill_with_demo_data if arguments else create_app(settings).run)()


def fill_with_demo_data() -> None:
    """Fill some rooms, and say which."""
    store = connect(settings.redis_url, settings.namespace)
    demo.fill(store)
    store.redis.close()
    print(f"no.js: go to the room {demo.FIRST_ROOM}, without a password")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
