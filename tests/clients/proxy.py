"""A proxy on this machine, for programs that cannot be told where a name is."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

PATIENCE = 60  # seconds
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}  # RFC 9110, 7.6.1


class Forwarding(BaseHTTPRequestHandler):
    """Asks this machine for what a program wants to have from anywhere."""

    def do_GET(self) -> None:
        site = urlsplit(self.path)
        path = f"{site.path or '/'}{'?' if site.query else ''}{site.query}"
        with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)) as connection:
            connection.request(self.command, path, headers={**self.headers, "Host": site.netloc})
            answer = connection.getresponse()
            body = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def forwarding() -> Iterator[str]:
    """Run a proxy until the block is left; give its address as host:port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Forwarding) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
