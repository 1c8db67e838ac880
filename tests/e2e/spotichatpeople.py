"""Somebody who uses SpotiChat in a browser, so that tests read like the story that they check."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from spotichat.catalogue import SONGS

SONG, OTHER_SONG = list(SONGS)[:2]
PATIENCE = 20_000  # milliseconds
NUMBERED = re.compile(r"^m\d+$")  # the id of a line that the server has counted


def new_song() -> str:
    """Return the id of a song in whose room nobody ever was."""
    return f"test{secrets.token_hex(9)}"


class Listener:
    """A person with a browser profile of his own, and at first one tab."""

    def __init__(self, browser: Browser, site: str, name: str, **options: Any) -> None:
        self.site = site
        self.name = name
        self.context: BrowserContext = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: Any) -> None:
        # Requests that fail while the network or Redis is away are what tests ask for.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    # -- going somewhere -----------------------------------------------------------------------

    def enters(self, song: str = SONG) -> None:
        """Go to the room of a song, and take the name there if need be."""
        self.page.goto(f"{self.site}/t/{song}")
        join = self.page.get_by_role("button", name="Join the room")
        if join.count():
            self.page.get_by_label("Your nickname").fill(self.name)
            join.click()
        self.is_online()

    def is_online(self) -> None:
        """Wait until messages come by themselves."""
        expect(self.page.locator('html[data-state="online"]')).to_be_attached(timeout=PATIENCE)

    def loses_the_network(self) -> None:
        """Pull the plug."""
        self.context.set_offline(True)

    def finds_the_network(self) -> None:
        """Put it in again."""
        self.context.set_offline(False)

    # -- talking -------------------------------------------------------------------------------

    @property
    def field(self) -> Locator:
        """The field for a message."""
        return self.page.get_by_role("textbox", name="Message")

    def says(self, text: str) -> None:
        """Type a message and press Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def line(self, text: str) -> Locator:
        """Return the line in which a text is said."""
        return self.page.locator(".line:not(.line-system)").filter(has_text=text)

    def reads(self, text: str) -> None:
        """Wait until a text has come from the server, and see that it came once."""
        expect(self.line(text)).to_have_count(1, timeout=PATIENCE)
        expect(self.line(text)).to_have_id(NUMBERED, timeout=PATIENCE)

    def is_told(self, text: str) -> None:
        """Wait until a line of the room itself says something."""
        expect(self.page.locator(".line-system").filter(has_text=text).first).to_be_visible(
            timeout=PATIENCE
        )

    def is_warned(self, text: str) -> None:
        """Wait until the page itself says something."""
        expect(self.page.locator("#notice")).to_contain_text(text, timeout=PATIENCE)

    def has_read(self) -> list[str]:
        """Return all texts that people have said, in the order of the page."""
        return self.page.locator(".line:not(.line-system) .text").all_inner_texts()

    def sees_people(self, *names: str) -> None:
        """Wait until exactly these are shown as present."""
        box = self.page.locator("#people-count")
        expect(box).to_have_text(str(len(names)), timeout=PATIENCE)
        people = self.page.locator("#people bdi")
        expect(people).to_have_text(list(names), timeout=PATIENCE, use_inner_text=False)

    def looks_away(self) -> None:
        """Have another window in front: headless tabs are never hidden by themselves."""
        self._hide("true")

    def looks_back(self) -> None:
        """Look at the page again."""
        self._hide("false")

    def _hide(self, hidden: str) -> None:
        self.page.evaluate(
            f"Object.defineProperty(document, 'hidden', {{configurable: true, get: () => {hidden}}});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )

    def opens_person(self, name: str) -> Locator:
        """Click on somebody's name beside the messages; return the dialog."""
        self.page.locator("#people").get_by_role("button", name=name).click()
        return self.page.get_by_role("dialog", name=name)

    def goes(self) -> None:
        """Close the browser."""
        self.context.close()


Opener = Callable[..., Listener]
