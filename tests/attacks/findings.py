"""What wapiti has found, and which of it is accepted, with the reason."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

FEWEST_PAGES = 5  # a scan that has seen less of a site has seen nothing


class Finding(NamedTuple):
    """One thing that wapiti says of a site."""

    category: str
    method: str
    path: str
    parameter: str
    info: str

    def __str__(self) -> str:
        """Return a line for the reader."""
        where = f"{self.method} {self.path} {self.parameter}".rstrip()
        return f"{self.category}: {where} ({self.info})"


class Accepted(NamedTuple):
    """Findings that stay, by what wapiti calls them and a pattern of where it sees them, and why."""

    category: str
    path: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Say whether a finding is of this kind."""
        return bool(self.category == finding.category and re.fullmatch(self.path, finding.path))


ACCEPTED = (
    Accepted(
        "Secure Flag cookie",
        r"/.*",
        "the scan goes over plain HTTP, as on one's own machine; over TLS every cookie is Secure,"
        " and tests of the framework hold that",
    ),
    Accepted(
        "Cross Site Request Forgery",
        r"/k/[\w-]{22}/.*",
        "no.js without cookies: the address itself is the key (128 random bits), so another site has none to"
        " send a browser to; Referrer-Policy keeps it from being told",
    ),
)


class Report:
    """A report of one scan."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.pages = int(content["infos"].get("crawled_pages_nbr") or 0)
        kinds = (content["vulnerabilities"], content["anomalies"])
        self.findings = [
            _finding(category, each)
            for kind in kinds
            for category, found in kind.items()
            for each in found
        ]

    @property
    def categories(self) -> set[str]:
        """What kinds of things were found."""
        return {finding.category for finding in self.findings}

    def open(self) -> list[Finding]:
        """Return what nobody has accepted."""
        return [each for each in self.findings if not any(row.covers(each) for row in ACCEPTED)]

    def complaints(self) -> list[str]:
        """Return why a scan is no good: nothing was seen, or something was found."""
        few = [f"only {self.pages} pages were seen"] if self.pages < FEWEST_PAGES else []
        return few + [str(finding) for finding in self.open()]


def _finding(category: str, found: dict[str, Any]) -> Finding:
    texts = (str(found.get(name) or "") for name in ("method", "path", "parameter", "info"))
    return Finding(category, *texts)


def read(path: Path) -> Report:
    """Return the report in a file that wapiti has written; an empty one where there is none."""
    nothing = {"infos": {}, "vulnerabilities": {}, "anomalies": {}}
    return Report(json.loads(path.read_text()) if path.is_file() else nothing)
