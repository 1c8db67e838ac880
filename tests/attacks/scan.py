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
    "logout", "forget", "name", "settings/delete", "settings/password", "settings/sessions",
    "delete-account", "r/*/leave", "r/*/name",
)  # fmt: skip


class Stack(LocalStack):
    """A suite with the data of the demo."""

    def host(self, site: str) -> str:
        """Return the Host header of a site."""
        return f"{site}.localhost:{self.port}"


def listsurf(browser: Browser) -> int:
    """Log in as the user of the demo."""
    return browser.sends("/login", username="demo", password="demo-listsurf")[0]


def readify(browser: Browser) -> int:
    """Log in as the user of the demo."""
    return browser.sends("/login", username="demo", password="demo-readify")[0]


def nojs(browser: Browser) -> int:
    """Take a name."""
    return browser.sends("/name", at="/lobby", name="Wapiti")[0]


def spotichat(browser: Browser) -> int:
    """Take a nickname."""
    return browser.sends("/enter", at="/", song=SONG, nickname="Wapiti")[0]


VISITS = {each.__name__: each for each in (listsurf, readify, nojs, spotichat)}


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
    if (status := VISITS[site](browser)) not in {302, 303}:
        return [f"{site}: nobody could log in, status {status}"]
    address = f"http://{stack.host(site)}/"
    options = ["--header", f"Cookie: {browser.cookie_header}"]
    options += [word for end in ENDS for word in ("--exclude", f"{address}{end}*")]
    report = wapiti(address, site, options)
    say(f"{site}: {report.pages} pages, {len(report.findings)} findings, {len(report.open())} open")
    return [f"{site}: {complaint}" for complaint in report.complaints()]


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
