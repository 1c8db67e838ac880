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
    ``site`` of the module ``<module>.site`` returns. ``companion`` is started before it. ``repeat``
    says which requests of a killed worker others may answer again (``brubeck run --repeat``).

    An application may be several programs, an entry each: ``program`` is the argument, and the
    function in place of ``site``; ``of`` is the name of the first entry, whose secret and prefix of
    variables all share. One that people do not visit is not ``listed``. ``title`` is what people call
    it, if that is not the name with a capital letter.
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
    repeat: str = ""
    companion: Companion | None = None
    program: str = ""
    of: str = ""
    listed: bool = True
    title: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """What starts it."""
        if self.processes == 1:
            return (sys.executable, "-m", self.module, *filter(None, [self.program]))
        target = f"{self.module}.site:{self.program or 'site'}"
        promise = [f"--repeat={self.repeat}"] if self.repeat else []
        workers = f"--workers={self.processes}"
        return (sys.executable, "-m", "brubeck", "run", target, workers, *promise)

    @property
    def prefix(self) -> str:
        """What the names of its environment variables begin with: ``LISTSURF_``."""
        return f"{self.family.upper()}_"

    @property
    def family(self) -> str:
        """The name that all programs of the application have in common."""
        return self.of or self.name

    @property
    def role(self) -> str:
        """What it is among the programs of the application: ``site``, or the end of its name."""
        return self.name.removeprefix(self.of).strip("_") if self.of else "site"


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
        "readify",
        "readify",
        "readify",
        "Save what you find, and read it in peace.",
        needs=("mongo",),
        demo_data=True,
        health="/readyz",
        processes=2,
        repeat="all",
        program="web",
    ),
    Application(
        "readify_api",
        "readify",
        "api.readify",
        "The same articles, for programs.",
        needs=("mongo",),
        health="/readyz",
        processes=2,
        repeat="idempotent",
        program="api",
        of="readify",
        title="Readify's API",
    ),
    Application(
        "readify_fetch",
        "readify",
        "fetch.readify",
        "Fetches the texts of saved articles.",
        needs=("mongo",),
        health="/readyz",
        processes=2,
        program="fetch",
        of="readify",
        listed=False,
    ),
    Application(
        "nojs",
        "nojs",
        "nojs",
        "Talk to others, live and without a line of JavaScript.",
        needs=("redis",),
        demo_data=True,
        health="/readyz",
        title="no.js",
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
        title="SpotiChat",
        companion=Companion(
            "spotifystandin",
            addresses=("SPOTIFY_ACCOUNTS_URL", "SPOTIFY_API_URL"),
            given={"SPOTIFY_CLIENT_ID": "stand-in", "SPOTIFY_CLIENT_SECRET": "stand-in"},
            real="SPOTIFY_CLIENT_ID",
        ),
    ),
)


def select(names: Iterable[str], table: Sequence[Application]) -> tuple[Application, ...]:
    """Return the programs of these applications, in the table's order; all of them for no names."""
    wanted = set(names)
    known = {application.family for application in table}
    if unknown := sorted(wanted - known):
        raise LaunchError(
            f"There is no application called {', '.join(unknown)}. "
            f"Choose from: {', '.join(sorted(known))}."
        )
    return tuple(entry for entry in table if not wanted or entry.family in wanted)
