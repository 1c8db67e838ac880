"""Sessions: revocable logins of limited life."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import brubeck.cookies
import brubeck.sessions
import pytest
from brubeck.auth import UserHandlingMixin
from brubeck.handlers import WebMessageHandler
from brubeck.sessions import (
    DAY,
    MemorySessionStore,
    MongoSessionStore,
    SessionHandlingMixin,
    SessionStore,
)
from brubeck.timekeeping import Interval
from doubles import make_application, make_request, sent_cookies, set_cookies, signed

Clock = Callable[[float], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a function that lets seconds pass."""
    now = [1_700_000_000_000]

    def advance(seconds: float) -> None:
        now[0] += int(seconds * 1000)

    monkeypatch.setattr(brubeck.sessions, "curtime", lambda: now[0])
    monkeypatch.setattr(brubeck.cookies, "time", SimpleNamespace(time=lambda: now[0] / 1000))
    return advance


@pytest.fixture(params=["memory", "mongo"])
def store(request: pytest.FixtureRequest) -> SessionStore:
    """Give every kind of store in turn."""
    if request.param == "memory":
        return MemorySessionStore()
    mongo = MongoSessionStore(request.getfixturevalue("collection"))
    mongo.ensure_indexes()
    return mongo


class Visit(WebMessageHandler, SessionHandlingMixin):
    """Both bases in the order that the README uses for mixins."""


def visit(
    store: SessionStore | None, cookies: dict[str, str] | None = None, method: str = "GET"
) -> Any:
    return Visit(make_application(sessions=store), make_request(method, cookies=cookies))


# -- stores ------------------------------------------------------------------------------------


def test_a_session_comes_back_as_it_was(store: SessionStore) -> None:
    """User, data and times; the user's id as text."""
    session = store.create(42, {"theme": "dark", "list": [1, None]})
    assert store.load(session.id) == session
    assert session.user_id == "42"


def test_ids_are_random_and_stored_hashed(store: SessionStore) -> None:
    """256 bits; a copy of the store opens no session."""
    first, second = store.create("ada", {}), store.create("ada", {})
    assert first.id != second.id
    assert len(first.id) >= 43
    assert store._find(first.id) is None
    assert first.id not in repr(first)


def test_unknown_ids_have_no_session(store: SessionStore) -> None:
    """Of any form."""
    assert store.load("unknown") is None
    assert store.load("") is None


def test_saved_data_is_there_next_time(store: SessionStore) -> None:
    """save() stores what the program changed."""
    session = store.create("ada", {})
    session.data["a.b"] = {"$set": "harmless"}
    store.save(session)
    loaded = store.load(session.id)
    assert loaded is not None
    assert loaded.data == {"a.b": {"$set": "harmless"}}


def test_sessions_end_after_their_lifetime(store: SessionStore, clock: Clock) -> None:
    """However often they are used; reading an ended one leaves it to be swept."""
    session = store.create("ada", {})
    clock(store.lifetime - 1)
    store.renew(session)
    assert store.load(session.id) is not None
    clock(1)
    assert store.load(session.id) is None
    assert store._find(session.key) is not None


def test_renewal_is_not_a_write_for_every_change(store: SessionStore, clock: Clock) -> None:
    """Only once the session has aged a twentieth of its idle time."""
    session = store.create("ada", {})
    clock(store.idle / 20 - 1)
    assert store.renew(session) is False
    clock(1)
    assert store.renew(session) is True
    assert store.renew(session) is False


def test_an_ended_session_stays_ended(store: SessionStore, clock: Clock) -> None:
    """A request that was under way when it ended cannot bring it back."""
    session = store.create("ada", {})
    store.delete_of("ada")
    store.save(session)
    clock(DAY)
    store.renew(session)
    assert store.load(session.id) is None


def test_deleted_sessions_are_gone(store: SessionStore) -> None:
    """Twice is no error."""
    session = store.create("ada", {})
    store.delete(session.id)
    store.delete(session.id)
    assert store.load(session.id) is None


def test_all_sessions_of_a_user_can_be_ended(store: SessionStore) -> None:
    """And of nobody else."""
    hers = [store.create(7, {}) for _ in range(2)]
    his = store.create(8, {})
    store.delete_of(7)
    assert [store.load(session.id) for session in hers] == [None, None]
    assert store.load(his.id) is not None


def test_expired_sessions_can_be_swept(store: SessionStore, clock: Clock) -> None:
    """Those that are still good stay."""
    old = store.create("ada", {})
    clock(store.lifetime)
    new = store.create("ada", {})
    store.delete_expired()
    clock(-store.lifetime)
    assert store.load(old.id) is None
    assert store.load(new.id) is not None


