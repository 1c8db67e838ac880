"""How many requests are lost when workers are replaced under load: direct and dispatched.

    python tests/bench/restarts.py [rounds]

Real Mongrel2, two workers, closed and open load. Each round all workers are renewed by SIGHUP to the
supervisor. A request is lost when its client hears anything but the right answer; one without an
answer counts after 20 s.
"""

import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "framework"), str(ROOT / "tests")]

from framework.conformance.servers import eventually  # noqa: E402  found by the line above
from framework.faults.sites import load, site_in  # noqa: E402  found by the line above

KINDS = {"direct": ["--direct"], "dispatched": []}
LOADS = {"32 closed": {"closed": 32}, "20 open": {"opened": 20}}


def measure(options: list[str], kind: dict[str, int], rounds: int) -> dict[str, int]:
    """Return what clients saw while all workers were renewed so many times."""
    with TemporaryDirectory() as folder, site_in(Path(folder)) as site:
        site.add_front()
        supervisor = site.supervised("--workers=2", *options)
        site.wait_until_answering()
        with load(site.port, path="nap", **kind) as clients:
            for number in range(rounds):
                supervisor.signal(signal.SIGHUP)
                wanted = number + 1
                eventually(
                    lambda: supervisor.text().count("All workers are new.") == wanted,  # noqa: B023  called at once
                    "renewal",
                )
            return clients.end()


def main() -> None:
    """Print one line for each kind of serving and of load."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for name, options in KINDS.items():
        for what, kind in LOADS.items():
            seen = measure(options, kind, rounds)
            right = seen.pop("right", 0)
            lost = sum(seen.values())
            line = (
                f"{name:10} {what:10} {2 * rounds} restarts: {lost} lost of {right + lost} {seen}"
            )
            print(line, flush=True)  # noqa: T201  the result


if __name__ == "__main__":
    main()
