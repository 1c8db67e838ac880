"""Who somebody is: cookies, keys in addresses, and forms of other sites."""

import re

import pytest
from apps.nojs.conftest import People
from apps.nojs.people import HOST, PAGES, Person
from brubeck.testing import TestClient
from nojs.app import NoJs
from nojs.handlers import streams
from nojs.queries.store import MONTH


def test_forms_of_other_sites_change_nothing(ada: Person) -> None:
    """A form without a token is refused, and comes back with what was typed."""
    ada.get("/lobby")
    answer = ada.browser.post("/r/den/say", form={"text": "forged"})
    assert answer.status_code == 403
    assert "forged" in answer.text
    assert "forged</span>" not in ada.reads()


def test_a_key_in_the_address_stands_for_cookies(app: NoJs) -> None:
    """Everything works without a cookie, no link leaves the site, and none lacks the key."""
    person = Person(app, home="/k/" + "x" * 22)
    person.takes("Cora")
    person.browser.clear_cookies()
    assert person.says("hello").status_code == 302
    for path in (
        "/lobby",
        "/me",
        "/r/den/still",
        "/r/den/page",
        "/r/den/say",
        "/r/den/side",
        "/trick",
    ):
        page = person.get(path)
        person.browser.clear_cookies()
        assert page.headers["referrer-policy"] == "no-referrer"
        assert 'href="http' not in page.text
    assert "Cora</b>" in person.reads()


def test_cookies_of_somebody_else_do_not_count_under_a_key(ada: Person, app: NoJs) -> None:
    """The key in the address says who it is, also in a browser that is known."""
    ada.home = "/k/" + "y" * 22
    ada.takes("Cora")
    assert "You are Cora" in ada.get("/me").text
    ada.home = ""
    assert "You are Ada" in ada.get("/me").text


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cookies_are_for_this_site_alone(scheme: str, app: NoJs) -> None:
    """No script reads them, no other site sends them, over TLS nobody overhears them, and they end."""
    visitor = Person(app)
    visitor.browser = TestClient(app, host=HOST, scheme=scheme)
    answer = visitor.takes("Cora")
    cookie = str(answer.headers["set-cookie"])
    assert cookie.startswith("visit=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == (scheme == "https")
    assert f"Max-Age={MONTH}" in cookie
    assert "Cora" not in cookie


def test_giving_the_name_up_ends_every_cookie_and_key_of_it(ada: Person, person: People) -> None:
    """What somebody else has copied is worth nothing afterwards."""
    copied = person()
    copied.home = f"/k/{ada.key()}"
    assert "You are Ada" in copied.get("/me").text
    ada.sends("/me", "/forget")
    assert copied.get("/me").status_code == 302
    assert copied.says("it was me").status_code == 403


@pytest.mark.parametrize("home", ["", "/k/" + "w" * 22])
def test_no_page_leads_to_another_site(
    home: str, app: NoJs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old browsers would tell it the key by their Referer: an address that was typed is only text."""
    monkeypatch.setattr(streams, "LONGEST", 0)
    visitor = Person(app, home)
    visitor.takes("http://a.example")
    visitor.says("see http://b.example/ and <a href='//c.example'>this</a>")
    visitor.says("hello", "http:%EF%BC%8F%EF%BC%8Fd.example")
    for path in PAGES:
        for address in re.findall(r'(?:href|src|action)="([^"]*)', visitor.get(path).text):
            assert re.match(r"[\w#?.%-]*(?:[/?#]|$)(?!/)", address), address
