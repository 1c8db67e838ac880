"""A site on this machine with articles that wait to be saved."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

TITLE = "Ünïcode & <b>whales</b>"
SENTENCE = "The whale was seen again today, far out, by all who had climbed the hill to look. "
PARAGRAPHS = "".join(f"<p>Paragraph {number}. {SENTENCE * 6}</p>" for number in range(40))
PAGE = f"""<!doctype html><html lang="en"><meta charset="utf-8">
<title>Ünïcode &amp; &lt;b&gt;whales&lt;/b&gt;</title>
<nav><a href="/">Home</a></nav><article><h1>Ünïcode &amp; &lt;b&gt;whales&lt;/b&gt;</h1>{PARAGRAPHS}
<script>hijacked = true</script></article><footer>All rights reserved</footer></html>"""


class Articles(http.server.BaseHTTPRequestHandler):
    """Answers every address with the same article, and /broken with an error."""

    def do_GET(self) -> None:
        """Send it."""
        body = PAGE.encode()
        self.send_response(500 if self.path.startswith("/broken") else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Stay silent."""


@contextmanager
def article_site(host: str = "127.0.0.1") -> Iterator[str]:
    """Serve, and give the address of the site without a slash at the end."""
    with http.server.ThreadingHTTPServer((host, 0), Articles) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{host}:{server.server_port}"
        server.shutdown()
