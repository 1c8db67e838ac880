"""Every route of every application: other sites, other people, and questions that change nothing."""

import itertools
from typing import Any

import pytest
from attacks.tables import every_row, every_site, secret_rows
from attacks.world_redis import RedisWorld
from attacks.worlds import Row, Visitor, World, asked_for, text_of
from brubeck.testing import TestResponse

pytestmark = pytest.mark.timeout(600)  # machines may be busy


SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
BODIES = ("form", "json")
WAYS = (*((method, "") for method in SAFE), *itertools.product(UNSAFE, BODIES))
# Answered without a token: who is in already is led on, and Listsurf's original API only ever reads.
HARMLESS = {"/login", "/create", "/api"}
Worlds = dict[str, World]


@every_site
def test_every_route_has_a_row(site: str, worlds: Worlds) -> None:
    """A route that nobody has thought about is found here."""
    assert worlds[site].routes_of_rows() == worlds[site].routes()


@every_row
def test_no_other_site_makes_a_browser_change_anything(site: str, row: Row, worlds: Worlds) -> None:
    """Her browser is sent there without a token, and with somebody else's (CWE-352, ASVS 3.5.1)."""
    world = worlds[site]
    browser, foreign = world.lasting_owner, world.foreign_token
    before = world.dump()
    for token, method, body in itertools.product((None, foreign), UNSAFE, BODIES):
        headers = {
            "origin": browser.client(row).origin
        }  # browsers say so; nothing but the token is wrong
        if token is not None:
            headers["x-csrf-token"] = token
        sent = {body: dict(world.form(row)), "headers": headers}
        status = asked(world, browser, row, method, is_own=True, **sent).status_code
        assert status in range(400, 500) or row.path in HARMLESS, method
    assert world.dump() == before


@every_row
def test_nobody_sees_or_changes_what_is_private_to_somebody_else(
    site: str, row: Row, worlds: Worlds
) -> None:
    """With every method, as everybody else there is (CWE-639, ASVS 8.2.2)."""
    world = worlds[site]
    others = world.others()
    before = world.hers()
    for (who, visitor), (method, body) in itertools.product(others.items(), WAYS):
        sent: dict[str, Any] = {body: dict(world.form(row))} if body else {}
        if body and row.program == "web":
            sent["headers"] = {"x-csrf-token": visitor.form_token}
        answer = asked(world, visitor, row, method, **sent)
        assert answer.status_code < 500, (who, method)
        told = f"{text_of(answer)} {answer.headers}".replace(asked_for(world.address(row)), "")
        assert world.secret not in told, (who, method)
    assert set(before.items()) ^ set(world.hers().items()) == set()


@secret_rows
def test_the_tables_lead_to_secrets(site: str, row: Row, worlds: Worlds) -> None:
    """The control: at these addresses she herself finds what nobody else may find."""
    world = worlds[site]
    found = [
        text_of(asked(world, reader, row, "GET", is_own=True))
        for reader in world.readers().values()
    ]
    assert any(world.secret in text for text in found)


@every_site
def test_a_change_would_be_seen(site: str, worlds: Worlds) -> None:
    """The control: what the tests compare differs once somebody new comes."""
    world = worlds[site]
    before = world.dump()
    world.others()
    assert world.dump() != before


@every_row
def test_questions_change_nothing(site: str, row: Row, worlds: Worlds) -> None:
    """Whoever reads, and how: both stores are what they were (RFC 9110, 9.2.1; CWE-650).

    Left out is what counts questions, and who is in a chat: the next test compares that.
    """
    world = worlds[site]
    own, others = world.lasting_readers, world.lasting_others
    before = world.dump()
    for (who, visitor), method in itertools.product((own | others).items(), SAFE):
        status = asked(world, visitor, row, method, is_own=who in own).status_code
        assert status < 500, (who, method)
    assert world.dump() == before


@pytest.mark.parametrize("site", ["nojs", "spotichat"])
def test_who_opens_a_room_is_in_it_and_nothing_else_is_changed(site: str, worlds: Worlds) -> None:
    """A stranger who reads is nowhere; who has a name comes into rooms himself, and brings nobody (CWE-650)."""
    world = worlds[site]
    assert isinstance(world, RedisWorld)
    for who, visitor in world.others().items():
        before = world.visible()
        for row, method in itertools.product(world.rows, SAFE):
            asked(world, visitor, row, method)
        come = {name for _, name in world.visible() - before}
        assert len(come) <= (who != "a stranger"), who


def asked(
    world: World, visitor: Visitor, row: Row, method: str, *, is_own: bool = False, **sent: Any
) -> TestResponse:
    """Return what a visitor gets; streams are not waited for."""
    answer = visitor.client(row).request(method, world.address(row, is_own=is_own), **sent)
    answer.close()
    return answer
