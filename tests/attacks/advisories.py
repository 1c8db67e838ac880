"""Ask pip-audit which locked versions have known weaknesses: a part of `make attack`.

It asks the package index's JSON API. Where that does not answer, or not for a version (mirrors often have
the files alone), nobody knows: this is said, and fails nothing.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "build" / "attack-tools" / "bin" / "pip-audit"
LOCKS = ("run", "docs")  # what `make demo` installs
PATIENCE = 600  # seconds


class Verdict(NamedTuple):
    """What is known of one lock file: weaknesses by line, packages that were asked about, and all."""

    weaknesses: list[str]
    asked: int
    all: int

    def __str__(self) -> str:
        """Return a line for the reader, louder where something is not known."""
        if self.asked == self.all:
            return f"{self.all} packages, {len(self.weaknesses)} known weaknesses"
        return (
            f"NOBODY WAS ASKED about {self.all - self.asked} of {self.all} packages: "
            "this index does not tell. Run make attack where the JSON API of an index answers."
        )


def verdict_of(report: dict[str, Any]) -> Verdict:
    """Return what a report of pip-audit's says."""
    packages = report["dependencies"]
    asked = [package for package in packages if "skip_reason" not in package]
    weaknesses = [
        f"{package['name']} {package['version']}: {weakness['id']}"
        f", mended in {', '.join(weakness['fix_versions']) or 'no version'}"
        for package in asked
        for weakness in package["vulns"]
    ]
    return Verdict(weaknesses, len(asked), len(packages))


def audit(lock: str) -> Verdict:
    """Ask about the packages of a lock file."""
    path = ROOT / "requirements" / f"{lock}.txt"
    command = [str(TOOL), "--requirement", str(path), "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if not done.stdout:  # it ends with a traceback where nothing answers
        names = [line for line in path.read_text().splitlines() if "==" in line]
        return Verdict([], 0, len(names))
    return verdict_of(json.loads(done.stdout))


def main() -> int:
    """Say what is known of all lock files; return 1 for a known weakness."""
    verdicts = {lock: audit(lock) for lock in LOCKS}
    for lock, verdict in verdicts.items():
        lines = [f"requirements/{lock}.txt: {verdict}", *verdict.weaknesses]
        sys.stdout.write("\n  ".join(lines) + "\n")
    return 1 if any(verdict.weaknesses for verdict in verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
