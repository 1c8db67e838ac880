"""A service that the sample site may need."""

import os

from brubeck.concurrency import use

use("gevent")

from brubeck.connections import WSGIConnection  # noqa: E402  after patching
from brubeck.health import add_health_routes  # noqa: E402
from brubeck.request_handling import Brubeck  # noqa: E402

app = Brubeck(WSGIConnection(port=int(os.environ["SAMPLECOMPANION_PORT"])))
add_health_routes(app)
app.run()
