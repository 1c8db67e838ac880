"""The site as a whole: strangers, wrong addresses, a database that is away, starting it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from accounts.people import find_user
from apps.listsurf.people import HOST, Person, logs_in, stored_user, token_of
from apps.listsurf.routes import NOBODYS, ROWS
from brubeck.testing import TestClient
from listsurf import demo
from listsurf.app import Listsurf, create_app
from listsurf.demo_links import LINKS
from listsurf.queries import Db, count_links
from listsurf.settings import Settings
from markupsafe import escape
from pymongo._csot import get_timeout

MEMBERS_ONLY = [row.path.format(**NOBODYS) for row in ROWS.values() if row.members_only]
FOR_ALL = {
    "/login": 200, "/create": 200, "/saved": 200, "/u/nobody": 404, "/u/nobody/feed.atom": 404,
    "/api": 401, "/api/links": 401, "/api/check": 401, "/api/tags": 401, "/api/links/1": 401,
    "/api/openapi.json": 200, "/api/docs": 200, "/api/nothing": 404,
}  # fmt: skip
ROOT = Path(__file__).parents[3]
IN_A_HURRY = "?timeoutMS=100"
NO_DATABASE = f"mongodb://127.0.0.1:1/{IN_A_HURRY}"


@pytest.mark.parametrize("path", MEMBERS_ONLY)
def test_a_stranger_is_asked_to_log_in_and_comes_back(path: str, stranger: TestClient) -> None:
    """Every page of a user leads to the log-in form, which knows where to go on."""
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"] == "/login?" + urlencode({"next": path})


@pytest.mark.parametrize("path", MEMBERS_ONLY)
def test_a_stranger_changes_nothing(path: str, stranger: TestClient) -> None:
    """No form of a user can be sent without being one: first log in, or 403 where there is none."""
    form = {"url": "https://example.com/", "csrf_token": token_of(stranger.get("/login"))}
    sent = stranger.post(path, form=form)
    where = (sent.headers["location"] or "").partition("?")[0]
    assert (sent.status_code, where) in {(302, "/login"), (405, "")}


@pytest.mark.parametrize(("path", "status"), FOR_ALL.items())
def test_what_is_open_to_strangers_answers_them(
    path: str, status: int, stranger: TestClient
) -> None:
    """The pages for strangers work without a session."""
    assert stranger.get(path).status_code == status


def test_a_trusted_proxy_is_believed_that_the_visitor_came_by_tls(
    settings: Settings,
) -> None:
    """The setting reaches the framework: cookies are Secure although the proxy speaks plain HTTP."""
    app = create_app(replace(settings, trusted_proxies=("127.0.0.1",)))
    forwarded = {"x-forwarded-proto": "https"}
    answer = TestClient(app, host=HOST).get("/login", headers=forwarded)
    assert answer.cookies["csrf"]["secure"]
    assert not TestClient(app, host=HOST).get("/login").cookies["csrf"]["secure"]
    app.db_conn.client.close()


@pytest.mark.parametrize("path", ["/login", "/create"])
def test_who_is_logged_in_needs_no_form_for_that(path: str, ada: Person) -> None:
    """Both forms lead to the list."""
    assert ada.get(path).headers["location"] == "/"


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/loginx", "/login/x", "/u/", "/u/a%20b", "/static/../app.py", "/static/none.css"],
)
def test_an_address_that_leads_nowhere_is_explained(path: str, ada: Person) -> None:
    """404 in the look of the site, with a way on and a number to name."""
    page = ada.get(path)
    assert page.status_code == 404
    assert 'class="brand"' in page.text
    assert page.headers["x-request-id"] in page.text


@pytest.mark.parametrize("path", ["/", "/login", "/add_item"])
def test_a_method_that_a_page_has_not_is_refused(path: str, ada: Person) -> None:
    """405 and what would do, not a failure."""
    token = token_of(ada.get("/add_item"))
    answer = ada.browser.request("DELETE", path, headers={"x-csrf-token": token})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_head_is_answered_like_get_without_a_body(ada: Person) -> None:
    """Link checkers are welcome."""
    answer = ada.browser.request("HEAD", "/")
    assert (answer.status_code, answer.body) == (200, b"")


@pytest.mark.parametrize(
    "host", ["evil.example", "readify.localhost:6767", "listsurf.localhost.evil.example"]
)
def test_another_host_name_is_refused(host: str, app: Listsurf) -> None:
    """421: links and bookmarklets never carry a name that somebody made up."""
    page = TestClient(app, host=host).get("/login")
    assert page.status_code == 421
    assert "<h1" in page.text
    assert "/static/" not in page.text, "style sheets are refused under that name, too"


def test_the_look_is_served_and_kept_by_browsers(stranger: TestClient) -> None:
    """Style sheets have addresses that change with their content."""
    page = stranger.get("/login").text
    for part in page.split('href="/static/')[1:]:
        answer = stranger.get("/static/" + part.split('"')[0])
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_whoever_watches_learns_that_the_site_lives_and_that_its_database_answers(
    stranger: TestClient,
) -> None:
    """`/healthz` is about the process alone, `/readyz` asks MongoDB."""
    assert stranger.get("/healthz").status_code == 200
    answer = stranger.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["mongo"]["status"] == "ok"


def test_without_its_database_the_site_explains_itself() -> None:
    """503 and what to do, on pages, for programs, and for those who watch; never a trace."""
    app = create_app(Settings(transport="wsgi", mongo_url=NO_DATABASE))
    client = TestClient(app, host=HOST)
    page = logs_in(client, "ada")
    assert page.status_code == 503
    assert "database does not answer" in page.text
    assert "Traceback" not in page.text
    assert "ServerSelection" not in page.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200, "the process itself is well"
    answer = client.get("/api", headers={"authorization": "Basic YTpi"})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/json"
    app.db_conn.client.close()


def test_a_database_that_freezes_does_not_hang_the_site(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 after a while, although the connection stands; once it answers again, so does the site."""
    monkeypatch.setattr("mongostore.store.LONGEST_QUERY", 300)
    with mongo_server(tmp_path) as server:
        app = create_app(replace(settings, mongo_url=f"mongodb://{first_address(server)}"))
        ada = Person(app, stored_user(app, "ada"))
        assert ada.get("/").status_code == 200
        server.send_signal(signal.SIGSTOP)
        page = ada.get("/")
        server.send_signal(signal.SIGCONT)
        assert page.status_code == 503
        assert "database does not answer" in page.text
        assert ada.get("/").status_code == 200
        app.db_conn.client.close()


