"""Pages: HTML 4.01 without a warning, small, without scripts, and none leads nowhere."""

import gc
import re
import subprocess
import tracemalloc
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from apps.nojs.conftest import OPERATOR_KEY, People
from apps.nojs.people import HOST, PAGES, Person, next_address
from brubeck.testing import TestClient, TestResponse
from framework.conformance.servers import eventually
from nojs import demo
from nojs.app import ROUTES, NoJs, create_app
from nojs.handlers import streams
from nojs.roomnames import path_of
from nojs.settings import Settings

LIMIT = 10_000  # bytes
HREF = re.compile(r'(?:href|src|action)="([^"#]*)')


@pytest.fixture
def inhabited(app: NoJs, ada: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Give an operator in a room where everything has happened; endless pages end at once."""
    monkeypatch.setattr(streams, "LONGEST", 0.5)
    monkeypatch.setattr(streams, "SILENCE", 0.1)
    demo.fill(app.store)
    ada.sends("/operator", key=OPERATOR_KEY)
    grace = Person(app)
    grace.takes("Grace <&\"'>")
    for number in range(30):
        ada.says(f"{number} " + "&\"'<b>é" * 50)
    grace.says("hello")
    ada.says("alone", to="Grace <&\"'>")
    return ada


def warnings_of(page: str) -> str:
    """Return what tidy has to say about a page."""
    done = subprocess.run(
        ["tidy", "-q", "-e", "--show-info", "no"],
        input=page,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_valid_html_4_and_small(path: str, inhabited: Person) -> None:
    """Tidy has nothing to say; with the longest messages a page stays below 10 kB."""
    page = inhabited.get(path)
    assert "HTML 4.01" in page.text.partition("\n")[0]
    assert warnings_of(page.text) == ""
    assert len(page.body) < LIMIT


CROWD = 60
LONGEST_ROOM = "\N{GRINNING FACE}" * 40
LONGEST_NAME = "\N{GRINNING FACE}" * 22


@pytest.fixture
def crowded(app: NoJs, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Give an operator, with a key in his address, where everything is as long as it may be."""
    monkeypatch.setattr(streams, "LONGEST", 0.5)
    monkeypatch.setattr(streams, "SILENCE", 0.1)
    owner = Person(app, home="/k/" + "z" * 22)
    for number in range(10, CROWD + 10):
        visitor = Person(app, home=f"/k/{number:z<22}")
        visitor.takes(f"{LONGEST_NAME}{number}")
        visitor.says("&" * 400, path_of(LONGEST_ROOM))
        visitor.says("hello", path_of(f"{LONGEST_ROOM[:38]}{number}"))
    owner.takes(f"{LONGEST_NAME}&a")
    owner.sends("/operator", key=OPERATOR_KEY)
    for text in ("\N{GRINNING FACE}" * 400, "'" * 400, "short"):
        for _ in range(8):
            owner.says(text, path_of(LONGEST_ROOM), to=f"{LONGEST_NAME}10")
    return owner


@pytest.mark.parametrize("home", ["", "/k/" + "e" * 22])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", "/nothing/here", 404), ("GET", "/r/a%2Fb", 404), ("GET", "/k/tooshort/x", 404)),
        *(("POST", "/trick", 405), ("GET", "/r/den/history?before=x", 400)),
        *(("POST", "/nothing", 413), ("GET", "/static/nothing.css", 404)),
        *(("POST", "/r/den/say", 403), ("GET", "/r/den/order", 403)),
    ],
)
def test_every_error_page_is_valid_and_protected(
    method: str, path: str, status: int, home: str, app: NoJs
) -> None:
    """HTML 4.01 without a warning, small, with words and a way on, under the same policy."""
    body = b"x" * 20_000 if status == 413 else b"text=what+I+typed"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    client = TestClient(app, host=HOST)
    page = client.request(method, home + path, body=body if method == "POST" else b"", headers=kind)
    assert page.status_code == status
    assert_is_whole(page)
    if status == 403 and method == "POST":
        assert "what I typed" in page.text


