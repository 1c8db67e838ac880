"""The table of applications. A new application is one entry here."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from launcher.companions import Companion
from launcher.errors import LaunchError

StoreKind = Literal["mongo", "redis"]


@dataclass(frozen=True)
class Application:
    """One site of the suite, started as ``python -m <module>``.

    ``name`` is its log file and, in capitals, the prefix of its environment variables. ``host`` is
    put before SITE_DOMAIN; an empty one is the default site, which also gets unknown host names.
    ``demo_data`` says whether ``python -m <module> demo-data`` exists; that command must do no
    harm when it is run twice. ``health`` is the path that answers 200 once the site works.
    More ``processes`` than one are workers of ``brubeck run``, which then serves what the function
    ``site`` of the module ``<module>.site`` returns. ``companion`` is started before it.
    """

    name: str
    module: str
    host: str
    description: str
    needs: tuple[StoreKind, ...] = ()
    concurrency: str = "gevent"
    demo_data: bool = False
    health: str = "/healthz"
    processes: int = 1
    companion: Companion | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """What starts it."""
        if self.processes == 1:
            return (sys.executable, "-m", self.module)
        target = f"{self.module}.site:site"
        return (sys.executable, "-m", "brubeck", "run", target, f"--workers={self.processes}")

    @property
    def prefix(self) -> str:
        """What the names of its environment variables begin with: ``LISTSURF_``."""
        return f"{self.name.upper()}_"


INDEX = Application("index", "index", "", "All sites of this suite, and how they are.")

APPLICATIONS = (
    Application(
        "listsurf",
        "listsurf",
        "listsurf",
        "Keep the links you want to read later.",
        needs=("mongo",),
        concurrency="eventlet",
        demo_data=True,
        health="/readyz",
    ),
    Application(
        "nojs",
        "nojs",
        "nojs",
        "Talk to others, live and without a line of JavaScript.",
        needs=("redis",),
        demo_data=True,
        health="/readyz",
    ),
    Application(
        "spotichat",
        "spotichat",
        "spotichat",
        "Talk with people who hear the same song.",
        needs=("redis",),
        demo_data=True,
        health="/readyz",
        processes=2,
        companion=Companion(
            "spotifystandin",
            addresses=("SPOTIFY_ACCOUNTS_URL", "SPOTIFY_API_URL"),
            given={"SPOTIFY_CLIENT_ID": "stand-in", "SPOTIFY_CLIENT_SECRET": "stand-in"},
            real="SPOTIFY_CLIENT_ID",
        ),
    ),
)


def select(names: Iterable[str], table: Sequence[Application]) -> tuple[Application, ...]:
    """Return the applications of these names, in the table's order; all of them for no names."""
    wanted = set(names)
    known = {application.name for application in table}
    if unknown := sorted(wanted - known):
        raise LaunchError(
            f"There is no application called {', '.join(unknown)}. "
            f"Choose from: {', '.join(sorted(known))}."
        )
    return tuple(entry for entry in table if not wanted or entry.name in wanted)
