"""Plant bugs one by one and show that each is caught: `make plant`, or some by name."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from plant.planting import FAILED, Bug, bugs, copied, tested, tested_with


def main(names: list[str]) -> int:
    """Try the bugs of these names, or all; return 1 if one was not caught."""
    if unknown := set(names) - {bug.name for bug in bugs()}:
        raise SystemExit(f"There is no bug {', '.join(sorted(unknown))}. Look into bugs.toml.")
    chosen = [bug for bug in bugs() if not names or bug.name in names]
    with TemporaryDirectory(prefix="plant-") as name:
        folder = Path(name)
        copied(folder)
        check_sound(chosen, folder)
        missed = [bug.name for bug in chosen if not is_caught(bug, folder)]
    say(f"{len(chosen) - len(missed)} of {len(chosen)} bugs were caught.")
    if missed:
        say(f"No test has noticed: {', '.join(missed)}.")
    return 1 if missed else 0


def check_sound(chosen: list[Bug], folder: Path) -> None:
    """See that the tests pass as long as there is no bug: otherwise their failing proves nothing."""
    files = dict.fromkeys(test for bug in chosen for test in bug.tests)
    verdict = tested(folder, files)
    if verdict.status != 0:
        raise SystemExit(f"{verdict.output}\nThe tests fail without a bug. Mend that first.")
    say(f"{len(files)} files of tests pass without a bug.")


def is_caught(bug: Bug, folder: Path) -> bool:
    """Try one bug, and say what has noticed it."""
    verdict = tested_with(bug, folder)
    caught = verdict.status == FAILED and bool(verdict.caught_by)
    weakness = f" (CWE-{bug.cwe})" if bug.cwe else ""
    by = f"caught by {verdict.caught_by}" if caught else f"NOT CAUGHT, pytest {verdict.status}"
    say(f"{bug.name}{weakness}: {by}")
    return caught


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
