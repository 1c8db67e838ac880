"""Have wapiti scan sites of a suite that is started for it: `make attack`. It needs no network.

bandit's B104, B108, B701 and B704 are off in that target: ruff knows the same rules, and its exceptions
have their reasons beside the lines.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from brubeck import concurrency

concurrency.use()

from e2e.sites import LocalStack  # noqa: E402  the library comes first

ROOT = Path(__file__).parents[2]
WAPITI = ROOT / "build" / "attack-tools" / "bin" / "wapiti"
MODULES = "crlf,csrf,exec,file,http_headers,methods,permanentxss,redirect,sql,ssrf,xss,xxe"
SITES = ("listsurf", "readify", "nojs", "spotichat")


def scan(stack: LocalStack, site: str) -> int:
    """Scan one site for a few minutes at the most; return wapiti's exit code."""
    # The loopback's own name: resolvers need not know names below localhost (RFC 6761).
    address = f"http://{site}.localhost:{stack.port}/"
    report = ROOT / "build" / f"wapiti-{site}.txt"
    command = [str(WAPITI), "--url", address, "--module", MODULES, "--scope", "folder"]
    command += ["--max-scan-time", "240", "--max-attack-time", "60", "--format", "txt"]
    done = subprocess.run([*command, "--output", str(report), "--flush-session"], check=False)
    sys.stdout.write(f"What wapiti has found is in {report.relative_to(ROOT)}\n")
    return done.returncode


def main(sites: list[str]) -> int:
    """Scan these sites, or all; return 1 where wapiti could not."""
    with (
        tempfile.TemporaryDirectory(prefix="scan") as folder,
        LocalStack(Path(folder), demo_data=True) as stack,
    ):
        codes = [scan(stack, site) for site in sites or SITES]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
