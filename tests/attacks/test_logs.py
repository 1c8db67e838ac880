"""Secrets and passwords are never in logs: a story with known ones, then a look at all of them."""

import json
import re
from urllib.parse import urlencode

import pytest
from attacks.browser import FORM, Browser
from attacks.target import Target

pytestmark = pytest.mark.timeout(600)  # machines may be busy


PASSWORD = "a p4ssword that nobody may read"
WRONG = "a wr0ng one that was typed by mistake"
NEW = "the n3xt password, as secret as the first"
KEY = "k3yOfSomebodyInAnAdd_r"
GUESS = "a gu3ssed key of an operator"


def test_no_secret_is_in_any_log(target: Target) -> None:
    """Passwords right and wrong, sessions, tokens, keys in addresses, whatever went wrong (CWE-532, ASVS 16.2.5)."""
    secrets = {PASSWORD, WRONG, NEW, KEY, GUESS}
    for site in ("listsurf", "readify"):
        secrets |= story_of_an_account(Browser(target, site), f"logs{target.port}")
    secrets |= story_of_a_key(Browser(target, "nojs")) | story_of_a_program(
        Browser(target, "spotichat")
    )
    for site in ("listsurf", "readify", "nojs", "spotichat"):
        target.settle(site)
    logs = {log.name: log.read_text(errors="replace") for log in target.logs.glob("*.log")}
    assert len(logs) >= 8
    assert [
        (name, secret) for name, text in logs.items() for secret in secrets if secret in text
    ] == []
    assert all(len(secret) > 15 for secret in secrets)


def story_of_an_account(browser: Browser, name: str) -> set[str]:
    """Sign up, fail, log in, make a token, use it in every way; return what was secret."""
    assert browser.sends("/create", username=name, password=PASSWORD)[0] in {302, 303}
    browser.sends("/settings/password", old_password=WRONG, password=NEW)
    browser.sends("/settings/password", old_password=PASSWORD, password=NEW)
    made = browser.sends("/settings/tokens", name="A program")[1]
    found = re.search(r'id="secret"[^>]*>\s*([^<\s]+)', made)
    assert found, made
    browser.ask("GET", f"/api?token={'x' * 3}", Authorization=f"Bearer {found[1]}")
    browser.ask("GET", "/api/links", Authorization=f"Bearer {found[1]}x")
    browser.sends("/login", username=name, password=WRONG)
    broken = json.dumps({"username": name, "password": WRONG}) + "}"
    browser.ask("POST", "/api", broken, **{"Content-Type": "application/json"})
    browser.ask("POST", "/login", f"password={WRONG}%zz", **{"Content-Type": FORM})
    return {found[1], *secret_cookies(browser)}


def secret_cookies(browser: Browser) -> set[str]:
    """Return the values of cookies that are keys to something."""
    return {value for value in browser.cookies.values() if len(value) > 20}


def story_of_a_key(browser: Browser) -> set[str]:
    """Take a name with a key in the address, break something, guess the operator's key."""
    form = {"Content-Type": FORM}
    assert browser.ask("POST", f"/k/{KEY}/name", "name=Logger", **form)[0] == 302
    browser.ask("GET", f"/k/{KEY}/r/den/nothing")
    browser.ask("POST", f"/k/{KEY}/operator", urlencode({"key": GUESS}), **form)
    browser.ask("POST", f"/k/{KEY}/back", urlencode({"key": KEY}), **form)
    browser.sends("/name", at="/lobby", name="Cookie logger")
    return secret_cookies(browser)


def story_of_a_program(browser: Browser) -> set[str]:
    """Become somebody, ask with the secret in every way, make a private room and go there."""
    kind = {"Content-Type": "application/json"}
    status, text = browser.ask("POST", "/api/people", '{"nickname": "Logger"}', **kind)
    assert status == 201
    secret = json.loads(text)["secret"]
    known = {**kind, "Authorization": f"Bearer {secret}"}
    song = json.dumps({"track": "0123456789abcdefABCDEF"})
    room = json.loads(browser.ask("POST", "/api/private", song, **known)[1])["room"]
    browser.ask("GET", f"/t/{room.removeprefix('track:')}")
    browser.ask("GET", f"/api/rooms/{room}/messages", **known)
    browser.ask("POST", f"/api/rooms/{room}/messages", "{broken", **known)
    browser.ask("POST", "/api/operator", json.dumps({"key": GUESS}), **known)
    return {secret, room.partition("~")[2], *secret_cookies(browser)}


def test_the_logs_are_those_that_are_written(target: Target) -> None:
    """The control: what may stand in a log does, so the test above reads the right files."""
    target.settle("listsurf")
    assert "GET /control/" in target.log("listsurf")
