"""What one hello world costs inside the process, and which step costs how much of it.

    python tests/bench/message.py [rounds]

A message of Mongrel2 goes all the way from its bytes to the bytes of the reply; only the sockets
are missing. Each step is timed alone, too. The steps take turns, so that what else happens on
the machine hits all of them; medians are shown, in microseconds and as ratios to the whole. Steps
indented below another are parts of it.
"""

import logging
import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from timeit import timeit

sys.path[0] = str(Path(__file__).parents[2] / "framework")  # not this folder

from brubeck import wire  # noqa: E402  found by the line above
from brubeck.connections.mongrel2 import Mongrel2Connection  # noqa: E402
from brubeck.request import Request  # noqa: E402
from brubeck.request_handling import Brubeck, WebMessageHandler  # noqa: E402
from brubeck.response import Response  # noqa: E402

MESSAGES = 2_000
ROUNDS = 15
WITH_LOG = "the whole, with access log"
SENDER = "9b1cf6e0-6f2f-4f0e-8a54-0f2f7f0a2c11"
HEADERS = (
    b'{"PATH":"/hello","x-forwarded-for":"127.0.0.1","host":"localhost:6767",'
    b'"METHOD":"GET","VERSION":"HTTP/1.1","URI":"/hello","PATTERN":"/",'
    b'"URL_SCHEME":"http","REMOTE_ADDR":"127.0.0.1"}'
)
MESSAGE = b"%s 17 /hello %d:%s,0:," % (SENDER.encode(), len(HEADERS), HEADERS)

access_log = logging.getLogger("brubeck.access")


class Hello(WebMessageHandler):
    """Greet, as the first program of everybody does."""

    def get(self, name: str = "dude") -> object:
        """Answer with a greeting."""
        self.set_body(f"Take five, {name}!")
        return self.render()


class InProcess(Mongrel2Connection):
    """Mongrel2's connection without sockets: replies are made and let go."""

    def __init__(self) -> None:
        super().__init__("ipc://in", "ipc://out")

    def send(self, uuid: str, conn_id: str, msg: str | bytes) -> None:
        """Make a reply."""
        assert isinstance(msg, bytes)
        wire.reply(uuid, conn_id, msg)


def application() -> Brubeck:
    """Return an application with a hello world behind twenty other routes."""
    routes = [(rf"^/route{number}/(\d+)$", Hello) for number in range(20)]
    return Brubeck(InProcess(), [*routes, (r"^/hello", Hello)])


def steps(app: Brubeck) -> dict[str, Callable[[], object]]:
    """Return what is timed, the whole first."""
    request = Request.parse_msg(MESSAGE)
    handler = app.route_message(request)
    result = handler()
    response = app.handle(request)
    assert response is not None

    def whole() -> None:
        app.msg_conn.process_message(app, MESSAGE)

    return {
        "the whole": whole,
        WITH_LOG: whole,
        "Request.parse_msg": lambda: Request.parse_msg(MESSAGE),
        "  wire.parse": lambda: wire.parse(MESSAGE),
        "app.handle": lambda: app.handle(request),
        "  find and make the handler": lambda: app.route_message(request),
        "  run the handler": handler,
        "  Response.of": lambda: Response.of(result),
        "response.to_http": response.to_http,
        "wire.reply": lambda: wire.reply(SENDER, "17", b""),
    }


def main(rounds: int) -> None:
    """Time the steps in turn, and print medians and ratios."""
    logging.basicConfig(filename=os.devnull, level=logging.WARNING)
    timed = steps(application())
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(rounds):
        for name, step in timed.items():
            access_log.setLevel(logging.INFO if name == WITH_LOG else logging.WARNING)
            times[name].append(timeit(step, number=MESSAGES) / MESSAGES * 1e6)
    medians = {name: statistics.median(column) for name, column in times.items()}
    for name, microseconds in medians.items():
        share = microseconds / medians["the whole"]
        print(f"{name:30} {microseconds:6.2f} us  {share:5.2f}")  # noqa: T201  a report


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
