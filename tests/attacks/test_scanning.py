"""What is made of the reports of wapiti and pip-audit; running them is `make attack`."""

import re
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from attacks import advisories, findings
from attacks.findings import ACCEPTED, FEWEST_PAGES, Accepted, Report, read
from attacks.weak import weak_site

ROOT = Path(__file__).parents[2]
XSS = "Reflected Cross Site Scripting"


def a_report(pages: int = FEWEST_PAGES, **found: list[dict[str, str]]) -> Report:
    """Return a report of so many pages, with these weaknesses."""
    kinds = {"vulnerabilities": found, "anomalies": {}}
    return Report({"infos": {"crawled_pages_nbr": pages}, **kinds})


def at(path: str, **more: str) -> dict[str, str]:
    """Return what wapiti says of an address."""
    return {"method": "GET", "path": path, "parameter": "q", "info": "It runs.", **more}


def test_a_scan_that_has_seen_nothing_has_failed(tmp_path: Path) -> None:
    """Neither a report that is not there nor one of an empty site says that a site is sound."""
    assert read(tmp_path / "none.json").complaints() == ["only 0 pages were seen"]
    assert a_report().complaints() == []


def test_every_finding_is_told_but_those_that_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its place; another category at an accepted place is told as well."""
    monkeypatch.setattr(findings, "ACCEPTED", (Accepted(XSS, "/weak.*", "on purpose"),))
    report = a_report(**{XSS: [at("/weak/page"), at("/search")], "Open Redirect": [at("/weak")]})
    assert report.complaints() == [
        f"{XSS}: GET /search q (It runs.)",
        "Open Redirect: GET /weak q (It runs.)",
    ]


def test_anomalies_are_findings() -> None:
    """An answer of 500, or none in time, is told like a weakness."""
    kinds = {"vulnerabilities": {}, "anomalies": {"Internal Server Error": [at("/")]}}
    report = Report({"infos": {"crawled_pages_nbr": 99}, **kinds})
    assert report.categories == {"Internal Server Error"}
    assert len(report.open()) == 1


def test_what_is_accepted_says_why() -> None:
    """In a sentence, and by a pattern that can be read."""
    for row in ACCEPTED:
        assert len(row.reason) > 30, row
        assert re.compile(row.path), row


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/search?q=%3Cb%3E", "<b>"), ("/go?to=https://evil.example/", "https://evil.example/")],
)
def test_the_weak_site_is_weak(path: str, shown: str) -> None:
    """What is typed is shown as it is, and leads anywhere: a scanner has something to find."""
    with weak_site() as port, closing(HTTPConnection("127.0.0.1", port, timeout=60)) as asks:
        asks.request("GET", path)
        answer = asks.getresponse()
        assert shown in answer.read().decode() + (answer.headers["Location"] or "")


def an_audit(*packages: dict[str, Any]) -> advisories.Verdict:
    """Return the verdict on these packages."""
    return advisories.verdict_of(
        {"dependencies": [{"version": "1.0", **each} for each in packages]}
    )


def test_known_weaknesses_are_told() -> None:
    """By package, version and number, with the version that mends them."""
    known = {"name": "old", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
    verdict = an_audit(known, {"name": "new", "vulns": []})
    assert verdict.weaknesses == ["old 1.0: PYSEC-1, mended in 1.1"]
    assert str(verdict) == "2 packages, 1 known weaknesses"


def test_what_nobody_was_asked_about_is_not_called_sound() -> None:
    """An index that tells nothing is said to tell nothing."""
    verdict = an_audit({"name": "old", "skip_reason": "not found"}, {"name": "new", "vulns": []})
    assert (verdict.asked, verdict.all) == (1, 2)
    assert str(verdict).startswith("NOBODY WAS ASKED about 1 of 2 packages")


def test_what_a_demo_installs_is_asked_about() -> None:
    """The lock files are those of the program that sets everything up."""
    text = (ROOT / "stack" / "bootstrap.py").read_text()
    assert f'"demo": {list(advisories.LOCKS)}'.replace("'", '"') in text
