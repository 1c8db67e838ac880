"""Have wapiti scan sites of a suite that is started for it, as somebody who has logged in: `make attack`.

It needs no network. A site that is weak on purpose comes first: what is not found there is found nowhere.
Two of wapiti's modules are left out, ssrf and xxe: they ask a server of wapiti's own in the network what has
reached it. Nothing here reads XML of strangers, and the fetchers are attacked in tests/apps/shared/pagefetch.
bandit's B104, B108, B701 and B704 are off in that target: ruff knows the same rules, and its exceptions
have their reasons beside the lines.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from brubeck import concurrency

concurrency.use()

from attacks.browser import Browser  # noqa: E402  the library comes first
from attacks.findings import Report, read  # noqa: E402  the library comes first
from attacks.weak import CATEGORIES, weak_site  # noqa: E402  the library comes first
from e2e.sites import LocalStack  # noqa: E402  the library comes first

ROOT = Path(__file__).parents[2]
WAPITI = ROOT / "build" / "attack-tools" / "bin" / "wapiti"
REPORTS = ROOT / "build" / "wapiti"
LOOPBACK = Path(__file__).with_name("loopback")
MODULES = "cookieflags,crlf,csp,csrf,exec,file,http_headers,methods,permanentxss,redirect,sql,xss"
CRAWLING, ATTACKING = 60, 30  # seconds for the way through a site, and for each module
PATIENCE = 1200  # seconds for a whole scan, on a busy machine
SONG = "0123456789abcdefABCDEF"
# What ends the visit, or the account: the rest would be scanned as a stranger.
ENDS = (
    "logout", "forget", "name", "settings/name", "settings/delete", "settings/password",
    "settings/sessions", "r/*/name",
    "k/*/forget", "k/*/name", "k/*/r/*/name",
)  # fmt: skip


class Stack(LocalStack):
    """A suite with the data of the demo."""

    def host(self, site: str) -> str:
        """Return the Host header of a site."""
        return f"{site}.localhost:{self.port}"


class Visit(NamedTuple):
    """How somebody becomes known to a site: a form, and a page that shows a name to who is known alone."""

    path: str
    form: dict[str, str]
    page: str
    name: str
    at: str = ""

    def begin(self, browser: Browser) -> bool:
        """Send the form; say whether the site knows the visitor then."""
        return browser.sends(self.path, at=self.at, **self.form)[0] < 400 and self.goes_on(browser)

    def goes_on(self, browser: Browser) -> bool:
        """Say whether the site knows the visitor still."""
        return self.name in browser.ask("GET", self.page)[1]


def of_demo(password: str) -> Visit:
    """Return a visit of the user `demo`."""
    return Visit("/login", {"username": "demo", "password": password}, "/settings", "demo")


VISITS = {
    "listsurf": of_demo("demo-listsurf"),
    "readify": of_demo("demo-readify"),
    "nojs": Visit("/name", {"name": "Wapiti"}, "/me", "Wapiti", at="/lobby"),
    "spotichat": Visit(
        "/enter", {"song": SONG, "nickname": "Wapiti"}, "/settings", "Wapiti", at="/"
    ),
}


def wapiti(address: str, name: str, options: Sequence[str] = ()) -> Report:
    """Scan what is at an address for some minutes at the most; return what was found."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{name}.json"
    report.unlink(missing_ok=True)
    command = [str(WAPITI), "--url", address, "--module", MODULES, "--scope", "folder"]
    command += ["--max-scan-time", str(CRAWLING), "--max-attack-time", str(ATTACKING)]
    command += ["--flush-session", "--no-bugreport", "--format", "json", "--output", str(report)]
    command += ["--dns-endpoint", "localhost.localdomain"]
    with (REPORTS / f"{name}.log").open("w") as log:
        subprocess.run(
            [*command, *options], env={**os.environ, "PYTHONPATH": str(LOOPBACK)},
            stdout=log, stderr=log, check=True, timeout=PATIENCE,
        )  # fmt: skip
    return read(report)


def scan(stack: Stack, site: str) -> list[str]:
    """Scan one site as somebody who is known there; return what is wrong."""
    browser = Browser(stack, site)
    if not VISITS[site].begin(browser):
        return [f"{site}: the site does not know the visitor"]
    address = f"http://{stack.host(site)}/"
    options = ["--header", f"Cookie: {browser.cookie_header}"]
    options += [word for end in ENDS for word in ("--exclude", f"{address}{end}*")]
    report = wapiti(address, site, options)
    say(f"{site}: {report.pages} pages, {len(report.findings)} findings, {len(report.open())} open")
    lost = [] if VISITS[site].goes_on(browser) else ["the visitor was forgotten meanwhile"]
    return [f"{site}: {complaint}" for complaint in lost + report.complaints()]


def scan_what_is_weak() -> list[str]:
    """Scan the weak site; return what wapiti has not found there."""
    with weak_site() as port:
        found = wapiti(f"http://127.0.0.1:{port}/", "weak").categories
    say(f"A weak site, for comparison: {', '.join(sorted(found))}")
    return [f"{missed} was not found where it is" for missed in sorted(CATEGORIES - found)]


def main(sites: Sequence[str]) -> int:
    """Scan these sites, or all; return 1 where something is wrong."""
    wrong = scan_what_is_weak()
    folder = tempfile.TemporaryDirectory(prefix="scan")
    with folder as name, Stack(Path(name), demo_data=True) as stack:
        wrong += [each for site in sites or VISITS for each in scan(stack, site)]
    for line in wrong:
        say(f"WRONG  {line}")
    say(f"The reports of wapiti are in {REPORTS.relative_to(ROOT)}.")
    return 1 if wrong else 0


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
