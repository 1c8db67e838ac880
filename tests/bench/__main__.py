"""Measure Brubeck and its peers side by side: `python -m bench` in tests/, or `make bench`.

The candidates take turns, so that what else happens on the machine hits all of them; medians are
compared. Needs mongrel2 and wrk.
"""

import argparse
import resource
import signal
import sys
import traceback
from types import FrameType

from bench import chart, machine, table
from bench.candidates import CANDIDATES
from bench.results import FILE, Results
from bench.subjects import SUBJECTS, Subject

PICTURE = FILE.with_suffix(".svg")


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure side by side.")
    parser.add_argument("--rounds", type=int, default=3, help="turns of everybody (default: 3)")
    parser.add_argument("--seconds", type=int, default=2, help="of load at a time (default: 2)")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--candidates", nargs="+", choices=CANDIDATES, default=list(CANDIDATES))
    return parser.parse_args()


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def measure(results: Results, subject: Subject, name: str, seconds: int) -> None:
    """Measure one candidate; what goes wrong is noted, and the others have their turn."""
    try:
        figures = subject.measure(CANDIDATES[name], seconds)
    except Exception as error:
        results.fail(subject.name, name, "".join(traceback.format_exception_only(error)))
        say(f"  {name:10} failed: {error}")
    else:
        results.add(subject.name, name, figures)
        say(f"  {name:10} " + ", ".join(f"{key} {one:,.4g}" for key, one in figures.items()))


def run(asked: argparse.Namespace, results: Results) -> None:
    """Let all take turns."""
    for turn in range(asked.rounds):
        for subject in (SUBJECTS[name] for name in asked.only):
            if turn % subject.rarity:
                continue
            say(f"Round {turn + 1} of {asked.rounds}: {subject.title}")
            for name in subject.candidates:
                if name in asked.candidates:
                    measure(results, subject, name, asked.seconds)


def report(asked: argparse.Namespace, results: Results) -> None:
    """Print the tables, and say where everything is."""
    for name in asked.only:
        say(f"\n{SUBJECTS[name].title}\n\n{table.of_subject(results, name)}")
    say(f"Aims\n\n{table.of_goals(results)}\n{table.about(results)}")
    for failure in results.failures:
        say(f"FAILED {failure}")
    say(f"Figures: {FILE}\nChart: {PICTURE}\nInto the documents with: make publish")


def stop(number: int, _frame: FrameType | None) -> None:
    """End in good order, with all processes."""
    raise SystemExit(128 + number)


def main() -> int:
    """Measure, keep, report; returns 1 if anything failed."""
    asked = options()
    signal.signal(signal.SIGTERM, stop)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    results = Results(machine.about() | {"rounds": asked.rounds, "seconds": asked.seconds})
    try:
        run(asked, results)
    except KeyboardInterrupt:
        say("Stopped. What was measured until now:")
    results.save()
    PICTURE.write_text(chart.svg(results))
    report(asked, results)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
