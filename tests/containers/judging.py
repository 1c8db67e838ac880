"""The stories of tests/e2e, told to sites in containers."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from suite import LOGS, NOTHING_COLLECTED, ROOT, groups

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


def judge(port: int, logs: str) -> int:
    """Tell all stories to the sites at a port of this machine; returns how many are true.

    As many applications at a time as there are processors, because one after the other they take
    forty minutes. What each says is in build/tests while it runs; this fails with it. `logs` is a
    command that prints the logs of the sites.
    """
    environ = {
        **os.environ,
        "SITES_URL": f"http://localhost:{port}",
        "ARTICLES_HOST": host_of_articles(),
        "SITES_LOGS": logs,
    }
    told = [(name, files) for name, files in groups().items() if name.startswith("e2e/")]
    with ThreadPoolExecutor(os.cpu_count()) as narrators:
        said = list(narrators.map(lambda one: tell(*one, environ), told))
    return sum(int(number) for text in said for number in re.findall(r"(\d+) passed", text))


def tell(name: str, files: Iterable[Path], environ: Mapping[str, str]) -> str:
    """Run the stories of one application; returns what they say, and fails with it if they do."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"containers-{name.replace('/', '-')}.log"
    with log.open("w") as writing:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-v", *map(str, files)], cwd=ROOT,
            env=environ, stdout=writing, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    assert done.returncode in {0, NOTHING_COLLECTED}, log.read_text()
    return log.read_text()
