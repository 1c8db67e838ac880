"""What the benchmarks are made of works; nothing here is timed, and no peer need be installed."""

import json
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from bench import chart, crowd, load, processes, publish, table, visitors
from bench.__main__ import measure
from bench.candidates import CANDIDATES, Candidate
from bench.goals import GOALS, Goal
from bench.results import Results
from bench.service import Service, running
from bench.subjects import SUBJECTS, Subject, slowest_of_most
from framework.conformance.servers import ask, eventually

WRK = """Running 2s test @ http://127.0.0.1:8000/hello
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.25ms  512.00us  12.29ms   80.10%
    Req/Sec    29.41k     1.20k   31.00k    70.00%
  58830 requests in 2.00s, 9.31MB read
Requests/sec:  29412.35
Transfer/sec:      4.65MB
"""
ABOUT = {"date": "2026-01-01", "processors": 2, "model": "one", "python": "3.11.7", "rounds": 3}
ABOUT |= {"seconds": 2, "versions": "brubeck 1.0.0"}


@pytest.fixture
def results() -> Results:
    made = Results(dict(ABOUT))
    for rate in (10.0, 30.0, 20.0):
        made.add("pages", "gevent", {"hello_rate": rate * 1_000, "hello_cpu": 40_000.0})
        made.add("pages", "flask", {"hello_rate": rate * 100})
    made.add("fanout", "gevent", {"p99_many": 0.1234, "bytes": 512.0})
    return made


def test_a_report_of_wrk_is_read() -> None:
    """The rate and the number of requests come from wrk's own words."""
    assert load.parse(WRK) == load.Load(29412.35, 58830)


@pytest.mark.parametrize(
    "report",
    [
        WRK + "  Non-2xx or 3xx responses: 3\n",
        WRK + "  Socket errors: connect 0, read 1, write 0, timeout 0\n",
        "unable to connect to 127.0.0.1:8000 Connection refused\n",
    ],
)
def test_failed_requests_are_no_result(report: str) -> None:
    """Errors are quick to send; they must not count as speed."""
    with pytest.raises(load.LoadError, match="wrk was not content"):
        load.parse(report)


def test_figures_survive_a_file(results: Results, tmp_path: Path) -> None:
    """Publishing reads what measuring has written; the median of the rounds counts."""
    results.fail("pages", "tornado", "it did not start")
    results.save(tmp_path / "build" / "bench.json")
    loaded = Results.load(tmp_path / "build" / "bench.json")
    assert loaded.median("pages", "gevent", "hello_rate") == 20_000
    assert loaded.median("pages", "tornado", "hello_rate") is None
    assert loaded.failures == ["pages of tornado: it did not start"]
    assert loaded.about == ABOUT


def test_tables_have_a_row_for_each_candidate_with_figures(results: Results) -> None:
    """What was not measured is shown as such, and all lines of a table are equally long."""
    lines = table.of_subject(results, "pages").splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == [
        "Brubeck, gevent",
        "Flask, gunicorn with gevent",
    ]
    assert [cell.strip() for cell in lines[3].split("|")[2:4]] == ["2,000", "-"]
    assert len(set(map(len, lines))) == 1
    assert "123 ms" in table.of_subject(results, "fanout")
    assert "Not measured" in table.of_subject(results, "routes")


def test_the_summary_joins_subjects(results: Results) -> None:
    """All frameworks are in it, with what was measured of each."""
    lines = table.summary(results).splitlines()
    ours = next(line for line in lines if "Brubeck, gevent " in line)
    assert [cell.strip() for cell in ours.split("|")[2:8]] == [
        "20,000",
        "40,000",
        "-",
        "-",
        "123 ms",
        "0.5 KB",
    ]
    assert len(lines) == 2 + 10


