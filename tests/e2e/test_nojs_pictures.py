"""What no.js looks like, on large and small screens, in light and dark; `make pictures` keeps one."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from e2e.nojsserver import NoJsServer, running
from framework.conformance.servers import eventually
from playwright.sync_api import Browser, Error, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.local]

PICTURES = Path("build/pictures")
SIZES = {"desktop": {"width": 1280, "height": 720}, "phone": {"width": 375, "height": 720}}
NAMES = {  # who looks at the picture
    ("desktop", "light"): "Edsger",
    ("desktop", "dark"): "Barbara",
    ("phone", "light"): "Linda",
    ("phone", "dark"): "Kurt",
}
TALK = [
    ("Ada", "Is this thing alive?"),
    ("Grace", "It is. And there is no script in it."),
    ("Ada", "How does it know that you have said something?"),
    ("Grace", "Your browser has asked for news, and the server takes its time with the answer."),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NoJsServer]:
    """Give a site in which two people have talked."""
    with running(tmp_path_factory.mktemp("nojs"), "wsgi") as started:
        for name, text in TALK:
            home = "/k/" + f"{name:x<22}"
            started.post(f"{home}/name", name=name)
            started.post(f"{home}/r/Take%20Five/say", text=text)
        yield started


def told(page: Page, command: str) -> dict[str, Any]:
    """Return what the browser says to a command, which fails while the page makes way for the next."""
    answers: list[dict[str, Any]] = []

    def is_told() -> bool:
        with suppress(Error):
            answers.append(page.context.new_cdp_session(page).send(command))
        return bool(answers)

    eventually(is_told, f"an answer to {command}")
    return answers[0]


def wide(page: Page) -> float:
    """Return how wide the content of a page is; asked so, a page that waits answers as well."""
    return float(told(page, "Page.getLayoutMetrics")["cssContentSize"]["width"])


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page, which does not wait for the next one any more."""
    told(page, "Page.stopLoading")
    data = told(page, "Page.captureScreenshot")["data"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{name}.png").write_bytes(b64decode(data))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_face_fits_the_screen(
    browser: Browser, server: NoJsServer, size: str, scheme: str
) -> None:
    """No page is wider than the screen that shows it."""
    context = browser.new_context(
        viewport=SIZES[size], color_scheme=scheme, java_script_enabled=False  # type: ignore[arg-type]
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{server.site}/lobby")
    page.get_by_label("Your name").fill(NAMES[size, scheme])
    page.get_by_role("button", name="Take this name").click()
    for path in ("lobby", "me", "settings", "trick", "r/Take%20Five/still"):
        page.goto(f"{server.site}/{path}")
        assert wide(page) <= SIZES[size]["width"], path
    page.route("**/page?v=*", lambda route: route.abort())  # it stays as it is
    page.goto(f"{server.site}/r/Take%20Five/page", wait_until="commit")
    eventually(lambda: wide(page) == SIZES[size]["width"], "a page that fits")
    picture(page, f"nojs-page-{size}-{scheme}")
    page.goto(f"{server.site}/r/Take%20Five", wait_until="commit")
    expect(page.frame_locator("frame[name=messages]").get_by_text(TALK[-1][1])).to_be_visible()
    expect(page.frame_locator("frame[name=side]").get_by_text("Here now")).to_be_visible()
    expect(
        page.frame_locator("frame[name=say]").get_by_role("button", name="Send")
    ).to_be_in_viewport()
    picture(page, f"nojs-{size}-{scheme}")
    context.close()
