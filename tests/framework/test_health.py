"""Promises of brubeck.health."""

import logging
import time
from typing import Any

import pytest
from brubeck.concurrency import current
from brubeck.connections import WSGIConnection
from brubeck.health import add_health_routes
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient


def probe(checks: Any = None, **options: Any) -> TestClient:
    """Return a client of an application with health routes."""
    app = Brubeck(WSGIConnection())
    add_health_routes(app, checks, **options)
    return TestClient(app)


def test_a_living_process_says_so() -> None:
    """`/healthz` answers 200 and is never kept by a cache."""
    answer = probe().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


def test_life_does_not_depend_on_others() -> None:
    """A store that is away is no reason to restart the process."""
    assert probe({"store": lambda: 1 / 0}).get("/healthz").status_code == 200


def test_without_checks_a_process_is_ready() -> None:
    """There is nothing that could be missing."""
    answer = probe().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {}}


def test_a_process_is_ready_when_every_check_is_well() -> None:
    """Any result but False is a good one; each is listed in the order it was given."""
    answer = probe({"mongo": lambda: None, "redis": lambda: {"ok": 1}}).get("/readyz")
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert [(name, check["status"]) for name, check in checks.items()] == [
        ("mongo", "ok"),
        ("redis", "ok"),
    ]
    assert all(check["ms"] >= 0 for check in checks.values())


def test_one_failing_check_makes_503(caplog: pytest.LogCaptureFixture) -> None:
    """The answer names the check; why it failed is for the log."""

    def broken() -> None:
        raise ConnectionError("mongodb://user:password@db is away")

    with caplog.at_level(logging.WARNING):
        answer = probe({"good": lambda: True, "bad": broken}).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failed"
    assert answer.json()["checks"]["good"]["status"] == "ok"
    assert answer.json()["checks"]["bad"]["status"] == "failed"
    assert "password" not in answer.text
    assert "password" in caplog.text


def test_false_is_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    """A check may also just say no."""
    with caplog.at_level(logging.WARNING):
        answer = probe({"disk": lambda: False}).get("/readyz")
    assert answer.status_code == 503
    assert "The check disk failed" in caplog.text


def test_a_check_that_hangs_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    """The probe gets its answer, and the check does not go on behind it."""
    ended = current().event()

    def hanging() -> None:
        try:
            time.sleep(3600)
        finally:
            ended.set()

    with caplog.at_level(logging.WARNING):
        answer = probe({"slow": hanging, "quick": bool}, time_limit=0.01).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["slow"]["status"] == "timed out"
    assert "The check slow was given up" in caplog.text
    assert ended.wait(30)


def test_checks_run_at_the_same_time() -> None:
    """Two checks that wait for each other both end."""
    first, second = current().event(), current().event()

    def one() -> bool:
        first.set()
        return second.wait(30)

    def two() -> bool:
        second.set()
        return first.wait(30)

    assert probe({"one": one, "two": two}, time_limit=60).get("/readyz").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_only_look(path: str) -> None:
    """GET and HEAD are answered, other methods refused, longer paths unknown."""
    visitor = probe()
    assert visitor.request("HEAD", path).status_code == 200
    assert visitor.post(path).status_code == 405
    assert visitor.get(f"{path}/more").status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_may_call_by_address(path: str) -> None:
    """Whatever the site is called; everything else keeps to the names that are allowed."""
    app = Brubeck(WSGIConnection(), allowed_hosts=["shop.test"])
    add_health_routes(app)
    prober = TestClient(app, "10.0.0.7:8000")
    assert prober.get(path).status_code == 200
    assert prober.get("/").status_code == 421
