"""Profiles: what people tell and show, their pictures, and who gets to know what."""

import hashlib
import html
import io
import re

import pytest
from apps.readify.conftest import People
from apps.readify.people import Person, stored_user, token_of, value_of
from brubeck.request_handling import Brubeck
from brubeck.testing import TestClient, TestResponse
from PIL import Image
from readify import avatars, profiles, queries
from readify.queries import Db
from readify.webapp import ROUTES, Website

GRAVATAR = "https://gravatar.com"


def saves(person: Person, **fields: str) -> TestResponse:
    """Send the form of the settings."""
    return person.sends("/settings", **{"picture": "drawn", **fields})


def uploads(person: Person, content: bytes, name: str = "me.png") -> TestResponse:
    """Send the form of the settings with a picture."""
    form = {"csrf_token": token_of(person.get("/settings")), "picture": "drawn"}
    files = {"file": (name, content, "image/png")}
    return person.browser.post("/settings", form=form, files=files)


def picture(colour: str = "red", size: tuple[int, int] = (300, 200)) -> bytes:
    """Return a file with a picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def policy_of(page: TestResponse) -> str:
    """Return what a browser may load for a page."""
    return page.headers["content-security-policy"]


def test_what_somebody_tells_stands_on_his_profile(ada: Person, stranger: TestClient) -> None:
    """The form leads to it, everybody reads it, and nothing of it is HTML."""
    answer = saves(
        ada, name="Ada <b>", bio="First line\nSecond & last", website="ada.example", location_text="London"
    )  # fmt: skip
    assert answer.headers["location"] == "/u/ada"
    page = stranger.get("/u/ada").text
    assert "Ada &lt;b&gt;" in page
    assert "First line\nSecond &amp; last" in page
    assert 'href="http://ada.example/" rel="noopener noreferrer nofollow ugc"' in page
    assert "London" in page
    assert "Your profile is saved" in ada.get("/u/ada").text


def test_a_profile_can_be_emptied_again(ada: Person, stranger: TestClient) -> None:
    """An empty website crashed the first Readify; here it is none, and nobody has a page again."""
    saves(ada, name="Ada", website="https://ada.example")
    assert stranger.get("/u/ada").status_code == 200
    assert saves(ada, name="", website="").status_code == 302
    assert stranger.get("/u/ada").status_code == 404


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name", "x" * 81, "too long"),
        ("bio", "x" * 1001, "too long"),
        ("location_text", "x" * 101, "too long"),
        ("website", "javascript:alert(1)", "http"),
        ("website", "https://example.com/" + "x" * 300, "too long"),
    ],
)
def test_a_field_that_will_not_do_is_named_and_nothing_is_lost(
    field: str, text: str, words: str, ada: Person, db: Db
) -> None:
    """The form comes back with the reason and with everything that was typed."""
    answer = saves(ada, **{"name": "Ada", "location_text": "London", field: text})
    assert answer.status_code == 400
    assert words in answer.text
    kept = "name" if field == "location_text" else "location_text"
    assert value_of(answer, kept) in {"Ada", "London"}
    assert html.escape(text, quote=False)[:80] in html.unescape(answer.text)
    assert db.profiles.count_documents({}) == 0


def test_a_form_without_its_token_comes_back(ada: Person, db: Db) -> None:
    """Nothing is stored, and what was typed stands there to be sent again."""
    answer = ada.browser.post("/settings", form={"name": "Ada", "picture": "drawn"})
    assert answer.status_code == 403
    assert value_of(answer, "name") == "Ada"
    assert db.profiles.count_documents({}) == 0


def test_somebody_who_shows_nothing_looks_like_nobody(
    ada: Person, person: People, stranger: TestClient
) -> None:
    """His profile, his picture, his feed and his old address are not found; he sees his own page."""
    ada.has("https://example.org/private", "Private")
    for path in ("/u/ada", "/u/ada/picture", "/u/ada/feed.atom", "/ada"):
        for visitor in (stranger, person(f"b{len(path)}").browser):
            answer, nobody = visitor.get(path), visitor.get(path.replace("ada", "nobody"))
            assert answer.status_code == nobody.status_code == 404
    assert "Nothing is public yet" in ada.get("/u/ada").text


def test_only_what_is_public_is_shown(ada: Person, stranger: TestClient, app: Brubeck) -> None:
    """Archived links as well, deleted ones and private ones not; a tag narrows the list."""
    for number, is_public in enumerate([True, True, True, False]):
        ada.has(f"https://example.org/{number}", f"Link {number}", tags="sea", is_public=is_public)
    ada.has("https://example.org/wood", "Link of wood", tags="wood", is_public=True)
    links = {link.title: link.id for link in ada.links()}
    queries.set_flags(app.db_conn, ada.user.id, [links["Link 1"]], archived=True)
    queries.set_flags(app.db_conn, ada.user.id, [links["Link 2"]], deleted=True)
    shown = re.findall(r"data-entry [^>]*>([^<]+)</a>", stranger.get("/u/ada").text)
    assert sorted(shown) == ["Link 0", "Link 1", "Link of wood"]
    assert "3 public articles" in stranger.get("/u/ada").text
    sea = stranger.get("/u/ada?tag=sea").text
    assert "2 public articles" in sea
    assert "Link of wood" not in sea
    feed = stranger.get("/u/ada/feed.atom")
    assert "Link 1" in feed.text
    assert "Link 3" not in feed.text
    assert "urn:readify:" in feed.text


def test_a_long_profile_has_pages(ada: Person, stranger: TestClient) -> None:
    """Each link once, whichever page it is on; a place that is none says so."""
    for number in range(60):
        ada.has(f"https://example.org/{number}", f"Link {number}", is_public=True)
    seen, path = [], "/u/ada"
    while path:
        page = stranger.get(path).text
        seen += re.findall(r"data-entry [^>]*>([^<]+)</a>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = html.unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) == 60
    assert stranger.get("/u/ada?before=nonsense").status_code == 400


def test_ones_own_profile_is_a_click_away(ada: Person, stranger: TestClient) -> None:
    """/profile leads there; a stranger logs in first, where the first Readify crashed."""
    assert ada.get("/profile").headers["location"] == "/u/ada"
    assert stranger.get("/profile").headers["location"].startswith("/login?next=")


def test_the_addresses_of_the_first_readify_lead_to_the_new_ones(
    ada: Person, stranger: TestClient
) -> None:
    """/ADA finds the profile in any spelling; unknown names get 404, not an empty profile."""
    saves(ada, name="Ada")
    assert stranger.get("/ADA").headers["location"] == "/u/ada"
    assert stranger.get("/discuss").status_code == 404
    assert stranger.get("/nobody").status_code == 404


def test_no_name_stands_in_the_way_of_a_page(app: Brubeck, stranger: TestClient) -> None:
    """Whoever is called like a route has a profile, and the route is what it was."""
    firsts = {re.match(r"\^/([a-z_]+)", pattern) for pattern, _ in ROUTES}
    names = {found[1] for found in firsts if found} | {"static", "healthz", "readyz", "u"}
    assert len(names) > 20
    for name in sorted(name for name in names if len(name) > 1):
        before = stranger.get(f"/{name}").status_code
        somebody = Person(app, stored_user(app, name))
        saves(somebody, name=f"I am {name}")
        assert f"I am {name}" in stranger.get(f"/u/{name}").text
        answer = stranger.get(f"/{name}")
        if answer.headers.get("location", "") == f"/u/{name}":
            assert before == 404, f"/{name} was a page before"
        else:
            assert answer.status_code == before


@pytest.mark.parametrize("name", ["robots.txt", "favicon.ico", "sitemap.xml"])
def test_no_name_becomes_a_well_known_file(name: str, app: Brubeck, stranger: TestClient) -> None:
    """Programs that ask for a file of the site do not get somebody's profile."""
    saves(Person(app, stored_user(app, name)), name="I am a file")
    assert stranger.get(f"/{name}").status_code == 404
    assert "I am a file" in stranger.get(f"/u/{name}").text


