"""Programs that nobody here wrote use the sites of a running suite, through Mongrel2.

What judges single parts stands with them: Schemathesis with the APIs, axe-core and Chromium with the
stories of people, an EPUB checker with the books.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest
from clients.proxy import forwarding
from e2e.sites import LocalStack
from e2e.targets import Sites, unique
from websockets.sync.client import ClientConnection, connect

pytestmark = pytest.mark.timeout(300)

PATIENCE = 60  # seconds
NAMES = {"listsurf": "Listsurf", "readify": "Readify", "nojs": "no.js", "spotichat": "SpotiChat"}
READERS = {
    "lynx": ["lynx", "-dump", "-nolist"],
    "w3m": ["w3m", "-dump"],
    "links": ["links", "-dump", "-http-proxy", "{proxy}"],
    "elinks": ["elinks", "-dump"],
    "curl": ["curl", "--silent", "--show-error", "--fail", "--location"],
}
ROOM = "track:4cOdK2wGLETKBW3PvgPWqT"
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Give the sites of the launcher."""
    with LocalStack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack.sites


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    """Give a proxy that finds the sites."""
    with forwarding() as address:
        yield address


def visitor(site: str) -> httpx.Client:
    """Return a client of httpx that knows where a site is; the names below localhost are here."""
    parts = urlsplit(site)
    here = f"{parts.scheme}://127.0.0.1:{parts.port}"
    return httpx.Client(base_url=here, headers={"Host": parts.netloc}, timeout=PATIENCE)


@pytest.mark.parametrize("site", NAMES)
@pytest.mark.parametrize("program", READERS)
def test_a_front_page_is_read_by(
    program: str, site: str, sites: Sites, proxy: str, tmp_path: Path
) -> None:
    """lynx, w3m, links, elinks and curl get the page and show the name of the site."""
    assert shutil.which(program), (
        f"{program} is missing. Install it with: apt-get install {program}"
    )
    command = [part.format(proxy=proxy) for part in READERS[program]]
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "xterm"}
    done = subprocess.run(
        [*command, f"{getattr(sites, site)}/"], env={**env, "http_proxy": f"http://{proxy}/"},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert NAMES[site].casefold() in done.stdout.casefold()


@pytest.mark.parametrize("site", NAMES)
def test_tidy_finds_no_mistake_in_a_front_page(site: str, sites: Sites) -> None:
    """An independent parser of HTML stumbles over nothing; what it only warns of is younger than it is."""
    with visitor(getattr(sites, site)) as client:
        page = client.get("/", follow_redirects=True)
    command = ["tidy", "-quiet", "-errors", "--show-info", "no", "-utf8"]
    done = subprocess.run(command, input=page.content, capture_output=True, check=False)
    mistakes = [line for line in done.stderr.decode().splitlines() if "Error:" in line]
    assert (page.status_code, mistakes) == (200, [])
    assert done.returncode in {0, 1}, done.stderr  # 2 stands for errors


def form_of(client: httpx.Client, path: str) -> dict[str, str]:
    """Return the hidden token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found, path
    return {"csrf_token": found[1]}


def sends(client: httpx.Client, path: str, **form: str) -> httpx.Response:
    """Fill in a form and send it to its own address."""
    return client.post(path, data={**form_of(client, path), **form})


@pytest.mark.parametrize("site", ["listsurf", "readify"])
def test_httpx_saves_a_link_and_a_feed_parser_reads_of_it(site: str, sites: Sites) -> None:
    """Cookies, forms and redirects as httpx does them; Atom as feedparser wants it, not one complaint."""
    name = unique("ada")
    with visitor(getattr(sites, site)) as client:
        made = sends(client, "/create", username=name, password=PASSWORD)
        assert made.is_redirect, made.text
        link = {
            "url": "https://example.com/?a=1&b=2",
            "title": 'Tom & <b>"Ü"</b>',
            "is_public": "on",
        }
        saved = sends(client, "/add_item", tags="sea", **link)
        assert saved.is_redirect, saved.text
    with visitor(getattr(sites, site)) as stranger:
        answer = stranger.get(f"/u/{name}/feed.atom")
    feed = feedparser.parse(answer.content, response_headers=dict(answer.headers))
    assert (feed.bozo, feed.version) == (False, "atom10"), feed.get("bozo_exception")
    [entry] = feed.entries
    assert (entry.title_detail.type, entry.title) == ("text/plain", link["title"])
    assert entry.link == link["url"]
    assert entry.updated_parsed


@contextmanager
def entered(site: str, nickname: str) -> Iterator[ClientConnection]:
    """Open a WebSocket of `websockets` for a new person in a room, until the block is left."""
    with visitor(site) as client:
        person = client.post("/api/people", json={"nickname": nickname})
    assert person.status_code == 201, person.text
    parts = urlsplit(site)
    with connect(
        f"ws://{parts.netloc}/api/rooms/{ROOM}/socket?tab=one",
        address=("127.0.0.1", parts.port), open_timeout=PATIENCE, proxy=None,
        additional_headers={"Authorization": f"Bearer {person.json()['secret']}"},
    ) as socket:  # fmt: skip
        yield socket


def heard(socket: ClientConnection, text: str) -> dict[str, object]:
    """Wait for a message with that text."""
    while True:
        batch = json.loads(socket.recv(timeout=PATIENCE))
        for message in batch.get("messages", []):
            if message["text"] == text:
                return dict(message)


def test_people_with_websockets_hear_each_other(sites: Sites) -> None:
    """The handshake, frames of any text and the end are as the library `websockets` wants them."""
    names = unique("ada"), unique("grace")
    text = 'Hello <b>"Grace"</b> 🎵'
    with entered(sites.spotichat, names[0]) as ada, entered(sites.spotichat, names[1]) as grace:
        ada.send(json.dumps({"say": text, "key": "one"}))
        for socket in (ada, grace):
            assert heard(socket, text)["nickname"] == names[0]
    assert (ada.close_code, grace.close_code) == (1000, 1000)