def test_every_subject_and_goal_has_its_figures() -> None:
    """A typing error in a name must not look like something that was not measured."""
    assert set(table.COLUMNS) == set(SUBJECTS)
    for goal in GOALS:
        assert {goal.ours, goal.theirs or goal.ours} <= set(SUBJECTS[goal.subject].candidates)
        assert goal.figure in {column.figure for column in table.COLUMNS[goal.subject]}
    for panel in chart.PANELS:
        assert panel.figure in {column.figure for column in table.COLUMNS[panel.subject]}


def test_goals_compare_in_their_own_direction(results: Results) -> None:
    """More is better for a rate, less for bytes; what was not measured is neither."""
    goals = [
        Goal("times Flask", "pages", "hello_rate", "gevent", "flask", 7),
        Goal("times Flask", "pages", "hello_rate", "gevent", "flask", 11),
        Goal("bytes", "fanout", "bytes", "gevent", None, 1_024, is_upper=True),
        Goal("bytes", "fanout", "bytes", "gevent", None, 511, is_upper=True),
        Goal("times Tornado", "pages", "hello_rate", "gevent", "tornado", 5),
    ]
    rows = [line.split("|") for line in table.of_goals(results, goals).splitlines()[2:]]
    assert [(row[3].strip(), row[4].strip()) for row in rows] == [
        ("10.00", "yes"),
        ("10.00", "no"),
        ("512", "yes"),
        ("512", "no"),
        ("-", "-"),
    ]


def test_the_chart_draws_bars_as_long_as_the_figures(results: Results) -> None:
    """The picture is XML, ours stand out, and a tenth of the rate has a tenth of the length."""
    root = ET.fromstring(chart.svg(results))  # noqa: S314  our own
    name = "{http://www.w3.org/2000/svg}rect"
    bars = [rect for rect in root.iter(name) if rect.get("class") in {"ours", "other"}]
    first, second = bars[:2]
    assert (first.get("class"), second.get("class")) == ("ours", "other")
    assert float(first.get("width", "")) == pytest.approx(10 * float(second.get("width", "")))
    assert "20,000" in "".join(root.itertext())
    assert len(bars) == 5


def test_labels_of_a_chart_are_escaped() -> None:
    """A name with a less-than sign makes no element."""
    bar = chart.Bar("a < b & c", 1.0, is_ours=False)
    assert "a &lt; b &amp; c" in chart.drawn_bar(bar, "<1", 0, 1.0)


def test_only_text_between_markers_is_replaced(results: Results) -> None:
    """What people have written stays, and publishing twice changes nothing more."""
    document = "before\n<!-- bench goals -->old\n<!-- end of bench goals -->\nafter \\1\n"
    once = publish.filled(document, publish.texts(results))
    assert once.startswith("before\n<!-- bench goals -->\n\n| ratio")
    assert once.endswith("<!-- end of bench goals -->\nafter \\1\n")
    assert "old" not in once
    assert publish.filled(once, publish.texts(results)) == once


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length:3\r\nX: y\r\n\r\nabc", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
    ],
)
def test_visitors_know_when_an_answer_is_whole(answer: bytes, whole: bool) -> None:
    """Half an answer is not counted as one."""
    assert visitors.is_whole(answer) is whole


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Content: 1\r\n\r\n"]
)
def test_visitors_refuse_another_answer(answer: bytes) -> None:
    """A poll that ran out of time is no news."""
    with pytest.raises(ValueError, match="answer"):
        visitors.is_whole(answer)


def test_the_slowest_of_99_percent() -> None:
    """One of a hundred may be late."""
    assert slowest_of_most([number / 100 for number in range(100)]) == 0.98


class TinyServer(BaseHTTPRequestHandler):
    """Holds polls until somebody publishes."""

    protocol_version = "HTTP/1.1"
    present: set[threading.Event]

    def do_GET(self) -> None:
        if self.path == "/poll":
            news = threading.Event()
            self.present.add(news)
            news.wait(30)
        self.answer(str(len(self.present)))

    def do_POST(self) -> None:
        waiting = set(self.present)
        self.present.clear()
        for news in waiting:
            news.set()
        self.answer("told")

    def answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    TinyServer.present = set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), TinyServer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_crowd_hears_every_publication(port: int) -> None:
    """Everybody polls, is told, and polls again."""
    with crowd.gathered("polls", port, 7) as visitors_there:
        for _ in range(2):
            assert len(TinyServer.present) == 7
            times = visitors_there.publish()
            assert len(times) == 7
            assert times == sorted(times)
            assert times[0] > 0
    assert len(TinyServer.present) == 7


