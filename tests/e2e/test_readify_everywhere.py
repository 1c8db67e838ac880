"""Readify under each coroutine library and through each transport."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.articlesite import article_site
from e2e.programs import asks_with_curl
from e2e.readifypeople import Reader
from e2e.sites import LocalStack
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = [pytest.mark.e2e, pytest.mark.local, pytest.mark.timeout(300)]

COMBINATIONS = [
    (transport, library) for transport in ("mongrel2", "wsgi") for library in ("gevent", "eventlet")
]
ALLOWED = {"READIFY_FETCH_ALLOWED": "127.0.0.1"}


@pytest.fixture
def scripted(browser: Browser) -> Iterator[BrowserContext]:
    """Give one browser profile, with JavaScript."""
    opened = browser.new_context()
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def readify(folder: Path, **options: str) -> LocalStack:
    """Return Readify alone, as the launcher starts it."""
    return LocalStack(folder, applications=("readify",), environment=ALLOWED, **options)


@pytest.mark.parametrize(("transport", "concurrency"), COMBINATIONS)
def test_all_three_programs_work_together_and_start_again(
    transport: str, concurrency: str, tmp_path: Path, scripted: BrowserContext
) -> None:
    """Save, have it fetched, read, show a picture, ask the API; Ctrl-C, start: all is there."""
    stack = readify(tmp_path, transport=transport, concurrency=concurrency)
    with stack, article_site() as elsewhere:
        grace = Reader(scripted.new_page(), stack.address("readify"), name="grace")
        grace.signs_up()
        grace.saves(f"{elsewhere}/kept", "Kept over night", is_public=True)
        grace.waits_for_the_text_of("Kept over night")
        shows_a_picture(grace, tmp_path / "me.png")
        token = grace.makes_a_token("A program")
        answer = asks_with_curl(f"{stack.address('readify_api')}/links/", token)
        assert [link["title"] for link in answer["data"]] == ["Kept over night"]
    with stack:
        grace.goes_to("/")
        grace.reads("Kept over night")
        answer = asks_with_curl(f"{stack.address('readify_api')}/profile", token)
        assert answer["username"] == "grace"
    assert stack.exit_code == 0


def shows_a_picture(reader: Reader, path: Path) -> None:
    """Upload a picture as large as those of phones are, and see it on the profile."""
    Image.effect_noise((1200, 1200), 80).save(path)
    assert path.stat().st_size > 2**20, "larger than what Mongrel2 keeps in memory"
    reader.goes_to("/settings")
    reader.page.get_by_label("Choose a picture").set_input_files(path)
    reader.page.get_by_role("button", name="Save my profile").click()
    reader.page.wait_for_url(f"{reader.site}/u/{reader.name}")
    picture = reader.page.locator("img.avatar")
    expect(picture).to_have_js_property("naturalWidth", 256)