def test_a_picture_is_drawn_for_everybody(ada: Person, stranger: TestClient) -> None:
    """The same one every time, without a script in it, and not sent twice to one browser."""
    saves(ada, name="Ada")
    answer = stranger.get("/u/ada/picture")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text == avatars.drawn("ada")
    assert policy_of(answer) == "default-src 'none'; sandbox"
    again = stranger.get("/u/ada/picture", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_an_uploaded_picture_is_made_anew_and_shown(
    ada: Person, stranger: TestClient, db: Db
) -> None:
    """A square WebP, whatever was sent; another picture has another address and another ETag."""
    assert uploads(ada, picture("red")).status_code == 302
    first = stranger.get("/u/ada/picture")
    assert first.headers["content-type"] == "image/webp"
    assert first.headers["x-content-type-options"] == "nosniff"
    image = Image.open(io.BytesIO(first.body))
    assert image.size == (avatars.SIZE, avatars.SIZE)
    shown = re.search(r'class="avatar" src="([^"]+)"', stranger.get("/u/ada").text)
    uploads(ada, picture("blue"))
    assert stranger.get("/u/ada/picture").headers["etag"] != first.headers["etag"]
    assert shown
    assert shown[1] not in stranger.get("/u/ada").text
    saves(ada, name="Ada", picture="uploaded")
    assert stranger.get("/u/ada/picture").headers["content-type"] == "image/webp", "it stays"
    saves(ada, name="Ada", picture="drawn")
    assert stranger.get("/u/ada/picture").headers["content-type"] == "image/svg+xml"
    assert db.pictures.count_documents({}) == 0, "what is not shown is not kept"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload=alert(1)>", "could not be read as a picture"),
        (picture()[:60], "could not be read as a picture"),
        (b"x" * (avatars.LARGEST_FILE + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(
    content: bytes, words: str, ada: Person, db: Db
) -> None:
    """The form says why, and nothing is stored."""
    answer = uploads(ada, content)
    assert answer.status_code == 400
    assert words in answer.text
    assert db.pictures.count_documents({}) == 0


def test_pictures_are_taken_some_times_an_hour(ada: Person, app: Website) -> None:
    """Decoding them is work; who sends many is told when to come back, and keeps what he typed."""
    app.picture_throttle.limit, limit = 2, app.picture_throttle.limit
    try:
        answers = [uploads(ada, picture()) for _ in range(3)]
    finally:
        app.picture_throttle.limit = limit
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2].headers["retry-after"]) > 0
    assert "Save my profile" in answers[2].text


def test_an_uploaded_picture_needs_a_file_once(ada: Person) -> None:
    """Choosing the button without a file says what is missing."""
    answer = saves(ada, picture="uploaded")
    assert answer.status_code == 400
    assert "Choose a picture" in answer.text


def test_gravatar_is_asked_by_those_who_want_that_alone(
    ada: Person, person: People, stranger: TestClient
) -> None:
    """Its owner has chosen it; other visitors agree first, and only then may their browser load it."""
    saves(ada, name="Ada", picture="gravatar", email=" Ada@Example.com ")
    digest = hashlib.sha256(b"ada@example.com").hexdigest()
    assert f"{GRAVATAR}/avatar/{digest}" in ada.get("/u/ada").text
    assert GRAVATAR in policy_of(ada.get("/u/ada"))
    for visitor in (stranger, person("grace").browser):
        page = visitor.get("/u/ada")
        assert digest not in page.text
        assert "gravatar" not in policy_of(page)
        assert 'src="/u/ada/picture' in page.text
        agreed = visitor.get("/u/ada?picture=gravatar")
        assert f'src="{GRAVATAR}/avatar/{digest}' in agreed.text
        assert 'referrerpolicy="no-referrer"' in agreed.text
        assert f"img-src 'self' data: {GRAVATAR};" in policy_of(agreed)
        assert visitor.get("/u/ada").text.find(digest) < 0, "nobody is remembered to have agreed"
    assert "example.com" not in stranger.get("/u/ada").text.lower()


def test_nobody_is_sent_to_gravatar_who_has_not_chosen_it(
    ada: Person, stranger: TestClient
) -> None:
    """An address that asks for it changes nothing, and no e-mail address is kept without it."""
    saves(ada, name="Ada", email="ada@example.com")
    page = stranger.get("/u/ada?picture=gravatar")
    assert "gravatar" not in policy_of(page)
    assert f"{GRAVATAR}/avatar" not in page.text
    assert not profiles.find_profile(ada.app.db_conn, ada.user).email


def test_gravatar_needs_an_address(ada: Person) -> None:
    """Without one, or with one that is none, the form says so."""
    for email in ("", "ada", "a" * 100 + "@example.com"):
        answer = saves(ada, picture="gravatar", email=email)
        assert answer.status_code == 400
        assert "e-mail address that Gravatar knows" in answer.text
