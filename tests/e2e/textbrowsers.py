"""Browsers for terminals, each in a terminal of its own, as somebody sits before them."""

import os
import pty
import shutil
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte
from gevent import sleep

PATIENCE = 30.0  # seconds until something must be on the screen
SIZE = (24, 110)
DOWN = "\x1b[B"


class Screen(pyte.Screen):
    """A terminal that takes no offence at what xterm alone understands."""

    def set_margins(self, *margins: int, **_private: bool) -> None:
        """Set the part that scrolls; xterm has another meaning for a private form of this."""
        super().set_margins(*margins)


class TextBrowser:
    """One browser with a page open. `page_is_there` is a text that is on it."""

    command: tuple[str, ...]
    field_keys = "{}"  # what fills the first field of a page
    press_keys = DOWN + "\r"  # what presses the button behind it

    def __init__(self, home: Path, url: str, page_is_there: str) -> None:
        assert shutil.which(self.command[0]), f"Install {self.command[0]} with apt-get."
        self._terminal, terminal_of_program = pty.openpty()
        termios.tcsetwinsize(self._terminal, SIZE)
        os.set_blocking(self._terminal, False)
        # The program has to own the terminal; forking here is left to subprocess.
        self._program = subprocess.Popen(
            ["setsid", "--ctty", *self.command, url],
            stdin=terminal_of_program, stdout=terminal_of_program, stderr=terminal_of_program,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8"},
        )  # fmt: skip
        os.close(terminal_of_program)
        self._screen = Screen(*reversed(SIZE))
        self._stream = pyte.ByteStream(self._screen)
        self.starts()
        self.waits_for(page_is_there)

    def starts(self) -> None:
        """Do what is to be done before the page is there."""

    @property
    def screen(self) -> str:
        """What can be read."""
        return "\n".join(self._screen.display)

    def waits_for(self, text: str) -> None:
        """Wait until a text can be read."""
        self.waits_until(lambda: text in self.screen, text)

    def waits_until(self, condition: Callable[[], object], what: str) -> None:
        """Look at the screen until a condition holds."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not come:\n{self.screen}"
            try:
                self._stream.feed(os.read(self._terminal, 65536))
            except BlockingIOError:
                sleep(0.05)

    def sends(self, text: str) -> None:
        """Fill the first field of the page, and press the button behind it."""
        self.presses(self.field_keys.format(text))
        self.waits_for(text)
        self.presses(self.press_keys)

    def presses(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def goes_away(self) -> None:
        """Close the terminal."""
        self._program.kill()
        self._program.wait()
        os.close(self._terminal)


class Lynx(TextBrowser):
    """Takes what is typed into the field where the cursor is; asks HTTP/1.0."""

    command = ("lynx", "-accept_all_cookies")


class LynxWithoutCookies(TextBrowser):
    """Refuses cookies."""

    command = ("lynx", "-cookies")  # the option turns them off


class W3m(TextBrowser):
    """Has a line of its own to type in."""

    command = ("w3m", "-cookie")
    field_keys = "\t\r{}\r"
    press_keys = "\t\r"


class Links(TextBrowser):
    """Welcomes those who come for the first time."""

    command = ("links",)

    def starts(self) -> None:
        """Close the window that says hello."""
        self.waits_for("Welcome to")
        self.presses("\r")
        self.waits_until(lambda: "Welcome to" not in self.screen, "the page")


class Elinks(Links):
    """Set so that a field is filled as soon as the cursor is on it."""

    command = (
        *("elinks", "-no-connect", "-eval", "set document.browse.forms.insert_mode = 0"),
        *("-eval", "set document.browse.forms.confirm_submit = 0"),
    )


class RefreshingW3m(W3m):
    """Follows META refresh, which w3m does when it is told to."""

    command = ("w3m", "-cookie", "-o", "meta_refresh=1")


class RefreshingLinks(Links):
    """Follows META refresh, which links does when it is told to."""

    command = ("links", "-html-auto-refresh", "1")


# Those in which a page comes anew without a key being pressed.
REFRESHING = {"w3m": RefreshingW3m, "links": RefreshingLinks, "elinks": Elinks}
ALL = {"lynx": Lynx, "w3m": W3m, "links": Links, "elinks": Elinks}
