"""The index site: the list of sites, their health, and its own."""

import json
import socket
from contextlib import closing
from pathlib import Path

import pytest
from brubeck.testing import TestClient
from index.app import IndexSettings, create_app
from index.ideas import IDEAS
from index.sites import Health, Site, parse

DOCS = Path(__file__).parents[2] / "docs"
SURF = {
    "name": "surf",
    "title": "Surf's <i>",
    "address": "http://surf.example.org:7070/",
    "description": "Save <b>links</b> & more.",
    "connect_to": "127.0.0.1",
    "port": 1,
    "host": "surf.example.org",
    "health": "/healthz",
}


def client(*sites, host="example.org", **given):
    settings = IndexSettings(
        transport="wsgi", site_domain="example.org", sites=json.dumps(sites), **given
    )
    return TestClient(create_app(settings), host=host)


@pytest.fixture
def well(monkeypatch):
    """Let every site be well."""
    monkeypatch.setattr(Site, "works", lambda self: True)


def test_every_site_is_listed_with_its_address(well):
    """Title, address and description; markup in them stays text."""
    page = client(SURF).get("/").text
    assert "Surf&#39;s &lt;i&gt;</a>" in page
    assert 'href="http://surf.example.org:7070/"' in page
    assert "Save &lt;b&gt;links&lt;/b&gt; &amp; more." in page
    assert "Running" in page


def test_a_dead_site_is_shown_as_dead():
    """Nobody listens on port 1, so the list says so, and where to look."""
    page = client(SURF).get("/").text
    assert "Not answering" in page
    assert "surf.log" in page
    assert "Running" not in page


def test_without_sites_the_page_says_what_to_do():
    """An index alone names the command that starts the rest."""
    page = client().get("/").text
    assert "No sites are running" in page
    assert "make demo" in page


def test_an_unknown_host_name_is_told_so(well):
    """Who mistyped a site's name sees the list and the name."""
    page = client(SURF, host="surff.example.org").get("/")
    assert page.status_code == 200
    assert "There is no site called" in page.text
    assert "surff.example.org" in page.text


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "elsewhere.test"])
def test_other_names_get_the_list_as_it_is(well, host):
    """The domain itself, addresses, and names that lead here from elsewhere."""
    page = client(SURF, host=host).get("/")
    assert page.status_code == 200
    assert "There is no site called" not in page.text


def test_the_health_of_the_index_does_not_depend_on_the_sites():
    """The launcher waits for the index while other sites may still start."""
    assert client(SURF).get("/healthz").status_code == 200


def test_other_paths_are_not_found():
    """An unknown address is 404, with a page."""
    page = client().get("/nothing")
    assert page.status_code == 404
    assert 'class="brand"' in page.text
    assert 'href="/"' in page.text


def test_a_missing_file_gets_a_page_of_the_site_too():
    """What no handler answers has the same look, and names the request."""
    page = client().get("/static/none.css")
    assert page.status_code == 404
    assert 'class="brand"' in page.text
    assert page.headers["x-request-id"] in page.text


def test_the_style_sheet_is_served():
    """The page's own style sheet exists under the address that the page names."""
    browser = client()
    page = browser.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers.get("content-type").startswith("text/css")


def test_sites_are_asked_once_in_a_while(monkeypatch):
    """Reloading the page does not multiply into requests to all sites."""
    asked = []
    monkeypatch.setattr(Site, "works", lambda self: asked.append(self.name) or True)
    health = Health(parse(json.dumps([SURF])))
    assert health.now() == health.now()
    assert asked == ["surf"]


def test_health_is_asked_again_later(monkeypatch):
    """A site that has died since is noticed."""
    answers = iter([True, False])
    monkeypatch.setattr(Site, "works", lambda self: next(answers))
    monkeypatch.setattr("index.sites.FRESH_SECONDS", -1.0)
    health = Health(parse(json.dumps([SURF])))
    assert [works for _ in range(2) for _site, works in health.now()] == [True, False]


def test_a_site_that_hangs_is_not_well():
    """A server that accepts and says nothing counts as dead."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        site = parse(json.dumps([SURF | {"port": server.getsockname()[1]}]))[0]
        assert not site.works()


def test_each_idea_leads_to_its_page_of_the_documentation(well):
    """Whoever wants to copy an idea finds the page, at the port of the list."""
    browser = client(SURF, host="example.org:7070")
    page = browser.get("/").text
    for idea in IDEAS:
        assert (DOCS / "ideas" / f"{idea.page}.md").is_file()
        assert f'href="//docs.example.org:7070/ideas/{idea.page}.html"' in page
    pages = {path.stem for path in (DOCS / "ideas").glob("*.md")} - {"index"}
    assert {idea.page for idea in IDEAS} == pages


def test_the_documentation_is_at_a_host_of_its_own(tmp_path):
    """Pages and what they load; an unknown address is 404, and the list stays where it is."""
    (tmp_path / "index.html").write_text("<h1>Docs</h1>")
    (tmp_path / "ideas").mkdir()
    (tmp_path / "ideas" / "forms.html").write_text("<h1>Forms</h1>")
    reader = client(SURF, host="docs.example.org", docs=str(tmp_path))
    assert reader.get("/").text == "<h1>Docs</h1>"
    assert reader.get("/ideas/forms.html").text == "<h1>Forms</h1>"
    assert reader.get("/ideas/none.html").status_code == 404
    assert reader.get("/../secret").status_code in {400, 404}
    assert client(docs=str(tmp_path)).get("/ideas/forms.html").status_code == 404


def test_documentation_that_is_still_built_says_when_to_come_back(tmp_path):
    """The demo does not wait for it; the page reloads, and is there once it is built."""
    reader = client(host="docs.example.org", docs=str(tmp_path))
    waiting = reader.get("/")
    assert waiting.status_code == 503
    assert waiting.headers["Refresh"] == "5"
    assert "make docs" in waiting.text
    (tmp_path / "index.html").write_text("<h1>Docs</h1>")
    assert reader.get("/").text == "<h1>Docs</h1>"
