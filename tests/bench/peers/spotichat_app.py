"""SpotiChat under the addresses of the benchmark: `/poll` is a room, and `/publish` a message in it."""

from pathlib import Path

from brubeck import concurrency

concurrency.use("gevent")

from bench.peers.matter import GREETING  # noqa: E402  after the patching
from brubeck.handlers import WebMessageHandler  # noqa: E402
from framework.conformance.servers import eventually  # noqa: E402
from spotichat import queries  # noqa: E402
from spotichat.app import create_app  # noqa: E402
from spotichat.identity import new_person  # noqa: E402
from spotichat.settings import Settings  # noqa: E402

ROOM = "track:0123456789abcdefABCDEF"
HOLD = 90  # seconds


class Hello(WebMessageHandler):
    def get(self):
        self.set_body(GREETING)
        return self.render()


class Publish(WebMessageHandler):
    csrf_exempt = True

    def post(self):
        self.application.chat.say(ROOM, self.application.speaker, "What is this song called?")
        self.set_body("said")
        return self.render()


class Held(WebMessageHandler):
    def get(self):
        self.set_body(str(len(self.application.parking)))
        return self.render()


def poll_the_room(app, message):
    """Have `/poll` wait for the next message of the room."""
    if message.path == "/poll":
        message.path = f"/api/rooms/{ROOM}/messages"
        message.headers["QUERY"] = f"after={app.news.follow(ROOM).last}&wait={HOLD}"


def answers(redis):
    """Say whether Redis answers; both are started at once."""
    try:
        return redis.ping()
    except queries.StoreAway:
        return False


def main():
    """Serve behind Mongrel2, with a message in the room."""
    settings = Settings.from_environment({
        "SPOTICHAT_PULL_ADDRESS": "ipc://in",
        "SPOTICHAT_PUB_ADDRESS": "ipc://out",
        "REDIS_URL": f"unix://{Path.cwd()}/redis.sock",
        "SPOTICHAT_OTHER_HOSTS": "localhost,127.0.0.1",
        "SPOTICHAT_HOLD": str(HOLD),
        "SPOTICHAT_AWAY": str(HOLD + 10),
        "SPOTICHAT_POINTS": "1000",
        "SPOTICHAT_LOG_LEVEL": "WARNING",
    })  # fmt: skip
    app = create_app(settings)
    app.init_routes([(r"^/hello$", Hello), (r"^/publish$", Publish), (r"^/held$", Held)])
    app.before_request.append(poll_the_room)
    eventually(lambda: answers(app.store.redis), "an answer of Redis")
    app.speaker, _ = new_person()
    queries.claim_nickname(app.store, app.speaker, "Speaker")
    app.chat.say(ROOM, app.speaker, "Here we are.")
    app.run()


if __name__ == "__main__":
    main()
