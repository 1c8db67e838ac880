"""The stories of tests/e2e, told to sites in containers."""

import os
import subprocess
import sys
from pathlib import Path

from containers.stack import ROOT

SETTINGS = Path(__file__).with_name("judged.env")


def host_of_articles() -> str:
    """Return an address of this machine that containers reach."""
    asked = ["docker", "network", "inspect", "bridge", "--format"]
    found = subprocess.run(
        [*asked, "{{(index .IPAM.Config 0).Gateway}}"], capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


def settings(folder: Path) -> Path:
    """Return a file with settings for sites that tests visit, whose fetchers may come here."""
    written = folder / "judged.env"
    written.write_text(f"{SETTINGS.read_text()}READIFY_FETCH_ALLOWED={host_of_articles()}\n")
    return written


def judge(port: int, logs: str, *stories: str) -> str:
    """Run stories against the sites at a port of this machine; fail with what they say.

    `logs` is a command that prints the logs of the sites.
    """
    environ = {
        **os.environ,
        "SITES_URL": f"http://localhost:{port}",
        "ARTICLES_HOST": host_of_articles(),
        "SITES_LOGS": logs,
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(stories or ["tests/e2e"])], cwd=ROOT,
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