def test_stores_sweep_themselves(store: SessionStore, clock: Clock) -> None:
    """Now and then, when a session begins."""
    old = store.create("ada", {})
    clock(store.lifetime)
    store.create("ada", {})
    store.sweeping = Interval(0)
    clock(1)
    store.create("ada", {})
    clock(-store.lifetime - 1)
    assert store.load(old.id) is None


def test_a_user_may_see_where_he_is_logged_in(store: SessionStore, clock: Clock) -> None:
    """What each session holds and its times, the one used last first; no id that would open one."""
    old = store.create("ada", {"browser": "Firefox"})
    clock(DAY)
    new = store.create("ada", {})
    store.create("eve", {})
    shown = store.list_of("ada")
    assert [login.key for login in shown] == [new.key, old.key]
    assert shown[1].data == {"browser": "Firefox"}
    assert (shown[1].created_at, shown[1].renewed_at) == (old.created_at, old.renewed_at)
    assert store.load(shown[0].key) is None
    store.renew(old)
    assert [login.key for login in store.list_of("ada")] == [old.key, new.key]


def test_sessions_whose_time_is_over_are_not_shown(store: SessionStore, clock: Clock) -> None:
    """They are none any more, swept or not."""
    store.create("ada", {})
    clock(store.lifetime)
    assert store.list_of("ada") == []


def test_one_session_can_be_ended_by_its_key(store: SessionStore) -> None:
    """Only by the user whose it is; twice is no error."""
    hers = store.create(7, {})
    assert store.delete_key(8, hers.key) is False
    assert store.load(hers.id) is not None
    assert store.delete_key(7, hers.key) is True
    assert store.load(hers.id) is None
    assert store.delete_key(7, hers.key) is False


def test_all_other_sessions_can_be_ended(store: SessionStore) -> None:
    """This one stays, and so do those of other users."""
    here, there, his = store.create(7, {}), store.create(7, {}), store.create(8, {})
    assert store.delete_others(here) == 1
    assert store.load(there.id) is None
    assert store.load(here.id) is not None
    assert store.load(his.id) is not None


# -- handlers ----------------------------------------------------------------------------------


def test_a_login_lasts_over_requests() -> None:
    """start_session() sends a cookie, and the next request has the session."""
    store = MemorySessionStore()
    login = visit(store)
    login.start_session("ada", theme="dark")
    again = visit(store, sent_cookies(login.render(200)))
    assert again.session.user_id == "ada"
    assert again.session.data == {"theme": "dark"}


def test_pages_that_know_the_visitor_are_not_for_shared_caches() -> None:
    """Also when there was no session: the next visitor may have one."""
    handler = visit(MemorySessionStore())
    assert "Cache-Control" not in handler.render(200)["headers"]
    assert handler.session is None
    assert handler.render(200)["headers"]["Cache-Control"] == "private, no-store"


def test_the_session_cookie_is_protected() -> None:
    """HttpOnly, SameSite=Lax, whole site, limited age; the id is signed."""
    store = MemorySessionStore()
    login = visit(store)
    session = login.start_session("ada")
    (line,) = set_cookies(login.render(200))
    attributes = set(line.split("; "))
    assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={store.idle}"} <= attributes
    assert session.id not in line


def test_strangers_have_no_session() -> None:
    """No cookie, a forged one, or one that means something else."""
    store = MemorySessionStore()
    session = store.create("ada", {})
    for value in (None, session.id, signed("session", session.id, "x"), signed("session", 5)):
        cookies = {"session": value} if value else None
        assert visit(store, cookies).session is None


def test_a_login_changes_the_id() -> None:
    """Whatever the browser held before is worth nothing afterwards (CWE-384)."""
    store = MemorySessionStore()
    old = store.create("eve", {})
    login = visit(store, {"session": signed("session", old.id)})
    new = login.start_session("ada")
    assert new.id != old.id
    assert store.load(old.id) is None
    assert login.session is new
    assert login.session_id == new.id


def test_logout_ends_the_session_and_the_cookie() -> None:
    """On the server first: a copied cookie is dead, too."""
    store = MemorySessionStore()
    session = store.create("ada", {})
    cookies = {"session": signed("session", session.id)}
    logout = visit(store, cookies)
    logout.end_session()
    assert logout.session is None
    assert logout.session_id is None
    assert sent_cookies(logout.render(200)) == {"session": ""}
    assert visit(store, cookies).session is None


def test_logout_without_a_session_is_fine() -> None:
    """A second click does nothing."""
    handler = visit(MemorySessionStore())
    handler.end_session()
    handler.save_session()
    assert set_cookies(handler.render(200)) == []