def test_an_idle_crowd_is_there_after_one_request_each(port: int) -> None:
    """Idle connections hold no poll."""
    with crowd.gathered("idle", port, 3):
        assert TinyServer.present == set()


def test_a_crowd_that_cannot_come_is_an_error(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody measures the rate beside visitors who are not there."""
    with (
        pytest.raises(RuntimeError, match="The crowd has gone"),
        crowd.gathered("unknown", port, 3),
    ):
        raise AssertionError("there is no such crowd")
    assert "KeyError" in capfd.readouterr().err


PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
BUSY = "while True: pass"


def test_processes_are_seen_and_ended_with_their_children() -> None:
    """The time and memory of children count, and none survives."""
    with subprocess.Popen([sys.executable, "-c", PARENT, BUSY]) as parent:
        try:
            eventually(lambda: len(processes.family(parent.pid)) == 2, "a child")
            family = processes.family(parent.pid)
            eventually(lambda: processes.cpu_seconds(family[1:]) > 0, "work of the child")
            assert processes.resident_bytes(family) > processes.resident_bytes(family[1:]) > 0
        finally:
            births = {pid: processes.birth(pid) for pid in processes.family(parent.pid)}
            processes.kill(births)
    eventually(lambda: not any(map(is_running, births)), "the end of both")
    assert processes.cpu_seconds([parent.pid]) == processes.resident_bytes([parent.pid]) == 0


def is_running(pid: int) -> bool:
    """Say whether a process exists and is no zombie that nobody has asked for yet."""
    path = Path(f"/proc/{pid}/stat")
    return path.exists() and path.read_text().rpartition(")")[2].split()[0] != "Z"


def test_another_process_of_the_same_number_is_left_alone() -> None:
    """Numbers are given again."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        processes.kill({other.pid: "1"})
        assert other.poll() is None
        other.communicate(b"\n")
    assert other.returncode == 0


def test_the_program_of_brubeck_serves_what_all_serve(tmp_path: Path) -> None:
    """A greeting, a page with 25 links, 25 items, news for polls; and nothing stays behind."""
    service = Service(CANDIDATES["gevent"], tmp_path)
    try:
        service.start()
        pids = service.all_pids()
        assert ask(service.port, "GET", "/hello").body == b"Take five, dude!"
        assert ask(service.port, "GET", "/section4/1").body == b"Take five, dude!"
        assert ask(service.port, "GET", "/compute").body == b"Take five, dude!"
        assert ask(service.port, "GET", "/page").body.count(b"<li>") == 25
        assert len(json.loads(ask(service.port, "GET", "/items").body)["items"]) == 25
        load.warm_up(service.port, "/items")
        with crowd.gathered("polls", service.port, 150) as many:
            assert len(many.publish()) == 150
    finally:
        service.end()
    assert len(pids) >= 2
    assert not any(map(is_running, pids))


def test_a_candidate_that_fails_is_reported_with_its_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its own words are kept, and the others have their turn."""
    bad = Candidate("bad", "Bad", [[sys.executable, "-c", "raise SystemExit('no such module')"]])

    def start(_candidate: Candidate, _seconds: int) -> dict[str, float]:
        with running(bad):
            return {"rate": 1.0}

    results = Results({})
    measure(results, Subject("pages", "Pages", (), start), "gevent", 1)
    measure(results, Subject("pages", "Pages", (), lambda *_: {"rate": 2.0}), "flask", 1)
    assert "bad ended before it had answered anything" in results.failures[0]
    assert "no such module" in results.failures[0]
    assert results.median("pages", "flask", "rate") == 2.0
    assert "failed" in capsys.readouterr().out
