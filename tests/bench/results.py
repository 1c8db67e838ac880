"""What has been measured: figures of subjects and candidates, one of each round, kept as JSON."""

import json
from pathlib import Path
from statistics import median
from typing import Any

FILE = Path(__file__).parents[2] / "build" / "bench.json"


class Results:
    """All figures of a run; `about` says how and on what it ran."""

    def __init__(self, about: dict[str, Any]) -> None:
        self.about = about
        self.failures: list[str] = []
        self._figures: dict[str, dict[str, dict[str, list[float]]]] = {}

    def add(self, subject: str, candidate: str, figures: dict[str, float]) -> None:
        """Note the figures of a round."""
        known = self._figures.setdefault(subject, {}).setdefault(candidate, {})
        for name, value in figures.items():
            known.setdefault(name, []).append(value)

    def fail(self, subject: str, candidate: str, reason: str) -> None:
        """Note why there is no figure."""
        self.failures.append(f"{subject} of {candidate}: {reason}")

    def candidates(self, subject: str) -> list[str]:
        """Return who has figures."""
        return list(self._figures.get(subject, ()))

    def median(self, subject: str, candidate: str, figure: str) -> float | None:
        """Return the median of all rounds, None if there is no figure."""
        values = self._figures.get(subject, {}).get(candidate, {}).get(figure)
        return median(values) if values else None

    def save(self, path: Path = FILE) -> None:
        """Write everything to a file."""
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(vars(self), indent=1) + "\n")

    @classmethod
    def load(cls, path: Path = FILE) -> "Results":
        """Read what was saved."""
        results = cls({})
        vars(results).update(json.loads(path.read_text()))
        return results
