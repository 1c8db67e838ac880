"""Behind a proxy that ends TLS, sites know who asks and how; anybody else may claim what he likes."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from e2e.sites import LocalStack
from framework.conformance.servers import eventually

pytestmark = pytest.mark.timeout(180)

VISITOR = "203.0.113.9"  # an address of documentation (RFC 5737)
CLAIMS = {"X-Forwarded-For": f"198.51.100.7, {VISITOR}", "X-Forwarded-Proto": "https"}


@pytest.fixture(params=["127.0.0.1", ""], ids=["a proxy", "nobody"], scope="module")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalStack]:
    """Give no.js behind Mongrel2, which trusts this machine as a proxy, or nobody."""
    folder, trusted = tmp_path_factory.mktemp("proxies"), {"TRUSTED_PROXIES": request.param}
    with LocalStack(folder, applications=("nojs",), environment=trusted) as running:
        yield running


def test_only_a_proxy_says_for_whom_it_asks(stack: LocalStack) -> None:
    """The address that it has seen itself is in the log and is counted; cookies go by https alone."""
    with closing(http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)) as connection:
        host = f"nojs.localhost:{stack.port}"
        connection.request("GET", "/lobby", headers={"Host": host, **CLAIMS})
        answer = connection.getresponse()
        answer.read()
    assert answer.status == 200
    is_trusted = stack.environment["TRUSTED_PROXIES"] != ""
    assert ("Secure" in answer.headers.get("Set-Cookie", "")) is is_trusted
    address = VISITOR if is_trusted else "127.0.0.1"
    log = Path(stack.folder) / "var" / "log" / "nojs.log"
    eventually(lambda: f"GET /lobby ({address})" in log.read_text(), f"{address} in the log")