def test_under_another_name_the_page_does_without_a_style(app: NoJs) -> None:
    """421, valid, and nothing to fetch: that would be refused as well."""
    page = TestClient(app, host="elsewhere.example").get("/lobby")
    assert page.status_code == 421
    assert_is_whole(page)
    assert "<link" not in page.text


def assert_is_whole(page: TestResponse) -> None:
    """Check what holds for every page, whatever it says."""
    assert "HTML 4.01" in page.text.partition("\n")[0]
    assert warnings_of(page.text) == ""
    assert len(page.body) < LIMIT
    assert "script-src 'none'" in str(page.headers["content-security-policy"])
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in page.text


@pytest.mark.parametrize("path", ["/lobby", "/r/{room}/side", "/r/{room}/order"])
def test_what_does_not_fit_is_on_the_next_page(path: str, crowded: Person, app: NoJs) -> None:
    """Everybody and every room can be reached, page by page."""
    room = app.store.keys.room(LONGEST_ROOM)
    wanted = {f"{LONGEST_ROOM[:38]}{number}" for number in range(10, CROWD + 10)}
    if path != "/lobby":
        wanted = set(app.store.redis.zrange(app.store.keys.people(room), 0, -1))
    found, page = "", crowded.get(path := path.format(room=path_of(LONGEST_ROOM)))
    while more := re.search(r'href="[^"]*\?start=(\d+)"', page.text):
        found += unescape(page.text)
        assert len(page.body) < LIMIT
        page = crowded.get(f"{path}?start={more[1]}")
    found += unescape(page.text)
    assert {each for each in wanted if each not in found} == set()
    assert len(wanted) >= CROWD


def test_everything_as_long_as_it_may_be_fits_into_a_page(crowded: Person) -> None:
    """Sixty rooms, sixty people, messages and names of the widest signs, and a key: below 10 kB."""
    too_large = {}
    for path in PAGES:
        page = crowded.get(path.replace("den", path_of(LONGEST_ROOM)))
        assert warnings_of(page.text) == "", path
        if len(page.body) >= LIMIT:
            too_large[path] = len(page.body)
    assert too_large == {}


def test_a_page_of_hostile_messages_is_small_and_valid(ada: Person) -> None:
    """The widest signs there are, and those that grow when they are escaped."""
    for text in ("😀" * 400, '"' * 400, "&" * 400):
        for _ in range(10):
            assert ada.says(text).status_code == 302
    for page in ("messages", "page", "still"):
        answer = ada.get(f"/r/den/{page}")
        assert len(answer.body) < LIMIT
        assert warnings_of(answer.text) == ""


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_script_or_may_run_one(path: str, inhabited: Person) -> None:
    """Neither elements nor attributes nor addresses that run something; the policy says so, too."""
    page = inhabited.get(path)
    assert "script-src 'none'" in str(page.headers["content-security-policy"])
    text = page.text.lower().replace("javascript", "").replace("&lt;script", "")
    assert "<script" not in text
    assert not re.search(r"<[^>]*\son\w+\s*=", text)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)


@pytest.mark.parametrize("path", ["/", "/r/den"])
def test_every_frame_has_a_title(path: str, inhabited: Person) -> None:
    """Who hears the page knows what each frame is for."""
    frames = re.findall(r"<frame [^>]*>", inhabited.get(path).text)
    assert len(frames) >= 2
    assert all(re.search(r'title="[^"]+"', frame) for frame in frames)


def test_one_request_of_a_room_waits_at_the_most(inhabited: Person) -> None:
    """In frames the messages alone refresh without a pause; the form has a connection left."""
    frames = re.findall(r'<frame src="([^"#]*)', inhabited.get("/r/den").text)
    held = [path for path in frames if 'content="0;' in inhabited.get(path).text]
    assert held == ["/r/den/messages"]


