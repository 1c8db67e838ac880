"""Plant bugs one by one and show that each is caught: `make plant`, or some by name."""

import sys
from collections.abc import Set
from pathlib import Path
from tempfile import TemporaryDirectory

from plant.planting import FAILED, Bug, bugs, copied, tested, tested_with


def main(names: list[str]) -> int:
    """Try the bugs of these names, or all; return 1 if one was not caught."""
    if unknown := set(names) - {bug.name for bug in bugs()}:
        raise SystemExit(f"There is no bug {', '.join(sorted(unknown))}. Look into bugs.toml.")
    chosen = [bug for bug in bugs() if not names or bug.name in names]
    sound: set[str] = set()
    with TemporaryDirectory(prefix="plant-") as name:
        folder = Path(name)
        copied(folder)
        missed = [bug.name for bug in chosen if not is_caught(bug, folder, sound)]
    say(f"{len(chosen) - len(missed)} of {len(chosen)} bugs were caught.")
    if missed:
        say(f"No test has noticed: {', '.join(missed)}.")
    return 1 if missed else 0


def is_caught(bug: Bug, folder: Path, sound: set[str]) -> bool:
    """Try one bug, and say what has noticed it; `sound` are the tests that pass without."""
    check_sound(set(bug.tests) - sound, folder)
    sound.update(bug.tests)
    verdict = tested_with(bug, folder)
    caught = verdict.status == FAILED and bool(verdict.caught_by)
    weakness = f" (CWE-{bug.cwe})" if bug.cwe else ""
    by = f"caught by {verdict.caught_by}" if caught else f"NOT CAUGHT, pytest {verdict.status}"
    say(f"{bug.name}{weakness}: {by}")
    return caught


def check_sound(tests: Set[str], folder: Path) -> None:
    """See that tests pass as long as there is no bug: otherwise their failing proves nothing."""
    if tests and (verdict := tested(folder, tests)).status != 0:
        raise SystemExit(f"{verdict.output}\nThese tests fail without a bug. Mend that first.")


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
