"""Run all tests, several programs of pytest at a time: `python tests/suite.py`, or `make test`.

The tests of one folder run in one process, in random order; those of tests/e2e are divided by the
application they visit, those of tests/attacks by kind. pytest-xdist does not do: its workers begin
before the coroutine library can be chosen. What is long begins first, so that nobody is waited for
at the end.
"""

import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import parse

TESTS = Path(__file__).parent
ROOT = TESTS.parent
LOGS = ROOT / "build" / "tests"
LONGEST_FIRST = (
    "e2e/",
    "attacks/",
    "framework/faults",
    "framework/conformance",
    "apps/",
    "framework",
)
APART = {"containers", "faults"}  # make test-compose, make faults
DIVIDED = {"e2e", "attacks"}  # by the application they visit, or by the kind of attack
NOTHING_COLLECTED = 5  # pytest's exit code
KINDS = ("failures", "errors", "skipped")


class Outcome(NamedTuple):
    """How one group of tests has ended."""

    name: str
    counts: Counter[str]
    seconds: float
    succeeded: bool
    output: str


def groups() -> dict[str, list[Path]]:
    """Return the files of all tests by the name of their group, those that take longest first."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        if (name := group_of(path)) not in APART:
            found[name].append(path)
    return dict(sorted(found.items(), key=lambda item: _rank(item[0])))


def group_of(path: Path) -> str:
    """Return the name of the group that a file belongs to."""
    folder = path.parent.relative_to(TESTS).as_posix()
    return f"{folder}/{path.stem.split('_')[1]}" if folder in DIVIDED else folder


def _rank(name: str) -> int:
    return next(
        (rank for rank, start in enumerate(LONGEST_FIRST) if name.startswith(start)),
        len(LONGEST_FIRST),
    )


def run(name: str, files: Iterable[Path], arguments: list[str]) -> Outcome:
    """Run the tests of one group in a process of its own."""
    report = LOGS / f"{name.replace('/', '-')}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments]
    begun = time.monotonic()
    done = subprocess.run(
        [*command, *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    report.with_suffix(".log").write_text(done.stdout + done.stderr)
    succeeded = done.returncode in {0, NOTHING_COLLECTED} and report.exists()
    seconds = time.monotonic() - begun
    return Outcome(name, counts_of(report), seconds, succeeded, done.stdout + done.stderr)


def counts_of(report: Path) -> Counter[str]:
    """Return how many tests a report has of each kind, none for one that was not written."""
    counts: Counter[str] = Counter()
    if not report.exists():
        return counts
    for suite in parse(report).iter("testsuite"):  # noqa: S314  our own pytest wrote it
        bad = {kind: int(suite.get(kind, 0)) for kind in KINDS}
        counts.update(bad, passed=int(suite.get("tests", 0)) - sum(bad.values()))
    return counts


def in_words(counts: Counter[str]) -> str:
    """Return counts as people say them: what there is none of is left out, but for the passed."""
    words = [f"{counts[kind]} {kind}" for kind in KINDS if counts[kind]]
    return ", ".join([f"{counts['passed']} passed", *words])


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Run all groups, as many at a time as there are processors; return 1 if a test failed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    begun, total, bad = time.monotonic(), Counter[str](), []
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        running = [workers.submit(run, *group, arguments) for group in groups().items()]
        for future in as_completed(running):
            outcome = future.result()
            total += outcome.counts
            say(f"{outcome.name:24} {in_words(outcome.counts)} in {outcome.seconds:.0f} s")
            if not outcome.succeeded:
                bad.append(outcome.name)
                say(outcome.output)
    failed = f"; failed: {', '.join(bad)}. The logs are in {LOGS.relative_to(ROOT)}" if bad else ""
    say(f"{in_words(total)} in {time.monotonic() - begun:.0f} s{failed}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
