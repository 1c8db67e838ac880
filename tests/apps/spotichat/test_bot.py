"""The example of a bot does what the wire format says it can."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from apps.spotichat.clients import Client
from apps.spotichat.people import ROOM
from e2e.spotichatserver import SpotiChatServer, running
from framework.conformance.servers import ROOT, Process, eventually

pytestmark = pytest.mark.e2e

BOT = ROOT / "apps" / "spotichat" / "examples" / "bot.py"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SpotiChatServer]:
    """Give one process; the address has numbers, because not every system knows names below localhost."""
    with running(tmp_path, processes=1, SPOTICHAT_OTHER_HOSTS="127.0.0.1") as started:
        yield started


def test_the_bot_answers_whoever_calls_it(server: SpotiChatServer, tmp_path: Path) -> None:
    """It has a name, is in the room as long as it runs, and hears what is said there."""
    port = server.processes[0].port
    site, room = f"http://127.0.0.1:{port}", ROOM.rpartition("/")[2]
    bot = Process([sys.executable, str(BOT), site, room], tmp_path, "bot")
    try:
        ada = Client([port], 0, "Ada")
        eventually(lambda: names(ada) == ["Echo"], "that the bot is there:\n" + bot.text())
        ada.insist("POST", f"{ROOM}/messages", {"text": "Hello @Echo!"})
        eventually(lambda: "I hear you, Ada." in texts(ada), "an answer of the bot")
    finally:
        bot.end()


def names(client: Client) -> list[str]:
    """Return who is in the room."""
    return [each["nickname"] for each in client.insist("GET", ROOM)["people"]]


def texts(client: Client) -> list[str]:
    """Return what was said in the room."""
    return [each["text"] for each in client.insist("GET", f"{ROOM}/messages")["messages"]]
