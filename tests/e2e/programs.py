"""Programs that ask a site, wherever it is.

Browsers know names below localhost, resolvers need not (RFC 6761): those mean this machine.
"""

import http.client
import json
import subprocess
from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import SplitResult, urlsplit

PATIENCE = 30  # seconds
PORTS = {"http": 80, "https": 443}


def is_here(host: str) -> bool:
    """Say whether a host name means this machine."""
    return host == "localhost" or host.endswith(".localhost")


def connection_to(site: SplitResult) -> http.client.HTTPConnection:
    """Return a connection to a site."""
    kind = http.client.HTTPSConnection if site.scheme == "https" else http.client.HTTPConnection
    host = site.hostname or ""
    return kind("127.0.0.1" if is_here(host) else host, site.port, timeout=PATIENCE)


def asks(method: str, url: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """Return status and text of the answer to a program."""
    site = urlsplit(url)
    with closing(connection_to(site)) as connection:
        connection.request(method, site.path, headers={"Host": site.netloc, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def asks_with_curl(address: str, token: str) -> dict[str, Any]:
    """Return what the API answers to curl."""
    site = urlsplit(address)
    port = site.port or PORTS[site.scheme]
    command = ["curl", "--silent", "--show-error", "--max-time", "20", "--fail-with-body"]
    if is_here(site.hostname or ""):
        command += ["--resolve", f"{site.hostname}:{port}:127.0.0.1"]
    command += ["--header", f"Authorization: Bearer {token}", address]
    done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