@pytest.mark.parametrize("home", ["", "/k/" + "z" * 22])
def test_every_link_leads_somewhere(home: str, inhabited: Person, app: NoJs) -> None:
    """From the first page on, with cookies and with a key, no link and no picture is broken."""
    walker = inhabited if not home else Person(app, home)
    if home:
        walker.takes("Walker")
    client, seen, todo = walker.browser, set(), [f"{home}/"]
    while todo:
        path = todo.pop()
        if path in seen or len(seen) > 150:
            continue
        seen.add(path)
        page = client.get(path, follow=True)
        assert page.status_code == 200, path
        if "text/html" in str(page.headers["content-type"]):
            todo += links_of(page.text, path)
    assert len(seen) > 20


def links_of(page: str, path: str) -> Iterator[str]:
    """Yield the addresses that a page leads to; those of times are alike."""
    for found in HREF.findall(page):
        address = re.sub(
            r"([?&])at=\d+", r"\1at=1", urljoin(f"http://{HOST}{path}", unescape(found))
        )
        assert address.startswith(f"http://{HOST}/"), address
        yield address.removeprefix(f"http://{HOST}")


def test_the_trick_is_explained_to_learners(inhabited: Person) -> None:
    """The line that makes a page ask for itself, how long an answer takes, and why frames."""
    page = unescape(inhabited.get("/trick").text)
    assert '<meta http-equiv="refresh" content="0; url=messages?v=' in page
    assert "for 60 seconds" in page  # what the settings of these tests say
    assert "first lets you wait and then looks for news" in page
    assert "Only one frame of a room waits" in page


def test_every_route_is_looked_at() -> None:
    """A page that is added is checked as well; what only takes forms is not a page."""
    no_html = {"/robots.txt"}
    takes_forms = {
        "/join",
        "/name",
        "/back",
        "/forget",
        "/r/den/name",
        "/r/den/leave",
        "/r/den/kick",
        "/r/den/clean",
    }
    looked_at = {page.partition("?")[0] for page in PAGES} | takes_forms | no_html
    for pattern, _ in ROUTES:
        assert any(re.match(pattern, path) for path in looked_at), pattern


def test_without_redis_the_page_comes_back_by_itself(tmp_path: Path) -> None:
    """503, what is the matter, a refresh; and a message that was sent is shown, not lost."""
    app = create_app(Settings(transport="wsgi", redis_url=f"unix://{tmp_path}/nothing"))
    client = TestClient(app, host=HOST)
    page = client.get("/r/den/messages")
    assert page.status_code == 503
    assert 'http-equiv="refresh" content="4"' in page.text
    assert warnings_of(page.text) == ""
    person = Person(app, home="/k/" + "q" * 22)
    sent = person.browser.post(person.home + "/r/den/say", form={"text": "a long thought"})
    assert sent.status_code == 503
    assert "a long thought" in sent.text
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_two_thousand_sleepers_leave_nothing_behind(app: NoJs, person: People, ada: Person) -> None:
    """Each costs little, one page answers all of them, and when they leave nothing is kept."""
    waiting = person().waits_for("good night", "/r/den/messages")
    eventually(waiting.is_parked, "a request that waits")
    ada.says("good night")
    eventually(lambda: waiting.has_come, "the last message")
    address = next_address(person().get("/r/den/messages"), "/r/den/messages")
    request = TestClient(app, host=HOST)._request
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    parked = [app.handle(request("GET", f"http://{HOST}{address}", {}, b"")) for _ in range(2000)]
    assert len(app.parking) == 2000
    needed = tracemalloc.get_traced_memory()[0] - before
    for each in parked:
        app.parking.leave(each)  # type: ignore[arg-type]  # all of them are parked
    app.sweeper.sweep()
    eventually(lambda: app.news.number_of_places == 0, "that their place is forgotten")
    del parked, each
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(app.parking) == 0
    assert kept < needed / 20
