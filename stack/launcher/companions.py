"""Programs that an application has beside it, such as a stand-in for a service of somebody else.

They listen on this machine alone, on a port of their own, behind no Mongrel2. Whoever has the real
thing names it in the environment, and no companion is started.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from launcher.ports import open_port
from launcher.probe import status_of

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Companion:
    """A program that is started as ``python -m <module>``, and answers at ``/healthz``.

    ``addresses`` are the variables by which the application is told where it is, ``given`` further
    ones; ``real`` is the variable of somebody who has the real thing.
    """

    module: str
    addresses: tuple[str, ...]
    given: Mapping[str, str]
    real: str

    def is_wanted(self, environ: Mapping[str, str]) -> bool:
        """Say whether nobody has named the real thing."""
        return not environ.get(self.real)


@dataclass(frozen=True)
class Beside:
    """A companion at its place in this run."""

    companion: Companion
    port: int

    @property
    def command(self) -> tuple[str, ...]:
        """What starts it."""
        return (sys.executable, "-m", self.companion.module)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{_LOOPBACK}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What it needs to know itself."""
        prefix = f"{self.companion.module.upper()}_"
        return {f"{prefix}PORT": str(self.port), "PYTHONUNBUFFERED": "1"}

    @property
    def news(self) -> dict[str, str]:
        """What its application has to know."""
        return dict.fromkeys(self.companion.addresses, self.address) | dict(self.companion.given)

    def answers(self) -> bool:
        """Say whether it works."""
        return status_of(_LOOPBACK, self.port, _LOOPBACK, "/healthz") == 200


Launch = Callable[[str, tuple[str, ...], Mapping[str, str]], object]
Wait = Callable[[Callable[[], bool], str], None]


def start(companion: Companion, environ: Mapping[str, str], launch: Launch, wait: Wait) -> Beside:
    """Start a companion, and return it when it answers."""
    beside = Beside(companion, open_port(_LOOPBACK, 0) or 0)
    launch(companion.module, beside.command, {**environ, **beside.environment})
    wait(partial(Beside.answers, beside), f"{companion.module} at {beside.address}")
    return beside
