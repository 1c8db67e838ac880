"""Every form of the website may come twice: by a second click, or because a worker has died.

`brubeck run --repeat=all` relies on that. What the first one has done stays as it is, nothing is done
again, and the second answer leads on, or says what has happened already.
"""

import html
from collections import Counter
from collections.abc import Callable

import pytest
from apps.readify.people import PASSWORD, Person, stored_user, token_of
from apps.readify.routes import ROWS, Row, World, named, world_of
from brubeck.testing import TestResponse
from readify.queries import Db
from readify.settings import Settings
from readify.webapp import Website

FORMS = {
    "/create": {"username": "newcomer", "password": PASSWORD},
    "/login": {"username": "ada", "password": PASSWORD},
    "/discuss/{link}": {"text": "Mine", "once": "0" * 24},
}
OF_STRANGERS = {"/create", "/login"}
PUBLIC = {"/discuss/{link}", "/save_link/{link}"}  # not there for the private link of the table
SAID = {
    "/settings/tokens": "You have a token of this name",
    "/settings/tokens/{token}": "It may have been revoked already",
    "/feeds/close": "Its owner may have closed it",
}  # where the second one finds that there is nothing left to do
WELCOME_TWICE = {"/import": {"imports", "importparts"}}  # the second one finds all of it known
READ_ONLY = 405
ROUTES = [row for row in ROWS if not row.on_api and not row.path.startswith("/static")]


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings in which Ada runs the site, so that all its forms are hers."""
    return Settings(transport="wsgi", mongo_url=mongo_url, database=database, operators=("ada",))


@pytest.fixture
def world(app: Website) -> World:
    """Give Ada's things, as they are before anything is sent."""
    return world_of(Person(app, stored_user(app, "ada")), None)


def counted(db: Db) -> Counter[str]:
    """Return how many documents there are of each kind; limits and logins aside."""
    names = {*db.list_collection_names()} - {"throttle", "sessions"}
    return Counter({name: db[name].count_documents({}) for name in names})


def sender(row: Row, world: World) -> Callable[[], TestResponse]:
    """Return what sends the form of a row, always as if no answer had come before."""
    shown = world.db.listitems.find_one({"is_public": True})
    path = row.path.replace("{link}", str(shown["_id"])) if row.path in PUBLIC else row.path
    browser = world.ada.another_browser()
    if row.path in OF_STRANGERS:
        browser.clear_cookies()
    page = browser.get("/login" if row.path in OF_STRANGERS else "/settings")
    form = {**world.form(row), **FORMS.get(row.path, {}), "csrf_token": token_of(page)}
    cookies = browser.cookies

    def send() -> TestResponse:
        browser.clear_cookies()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return browser.post(path.format(**world.names), form=form)

    return send


@pytest.mark.parametrize("row", ROUTES, ids=named)
def test_a_form_may_come_twice(row: Row, world: World) -> None:
    """Nothing is stored again, and nobody reads of a fault."""
    send = sender(row, world)
    first, after = send(), counted(world.db)
    second = send()
    if first.status_code == READ_ONLY:
        assert second.status_code == READ_ONLY
        return
    assert first.status_code in {201, 302}, first.text
    assert set(counted(world.db) - after) == WELCOME_TWICE.get(row.path, set())
    if row.path in SAID:
        assert SAID[row.path] in html.unescape(second.text)
    else:
        assert second.status_code == 302, second.text
