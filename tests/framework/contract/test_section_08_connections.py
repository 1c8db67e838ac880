"""Contract section 8: what test_connections.py and test_wsgi.py leave open."""

import subprocess
import sys
from pathlib import Path

import brubeck
from brubeck.connections import Mongrel2Connection, WSGIConnection

FRAMEWORK = Path(brubeck.__file__).parents[1]

WITHOUT_ZMQ = """
import sys
sys.modules["zmq"] = None
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, render
app = Brubeck(msg_conn=WSGIConnection(0))
app.add_route("^/")(lambda application, message: render("served", 200, "OK", {}))
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost"}
print(app.msg_conn.process_message(app, environ, lambda status, headers: None))
"""


def test_the_port_of_the_original_is_the_default() -> None:
    """`WSGIConnection()` listens where Mongrel2 of the examples does (section 8)."""
    assert WSGIConnection().port == 6767
    assert WSGIConnection(port=7000).port == 7000


def test_wsgi_programs_need_no_zmq() -> None:
    """Nor a complete environ: tests of programs call the connection by hand (section 8)."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ZMQ], env={"PYTHONPATH": str(FRAMEWORK)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout == "[b'served']\n", done.stderr


def test_closing_one_client_does_nothing() -> None:
    """close() was never more than a name; nothing is opened for it either (section 8)."""
    connection = Mongrel2Connection("ipc://in", "ipc://out")
    connection.close()
    assert (connection.in_sock, connection.out_sock) == (None, None)
