"""People in front of SpotiChat's pages, with a browser that runs no scripts."""

import html
import re

from apps.spotichat.people import HOST
from brubeck.testing import TestClient, TestResponse
from spotichat.app import SpotiChat
from spotichat.catalogue import SONGS

SONG = next(iter(SONGS))
PAGE = f"/t/{SONG}"
TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


class Visitor:
    """Somebody with a browser; without a name a stranger."""

    def __init__(self, app: SpotiChat, name: str = "") -> None:
        self.app = app
        self.browser = TestClient(app, host=HOST)
        if name:
            answer = self.sends("/enter", at="/", song=SONG, nickname=name)
            assert answer.status_code == 303, answer.text

    def get(self, path: str, **options: object) -> TestResponse:
        """Open a page."""
        return self.browser.get(path, **options)

    def sends(self, path: str, at: str = "", **form: str) -> TestResponse:
        """Send a form; `at` is the page on which it is found."""
        found = TOKEN.search(self.get(at or path).text)
        token = {"csrf_token": found[1]} if found else {}
        return self.browser.post(path, form={**token, **form})

    def says(self, text: str, page: str = PAGE) -> TestResponse:
        """Say something by the form of a room."""
        return self.sends(f"{page}/say", at=page, text=text)

    def reads(self, path: str = PAGE) -> str:
        """Return what a page says, as text."""
        return html.unescape(self.get(path, follow=True).text)
