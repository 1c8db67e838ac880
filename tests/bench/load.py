"""Load by wrk: 64 connections that ask again as soon as they are answered."""

import http.client
import re
import subprocess
from typing import NamedTuple

CONNECTIONS = 64
FEW = 100
FAILURES = ("Non-2xx", "Socket errors")


class LoadError(Exception):
    """Requests failed under load."""


class Load(NamedTuple):
    """What wrk reports: requests a second, and how many there were."""

    rate: float
    requests: int


def parse(report: str) -> Load:
    """Read wrk's report; raises LoadError if requests failed or it cannot be read."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    requests = re.search(r"(\d+) requests in", report)
    if not rate or not requests or any(word in report for word in FAILURES):
        raise LoadError(f"wrk was not content:\n{report}")
    return Load(float(rate[1]), int(requests[1]))


def run(port: int, path: str, seconds: int) -> Load:
    """Ask for a page as often as possible."""
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return parse(done.stdout + done.stderr)


def warm_up(port: int, path: str) -> None:
    """Ask a hundred times: by then templates are compiled and caches are filled."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        for _ in range(FEW):
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200 or not body:
                raise LoadError(f"{path} was answered with {response.status} and {body[:200]!r}")
    finally:
        connection.close()
