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
    """Return the samples of one name, by the values of their other labels sorted by name."""
    return {
        tuple(
            sample.labels[label] for label in sorted(set(sample.labels) - {"worker"})
        ): sample.value
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


def shown(folder: Path, worker: str, count: int) -> set[str]:
    """Return what a process shows at its end that has the number of a worker."""
    names = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": str(FRAMEWORK)}
    return set(
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(count)],
            env=os.environ | names | {"BRUBECK_WORKER": worker},
            capture_output=True, text=True, check=True,
        ).stdout.splitlines()
    )  # fmt: skip


def requests_of(worker: int, count: int) -> str:
    """Return the line with the number of requests of a worker."""
    labels = f'method="GET",route="^/$",status="200",worker="{worker}"'
    return f"brubeck_requests_total{{{labels}}} {count:.1f}"


def test_each_of_several_workers_has_its_numbers(tmp_path: Path) -> None:
    """With a directory that they share, each shows the numbers of all; Prometheus adds them up."""
    shown(tmp_path, "1", 2)
    assert shown(tmp_path, "2", 3) >= {requests_of(1, 2), requests_of(2, 3)}


def test_who_takes_the_place_of_a_worker_goes_on_counting(tmp_path: Path) -> None:
    """A counter never falls because a worker was replaced, and no series is left behind by it."""
    shown(tmp_path, "1", 2)
    lines = shown(tmp_path, "1", 3)
    assert requests_of(1, 5) in lines
    assert sum('route="^/$",status="200"' in line for line in lines) == 1


def test_a_worker_is_shown_with_its_process() -> None:
    """Who sees a worker misbehave can find it."""
    assert values(measured(), "brubeck_worker_info") == {(str(os.getpid()),): 1}


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
