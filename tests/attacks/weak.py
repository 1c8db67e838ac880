"""A site that is weak on purpose: what a scanner must find here, or its silence elsewhere says nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

CATEGORIES = {"Reflected Cross Site Scripting", "Open Redirect", "Cross Site Request Forgery"}
PAGE = """<title>Weak</title><a href="/search?q=tea">Tea</a> <a href="/go?to=/search">Away</a>
<form action="/search" method="post"><input name="q"><button>Say</button></form>"""
HTML = ("Content-Type", "text/html; charset=utf-8")


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of the thousand requests of a scanner."""


def weak(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Show what was asked for as it is, and lead wherever one wants."""
    given = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    if environ["PATH_INFO"] == "/go":
        start_response("302 Found", [("Location", given.get("to", "/"))])
        return []
    start_response("200 OK", [HTML, ("Set-Cookie", "session=secret")])
    return [f"{PAGE}<p>You asked for {given.get('q', 'nothing')}.</p>".encode()]


@contextmanager
def weak_site() -> Iterator[int]:
    """Serve it as long as the block lasts; give its port."""
    with make_server("127.0.0.1", 0, weak, handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
