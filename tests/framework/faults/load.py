"""Clients that check every answer: `load.py PORT CLOSED OPEN PATH`, until the input is closed.

CLOSED of them keep their connection and ask as soon as they have an answer; OPEN of them come again
and again with new connections, whether others are waiting or not. Prints what they saw as JSON.
"""

import http.client
import json
import random
import sys
import threading
import time
from collections import Counter

PATIENCE = 20.0  # seconds without an answer that count as none


class Crowd:
    """All clients together, and what they saw."""

    def __init__(self, port: int, path: str) -> None:
        self.port = port
        self.path = path
        self.is_over = False
        self.seen: Counter[str] = Counter()
        self.lock = threading.Lock()

    def note(self, what: str) -> None:
        with self.lock:
            self.seen[what] += 1

    def ask(self, connection: http.client.HTTPConnection, word: str) -> None:
        """Send one request and note what comes back."""
        try:
            connection.request("GET", f"/{self.path}/{word}")
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.note(type(error).__name__)
            connection.close()
            return
        is_right = answer.status == 200 and json.loads(body) == word
        self.note("right" if is_right else f"{answer.status}")

    def keep_asking(self, name: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        number = 0
        while not self.is_over:
            number += 1
            self.ask(connection, f"{name}-{number}")
        connection.close()

    def keep_coming(self, name: str) -> None:
        number = 0
        while not self.is_over:
            number += 1
            time.sleep(random.expovariate(20))
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            self.ask(connection, f"{name}-{number}")
            connection.close()


def main() -> None:
    port, closed, opened, path = sys.argv[1:]
    crowd = Crowd(int(port), path)
    threads = [
        threading.Thread(target=work, args=[f"{work.__name__[5:]}{number}".replace("_", "-")])
        for work, count in ((crowd.keep_asking, closed), (crowd.keep_coming, opened))
        for number in range(int(count))
    ]
    for thread in threads:
        thread.start()
    print("started", flush=True)  # noqa: T201  read by tests
    sys.stdin.read()
    crowd.is_over = True
    for thread in threads:
        thread.join()
    print(json.dumps(crowd.seen), flush=True)  # noqa: T201  read by tests


if __name__ == "__main__":
    main()
