"""Promises of brubeck.metrics."""

import builtins
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from brubeck import metrics
from brubeck.connections import WSGIConnection
from brubeck.errors import PayloadTooLarge
from brubeck.metrics import measure
from brubeck.request import Request
from brubeck.request_handling import Brubeck, render
from brubeck.testing import TestClient
from doubles import make_request
from prometheus_client.parser import text_string_to_metric_families

FRAMEWORK = Path(metrics.__file__).parents[1]


def item(_app: Any, _message: Request, number: str) -> dict[str, object]:
    """Answer with the status that is asked for."""
    return render("item", int(number), "", {})


def measured() -> TestClient:
    """Return a client of an application that is measured."""
    app = Brubeck(WSGIConnection(), [(r"^/item/(\d+)$", item), (r"^/parked$", lambda *_: None)])
    measure(app)
    return TestClient(app)


def values(client: TestClient, name: str) -> dict[tuple[str, ...], float]:
    """Return the samples of one name, by the values of their labels sorted by name."""
    return {
        tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_method_route_and_status() -> None:
    """The route is the pattern, so that a million items are one series."""
    client = measured()
    for path in ("/item/200", "/item/201", "/item/200"):
        client.get(path)
    client.post("/item/200")
    counted = values(client, "brubeck_requests_total")
    assert counted["GET", r"^/item/(\d+)$", "200"] == 2
    assert counted["GET", r"^/item/(\d+)$", "201"] == 1
    assert counted["POST", r"^/item/(\d+)$", "200"] == 1


def test_strangers_cannot_make_series() -> None:
    """Paths that nothing matches are one, and so are methods that HTTP does not know."""
    client = measured()
    for number in range(5):
        client.request(f"X{number}", f"/nowhere/{number}")
    assert values(client, "brubeck_requests_total") == {("other", "unmatched", "404"): 5}


def test_a_request_that_is_left_unanswered_counts_too() -> None:
    """A parked poll is seen, without a status."""
    client = measured()
    client.get("/parked")
    assert values(client, "brubeck_requests_total")["GET", "^/parked$", "unanswered"] == 1


def test_what_the_transport_refuses_counts_too() -> None:
    """Bodies that are too large never reach a handler, but somebody sent them."""
    client = measured()
    client.app.refuse(make_request("POST", "/item/200"), PayloadTooLarge())
    assert values(client, "brubeck_requests_total")["POST", r"^/item/(\d+)$", "413"] == 1


def test_durations_are_a_histogram() -> None:
    """Every request is in one of the buckets."""
    client = measured()
    client.get("/item/200")
    key = "GET", r"^/item/(\d+)$"
    assert values(client, "brubeck_request_duration_seconds_count")[key] == 1
    assert values(client, "brubeck_request_duration_seconds_bucket")["+Inf", *key] == 1


def test_requests_in_flight_are_shown() -> None:
    """The one that asks is in flight itself; later there is none."""
    client = measured()
    assert values(client, "brubeck_requests_in_flight") == {(): 1}
    assert values(client, "brubeck_requests_in_flight") == {(): 1}


def test_two_applications_in_one_process_do_not_mix() -> None:
    """Each has numbers of its own."""
    one, other = measured(), measured()
    one.get("/item/200")
    assert len(values(one, "brubeck_requests_total")) == 1
    assert values(other, "brubeck_requests_total") == {}


def test_routes_that_are_added_later_are_known() -> None:
    """The order of measure() and add_route() does not matter."""
    client = measured()
    client.get("/item/200")
    client.app.add_route_rule(r"^/late$", lambda *_: render("late", 200, "OK", {}))
    client.get("/late")
    assert values(client, "brubeck_requests_total")["GET", "^/late$", "200"] == 1


def test_the_format_is_prometheus_text() -> None:
    """The content type says which version of the format it is; other methods are refused."""
    client = measured()
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE brubeck_requests_total counter" in answer.text
    assert client.post("/metrics").status_code == 405


def test_nothing_is_measured_unless_asked_for() -> None:
    """An application without measure() has neither the page nor the cost."""
    app = Brubeck(WSGIConnection())
    assert "handle" not in vars(app)
    assert TestClient(app).get("/metrics").status_code == 404


PROGRAM = """
import sys
from brubeck.connections import WSGIConnection
from brubeck.metrics import measure
from brubeck.request_handling import Brubeck, render
from brubeck.testing import TestClient

app = Brubeck(WSGIConnection(), [(r"^/$", lambda *_: render("", 200, "OK", {}))], log_level="ERROR")
measure(app)
client = TestClient(app)
for _ in range(int(sys.argv[1])):
    client.get("/")
print(client.get("/metrics").text)
"""


def test_several_processes_are_added_up(tmp_path: Path) -> None:
    """With a directory that they share, each shows the numbers of all."""
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "PYTHONPATH": str(FRAMEWORK),
    }
    for count in ("2", "3"):
        text = subprocess.run(
            [sys.executable, "-c", PROGRAM, count],
            env=environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    assert 'brubeck_requests_total{method="GET",route="^/$",status="200"} 5.0' in text


def test_processes_that_share_a_directory_are_read_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is made of the directory as soon as the environment names one."""
    client = measured()
    client.get("/item/200")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert client.get("/metrics").text == ""


def test_the_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed it reads how to."""
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("prometheus_client"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "brubeck.metrics")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install brubeck\[metrics\]"):
        importlib.import_module("brubeck.metrics")