def test_a_user_can_be_logged_out_everywhere() -> None:
    """This browser included if it is his; other users stay."""
    store = MemorySessionStore()
    here, there, other = (store.create(user, {}) for user in ("ada", "ada", "eve"))
    handler = visit(store, {"session": signed("session", here.id)})
    handler.end_sessions_of("eve")
    assert handler.session is not None
    assert store.load(other.id) is None
    handler.end_sessions_of("ada")
    assert handler.session is None
    assert store.load(there.id) is None
    assert sent_cookies(handler.render(200)) == {"session": ""}


def test_sessions_end_when_idle(clock: Clock) -> None:
    """A cookie opens nothing after `idle` seconds without a request."""
    store = MemorySessionStore()
    cookies = {"session": signed("session", store.create("ada", {}).id)}
    clock(store.idle)
    assert visit(store, cookies).session
    clock(1)
    assert visit(store, cookies).session is None


def test_use_sends_the_cookie_anew(clock: Clock) -> None:
    """Once it has aged a twentieth of the idle time: the browser's copy is what idles."""
    store = MemorySessionStore()
    cookies = {"session": signed("session", store.create("ada", {}).id)}
    clock(store.idle / 20)
    fresh = visit(store, cookies)
    assert fresh.session
    assert set_cookies(fresh.render(200)) == []
    clock(1)
    aged = visit(store, cookies)
    assert aged.session
    assert sent_cookies(aged.render(200)).keys() == {"session"}


def test_reading_prolongs_a_session_up_to_its_lifetime(clock: Clock) -> None:
    """Who comes every day stays logged in, but never beyond `lifetime`."""
    store = MemorySessionStore()
    cookies = {"session": signed("session", store.create("ada", {}).id)}
    alive_for = 0
    while (page := visit(store, cookies)).session:
        cookies |= sent_cookies(page.render(200))
        clock(DAY)
        alive_for += DAY
    assert alive_for == store.lifetime


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_leaves_the_store_as_it_was(method: str, store: SessionStore, clock: Clock) -> None:
    """A session of any age, ended ones too, is neither prolonged nor removed (RFC 9110, 9.2.1)."""
    session = store.create("ada", {})
    before = store._find(session.key)
    for age in (0, DAY, store.idle, store.lifetime):
        clock(age)
        visit(store, {"session": signed("session", session.id)}, method).session  # noqa: B018  asking is the point
    assert store._find(session.key) == before


def test_what_may_change_something_is_noted(clock: Clock) -> None:
    """So the list of sessions can show when each was used last."""
    store = MemorySessionStore()
    session = store.create("ada", {})
    clock(DAY)
    assert visit(store, {"session": signed("session", session.id)}, "POST").session
    (login,) = store.list_of("ada")
    assert login.renewed_at == session.created_at + DAY * 1000


def test_changed_data_can_be_saved() -> None:
    """save_session() stores session.data."""
    store = MemorySessionStore()
    session = store.create("ada", {})
    handler = visit(store, {"session": signed("session", session.id)})
    handler.session.data["n"] = 1
    handler.save_session()
    loaded = store.load(session.id)
    assert loaded is not None
    assert loaded.data == {"n": 1}


def test_the_current_user_follows_the_session() -> None:
    """What was cached before login and logout is forgotten."""

    class Known(WebMessageHandler, UserHandlingMixin, SessionHandlingMixin):
        def get_current_user(self) -> Any:
            return self.session and self.session.user_id

    handler = Known(make_application(sessions=MemorySessionStore()), make_request())
    assert handler.current_user is None
    handler.start_session("ada")
    assert handler.current_user == "ada"
    handler.end_session()
    assert handler.current_user is None


def test_csrf_tokens_are_bound_to_the_session() -> None:
    """A token from before the login does not work after it."""
    store = MemorySessionStore()
    application = make_application(sessions=store, csrf=True)
    before = Visit(application, make_request())
    token = before.csrf_token
    before.start_session("ada")
    cookies = sent_cookies(before.render(200))
    after = Visit(application, make_request("POST", cookies=cookies, body=f"csrf_token={token}"))
    assert after.has_csrf_token() is False
    fresh = Visit(application, make_request(cookies=cookies)).csrf_token
    after = Visit(application, make_request("POST", cookies=cookies, body=f"csrf_token={fresh}"))
    assert after.has_csrf_token() is True


def test_missing_configuration_is_named() -> None:
    """The messages end with the next action."""
    with pytest.raises(RuntimeError, match="sessions="):
        visit(None).start_session("ada")
    handler = Visit(make_application(cookie_secret=None), make_request())
    with pytest.raises(RuntimeError, match="cookie_secret="):
        _ = handler.session