def test_a_database_that_accepts_and_stays_silent_counts_as_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listening socket is no database; the visitor gets 503."""
    monkeypatch.setattr("mongostore.store.LONGEST_QUERY", 300)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"mongodb://127.0.0.1:{silent.getsockname()[1]}"
        app = create_app(replace(settings, mongo_url=address))
        assert logs_in(TestClient(app, host=HOST), "ada").status_code == 503
        app.db_conn.client.close()


@contextmanager
def mongo_server(folder: Path) -> "Iterator[subprocess.Popen[str]]":
    """Run an embedded server that a test may stop and continue."""
    command = [sys.executable, "-m", "mongolite", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT / "stack") as server:
        try:
            yield server
        finally:
            server.send_signal(signal.SIGCONT)
            server.terminate()


def first_address(server: "subprocess.Popen[str]") -> str:
    """Return host:port from the line that the server prints when it listens."""
    assert server.stdout is not None
    return server.stdout.readline().rpartition(" ")[2].strip()


def test_indexes_of_a_large_collection_may_take_their_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit for a question of a visitor does not end the start of the program."""
    limits = []
    monkeypatch.setattr("listsurf.queries.ensure_indexes", lambda _db: limits.append(get_timeout()))
    app = create_app(settings)
    app.on_start[0]()
    app.db_conn.client.close()
    assert all(limit and limit > 60 * 60 for limit in limits)
    assert len(limits) == 1


def test_demo_data_are_put_in_once(app: Listsurf, db: Db) -> None:
    """Running it again changes nothing; its user can log in as the README says."""
    assert demo.fill(db) == len(LINKS)
    before = list(db.listitems.find())
    assert demo.fill(db) == 0
    assert list(db.listitems.find()) == before
    user = find_user(db, demo.NAME)
    assert user is not None
    assert count_links(db, user) == len(LINKS) >= 24
    client = TestClient(app, host=HOST)
    assert logs_in(client, demo.NAME, demo.PASSWORD).headers["location"] == "/"
    assert escape(LINKS[-1][1]) in client.get("/").text


def test_demo_data_that_were_interrupted_are_completed(db: Db) -> None:
    """A run that was killed in the middle is made good by the next one."""
    demo.fill(db)
    kept = [link["_id"] for link in db.listitems.find().limit(5)]
    db.listitems.delete_many({"_id": {"$nin": kept}})
    assert demo.fill(db) == len(LINKS) - 5
    assert db.listitems.count_documents({}) == len(LINKS)


def run_listsurf(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run `python -m listsurf` to its end."""
    paths = os.pathsep.join(str(ROOT / part) for part in ("framework", "apps/listsurf"))
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "listsurf", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, **environment},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("library", ["eventlet", "gevent"])
def test_one_setting_chooses_the_coroutine_library(
    library: str, mongo_url: str, database: str
) -> None:
    """The demo data go in under either, and the command says how to log in."""
    environment = {"MONGO_URL": mongo_url, "LISTSURF_DATABASE": database, "CONCURRENCY": library}
    result = run_listsurf("demo-data", **environment)
    assert result.returncode == 0, result.stderr
    assert demo.PASSWORD in result.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "reason"),
    [
        (["nonsense"], {}, "Usage: python -m listsurf"),
        ([], {"LISTSURF_PRODUCTION": "yes"}, "LISTSURF_SECRET"),
        ([], {"LISTSURF_TRANSPORT": "pigeon"}, "LISTSURF_TRANSPORT"),
        (["demo-data"], {"MONGO_URL": NO_DATABASE}, "Start it, or set MONGO_URL"),
        (
            [],
            {"MONGO_URL": f"mongodb://ada:hunter2hunter2@127.0.0.1:1/{IN_A_HURRY}"},
            "127.0.0.1:1",
        ),
        ([], {"MONGO_URL": "mongodb://ada:hunter2hunter2"}, "MONGO_URL is no address"),
        (
            ["demo-data"],
            {"MONGO_URL": "mongodb://ada:hunter2/hunter2@a"},
            "MONGO_URL is no address",
        ),
    ],
)
def test_a_start_that_cannot_work_ends_with_the_reason(
    arguments: list[str], environment: dict[str, str], reason: str
) -> None:
    """One sentence that names what to change, no trace, and no password."""
    result = run_listsurf(*arguments, **environment)
    assert "hunter2" not in result.stdout + result.stderr
    assert result.returncode == 1
    assert reason in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_refuses_the_password_is_named_as_the_reason(mongo_url: str) -> None:
    """Whoever mistyped the password in MONGO_URL reads that, and the password stays hidden."""
    address = mongo_url.replace("://", "://ada:hunter2hunter2@")
    result = run_listsurf("demo-data", MONGO_URL=address)
    assert result.returncode == 1
    assert "Check the name and the password in MONGO_URL" in result.stderr
    assert "hunter2" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
