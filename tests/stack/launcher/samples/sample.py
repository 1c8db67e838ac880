"""A site for the launcher's tests: shows its environment, and counts its visits in Redis.

``python -m sample`` serves; ``python -m sample demo-data`` counts how often it was called.
"""

import os
import sys

from brubeck.concurrency import use

use(os.environ["SAMPLE_CONCURRENCY"])

from brubeck.connections import Mongrel2Connection, WSGIConnection  # noqa: E402  after patching
from brubeck.request_handling import Brubeck, JSONMessageHandler  # noqa: E402
from redis import Redis  # noqa: E402

database = Redis.from_url(os.environ["REDIS_URL"])


class Shown(JSONMessageHandler):
    def get(self):
        self.set_status(200)
        self.add_to_payload("environment", dict(os.environ))
        self.add_to_payload("host", self.message.host)
        self.add_to_payload("visits", database.incr("visits"))
        self.add_to_payload("demo_runs", int(database.get("demo runs") or 0))
        return self.render()


class Health(JSONMessageHandler):
    def get(self):
        self.set_status(200)
        return self.render()


def connection():
    if os.environ["SAMPLE_TRANSPORT"] == "wsgi":
        return WSGIConnection(port=int(os.environ["SAMPLE_PORT"]))
    return Mongrel2Connection(os.environ["SAMPLE_PULL_ADDRESS"], os.environ["SAMPLE_PUB_ADDRESS"])


if sys.argv[1:] == ["demo-data"]:
    database.incr("demo runs")
    sys.stderr.write("a warning that is nobody's business\n")
    sys.stdout.write("Log in as sam with the password sample.\n")
else:
    Brubeck(connection(), [(r"^/$", Shown), (r"^/healthz$", Health)]).run()
