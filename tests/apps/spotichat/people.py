"""People who use SpotiChat's wire, so that tests read like the story that they check."""

import json
from collections.abc import Iterator
from typing import Any

from brubeck.concurrency import current
from brubeck.testing import TestClient, TestResponse
from brubeck.websockets.testing import TestWebSocket
from framework.conformance.servers import eventually
from spotichat.app import SpotiChat

HOST = "spotichat.localhost:6767"
SONG = "0123456789abcdefABCDEF"
ROOM = f"/api/rooms/track:{SONG}"


class Person:
    """Somebody with a program; without a name a stranger."""

    def __init__(self, app: SpotiChat, name: str = "") -> None:
        self.app = app
        self.secret = ""
        self.id = ""
        self.client = TestClient(app, host=HOST)
        if name:
            answer = self.client.post("/api/people", json={"nickname": name})
            assert answer.status_code == 201, answer.text
            self.secret, self.id = answer.json()["secret"], answer.json()["person"]
            self.client = TestClient(app, HOST, headers={"authorization": f"Bearer {self.secret}"})

    def get(self, path: str, **query: object) -> TestResponse:
        """Ask."""
        return self.client.get(path, query=query)

    def post(self, path: str, document: object = None, **headers: str) -> TestResponse:
        """Send JSON."""
        return self.client.post(path, json=document or {}, headers=headers)

    def put(self, path: str, document: object) -> TestResponse:
        """Send JSON that replaces something."""
        return self.client.request("PUT", path, json=document)

    def delete(self, path: str) -> TestResponse:
        """Take something away."""
        return self.client.request("DELETE", path)

    def says(self, text: str, key: str = "", room: str = ROOM) -> int:
        """Say something; return its number."""
        answer = self.post(f"{room}/messages", {"text": text, "key": key})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["seq"])

    def enters(self, tab: str = "tab", room: str = ROOM, **more: object) -> TestResponse:
        """Give a sign of life."""
        return self.post(f"{room}/here", {"tab": tab, **more})

    def leaves(self, tab: str = "", room: str = ROOM) -> TestResponse:
        """Leave with one tab, or with all."""
        return self.delete(f"{room}/here?tab={tab}")

    def reads(self, room: str = ROOM, **query: object) -> dict[str, Any]:
        """Return a batch."""
        answer = self.get(f"{room}/messages", **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def lines(self, room: str = ROOM) -> list[str]:
        """Return what there is to read."""
        return [message["text"] for message in self.reads(room)["messages"]]

    def sees(self, room: str = ROOM) -> list[str]:
        """Return the names of those who are in a room."""
        return [each["nickname"] for each in self.get(room).json()["people"]]

    def polls(self, room: str = ROOM, **query: object) -> "Poll":
        """Wait for news in the background."""
        return Poll(self, room, query)

    def socket(self, room: str = ROOM, query: str = "") -> TestWebSocket:
        """Open a WebSocket."""
        return self.client.websocket(f"{room}/socket{query}")


def until_heard(
    app: SpotiChat, speaker: Person, room: str = f"/api/rooms/track:{'9' * 22}"
) -> None:
    """Wait until a process has heard of all that was said: something said later has come there."""
    waiting = len(app.parking)
    poll = speaker.polls(room, after=speaker.says("now", room=room))
    eventually(lambda: len(app.parking) == waiting + 1, "that somebody waits in another room")
    speaker.says("then", room=room)
    eventually(lambda: poll.has_come, "what was said there")


class Poll:
    """A request that waits."""

    def __init__(self, person: Person, room: str, query: dict[str, object]) -> None:
        self.batch: dict[str, Any] = {}
        self._task = current().spawn(self._fetch, person, room, query)

    def _fetch(self, person: Person, room: str, query: dict[str, object]) -> None:
        self.batch = person.reads(room, wait=25, **query)

    @property
    def has_come(self) -> bool:
        """Whether the answer is there."""
        return bool(self.batch)

    @property
    def texts(self) -> list[str]:
        """What the messages of the answer say."""
        return texts(self.batch)


def texts(batch: dict[str, Any]) -> list[str]:
    """Return what the messages of a batch say."""
    return [message["text"] for message in batch["messages"]]


def events(answer: TestResponse) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Yield ids and batches of an event stream as they come."""
    for piece in answer:
        for block in piece.decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "data" in fields:
                yield int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])
