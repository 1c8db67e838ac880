"""A site whose demo data cannot be filled in: it serves well otherwise."""

import http.server
import os
import sys

if sys.argv[1:] == ["demo-data"]:
    sys.exit("no demo today")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


http.server.HTTPServer(("127.0.0.1", int(os.environ["SITE_PORT"])), Handler).serve_forever()
