"""Programs that ask the API of a site on this machine."""

import json
import re
import subprocess
from typing import Any


def asks_with_curl(address: str, token: str) -> dict[str, Any]:
    """Return what the API answers to curl."""
    port = re.search(r":(\d+)", address.removeprefix("http:"))
    host = address.removeprefix("http://").partition(":")[0]
    assert port
    command = ["curl", "--silent", "--show-error", "--max-time", "20"]
    command += ["--resolve", f"{host}:{port[1]}:127.0.0.1", "--fail-with-body"]
    command += ["--header", f"Authorization: Bearer {token}", address]
    done = subprocess.run(command, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
