"""Programs that talk and read over real connections, and do not give up: for tests with faults."""

import contextlib
import http.client
import json
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from urllib.parse import quote

import gevent
import websocket
from apps.spotichat.histories import History
from apps.spotichat.people import ROOM

HOST = "spotichat.localhost"
PATIENCE = 4.0  # seconds for an answer; then another process is asked
WAIT = 3  # seconds that a poll is held
PAUSE = 0.1  # seconds between two tries
TROUBLE = (OSError, http.client.HTTPException, websocket.WebSocketException, ValueError)


class Client:
    """Somebody with a name, who asks one process, and the next when that does not answer."""

    def __init__(self, ports: list[int], start: int, name: str) -> None:
        self._ports = cycle(ports[start % len(ports) :] + ports[: start % len(ports)])
        self.port = next(self._ports)
        self.name = name
        self.secret = ""
        self.secret = str(self.insist("POST", "/api/people", {"nickname": name})["secret"])

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request."""
        known = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return {"Host": HOST, "Content-Type": "application/json", **known}

    def insist(self, method: str, path: str, document: object = None) -> dict[str, Any]:
        """Ask until there is an answer that is none of trouble."""
        while True:
            with contextlib.suppress(*TROUBLE):
                return self.ask(method, path, document)
            self.turn_away()

    def ask(self, method: str, path: str, document: object = None) -> dict[str, Any]:
        """Ask once. Raises OSError for no answer, and for one of trouble."""
        with contextlib.closing(self._connection()) as connection:
            body = None if document is None else json.dumps(document)
            connection.request(method, path, body, self.headers)
            return answer_of(connection.getresponse())

    def turn_away(self) -> None:
        """Go to the next process."""
        self.port = next(self._ports)
        gevent.sleep(PAUSE)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)


def answer_of(response: http.client.HTTPResponse) -> dict[str, Any]:
    """Return the JSON of an answer. Raises OSError for trouble that passes."""
    data = response.read()
    if response.status == 429 or response.status >= 500:
        raise OSError(f"{response.status}: {data!r:.200}")
    assert response.status < 300, data
    found: dict[str, Any] = json.loads(data)
    return found


class Talker(Client):
    """Says things; `acknowledged` has the number of each."""

    acknowledged: dict[str, int]

    def talk(self, count: int, pause: float) -> None:
        """Say so many things."""
        self.acknowledged = {}
        for number in range(count):
            text = f"{self.name} says {number}"
            answer = self.insist("POST", f"{ROOM}/messages", {"text": text, "key": str(number)})
            self.acknowledged[text] = answer["seq"]
            gevent.sleep(pause)


class Reader(Talker):
    """Reads everything from the first message on, by one of the three ways."""

    def __init__(self, ports: list[int], start: int, name: str) -> None:
        super().__init__(ports, start, name)
        self.history = History(name)
        self.tab = f"tab of {name}"

    def read_until(self, is_over: Callable[[], bool]) -> None:
        """Read, and come back after each trouble, where the last message was."""
        while not is_over():
            with contextlib.suppress(*TROUBLE):
                for batch in self.batches(self.history.last):
                    self.history.take(batch)
                    if is_over():
                        return
            self.turn_away()

    def batches(self, cursor: int) -> Iterator[dict[str, Any]]:
        """Yield what comes after a message."""
        raise NotImplementedError

    def query(self, cursor: int) -> str:
        """Return where to go on, and by which name."""
        return f"after={cursor}&tab={quote(self.tab)}"


class Poller(Reader):
    """By long polls, one after the other on one connection."""

    def batches(self, cursor: int) -> Iterator[dict[str, Any]]:
        """Yield the answers."""
        with contextlib.closing(self._connection()) as connection:
            while True:
                path = f"{ROOM}/messages?{self.query(cursor)}&wait={WAIT}"
                connection.request("GET", path, headers=self.headers)
                batch = answer_of(connection.getresponse())
                cursor = batch["next"]
                yield batch


class Streamer(Reader):
    """By an event stream."""

    def batches(self, cursor: int) -> Iterator[dict[str, Any]]:
        """Yield the data of the events."""
        with contextlib.closing(self._connection()) as connection:
            connection.request("GET", f"{ROOM}/events?{self.query(cursor)}", headers=self.headers)
            response = connection.getresponse()
            if response.status != 200:
                raise OSError(response.status)
            while line := response.readline():
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])


class Socketeer(Reader):
    """By a WebSocket."""

    def batches(self, cursor: int) -> Iterator[dict[str, Any]]:
        """Yield the frames."""
        address = f"ws://127.0.0.1:{self.port}{ROOM}/socket?{self.query(cursor)}"
        lines = [f"Authorization: Bearer {self.secret}"]
        socket = websocket.create_connection(address, PATIENCE, header=lines, host=HOST, suppress_origin=True)  # fmt: skip
        with contextlib.closing(socket):
            while frame := socket.recv():
                yield json.loads(frame)


WAYS = (Poller, Streamer, Socketeer)
