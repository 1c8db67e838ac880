"""The application that every transport and every coroutine library must serve alike.

Run as a child process; its settings are the environment variables CONFORMANCE_*.
"""

import hashlib
import json
import sys
from pathlib import Path

from brubeck.concurrency import use
from brubeck.settings import ServerSettings

settings = ServerSettings.from_environment(prefix="CONFORMANCE_")
library = use(settings.concurrency)

from apis import register as register_apis  # noqa: E402  after the patching
from brubeck.errors import Forbidden, HTTPError  # noqa: E402  after the patching
from brubeck.limits import Limits  # noqa: E402  after the patching
from brubeck.request_handling import (  # noqa: E402  after the patching
    Brubeck,
    JSONMessageHandler,
    MessageHandler,
    WebMessageHandler,
    http_response,
    render,
)
from brubeck.uploads import UploadStore  # noqa: E402  after the patching
from features import FEATURES, add_features  # noqa: E402  after the patching
from lasting import LASTING, lookup_failed  # noqa: E402  after the patching

SECRET = "conformance"


class Hello(WebMessageHandler):
    def get(self, name="dude"):
        self.set_body(f"Take five, {name}!")
        return self.render()


class Greeting(JSONMessageHandler):
    def get(self):
        self.add_to_payload("name", self.get_argument("name", "dude"))
        return self.render(status_code=200)


class Bare(MessageHandler):
    def get(self):
        self.add_to_payload("bare", True)
        return self.render(status_code=0)


class Cookies(WebMessageHandler):
    def get(self):
        value = self.get_cookie("signed", secret=SECRET)
        self.set_body(json.dumps([self.get_cookie("plain"), value]))
        return self.render()

    def post(self):
        self.set_cookie("plain", "a")
        self.set_cookie("signed", {"user": "jürgen"}, secret=SECRET, path="/")
        self.set_body("set")
        return self.render()


class Redirect(WebMessageHandler):
    def get(self):
        return self.redirect("/hello?x=1")


class Upload(WebMessageHandler):
    def post(self):
        file = self.message.files["data"][0]
        digest = hashlib.sha256(file["body"]).hexdigest()
        self.set_body(json.dumps([file["filename"], file["content_type"], digest]))
        return self.render()


class Spooled(WebMessageHandler):
    def post(self):
        digest = hashlib.file_digest(self.message.body_file, "sha256").hexdigest()
        self.set_body(json.dumps([digest, self.message.content_type]))
        return self.render()


class Poll(WebMessageHandler):
    def get(self):
        return self.park("room", 0, otherwise=render("no news", 200, "OK", {"X-Poll": "over"}))


class Page(WebMessageHandler):
    def get(self):
        self.set_body("<p>page</p>", headers={"Connection": "close"})
        return self.render()


class Broken(WebMessageHandler):
    def get(self):
        raise RuntimeError(SECRET)


class Refusing(WebMessageHandler):
    def get(self):
        raise Forbidden("Only members may see this. Ask for an invitation.")


def raw(application, message):
    return http_response("raw ü", 200, "OK", {"X-Era": "A"})


def era_b(application, message):
    return {"body": "b", "status": "201 Created", "headers": [("X-Era", "B")]}


def era_c(application, message):
    return render("c", 202, "Accepted", {"X-Era": "C"})


def binary(application, message):
    return render(bytes(range(256)), 200, "OK", {"Content-Type": "application/octet-stream"})


def large(application, message):
    return render("x" * 1_000_000, 200, "OK", {"Content-Type": "text/plain"})


def status(application, message, code):
    return render("a body" if code == "200" else "", int(code), "", {"X-Code": code})


def splitting(application, message):
    return render("safe", 200, "OK\r\nX-Bad: 1", {"X-Note": "a\r\nSet-Cookie: evil=1"})


def echo(application, message):
    body = hashlib.sha256(message.body).hexdigest()
    facts = [message.method, message.content_type, len(message.body), body]
    return render(json.dumps(facts), 200, "OK", {"Content-Type": "application/json"})


def facts(application, message):
    known = {
        "path": message.path,
        "host": message.host,
        "argument": message.get_argument("q"),
        "several": message.get_arguments("q"),
        "x-test": message.header("x-test"),
        "remote": message.remote_addr,
        "scheme": message.scheme,
        "query": message.query,
    }
    return render(json.dumps(known), 200, "OK", {"Content-Type": "application/json"})


def too_many(application, message):
    raise HTTPError("Wait a minute.", status_code=429, headers={"Retry-After": "60"})


def nothing(application, message):
    return None


def impossible(application, message):
    return object()


class Meeting:
    """How many requests have been in hand at the same time."""

    present = 0
    peak = 0


def meet(application, message):
    Meeting.present += 1
    Meeting.peak = max(Meeting.peak, Meeting.present)
    library.sleep(0.2)
    Meeting.present -= 1
    return render(str(Meeting.peak), 200, "OK", {})


def wait(application, message, name):
    """Say by a file that the request is in hand, and answer when another file appears."""
    Path(f"{name}.started").touch()
    while not Path(f"{name}.go").exists():
        library.sleep(0.01)
    return render(name, 200, "OK", {})


def later(application, message):
    """Answer by oneself, after the handler has returned without an answer."""
    payload = http_response("later", 200, "OK", {})
    application.pool.spawn(application.msg_conn.reply, message, payload)


def crowd(application, message):
    """Answer a crowd with one bulk reply as soon as three are waiting."""
    waiting.append(message)
    if len(waiting) == 3:
        idents = [each.conn_id for each in waiting]
        payload = http_response("together", 200, "OK", {})
        application.msg_conn.reply_bulk(message.sender, idents, payload)
        waiting.clear()


waiting = []

ROUTES = [
    *LASTING,
    (r"^/hello/(\w+)$", Hello),
    (r"^/hello$", Hello),
    (r"^/named/(?P<name>\w+)?$", Hello, "named"),
    (r"^/json$", Greeting),
    (r"^/bare$", Bare),
    (r"^/cookies$", Cookies),
    (r"^/redirect$", Redirect),
    (r"^/upload$", Upload),
    (r"^/spooled$", Spooled),
    (r"^/poll$", Poll),
    (r"^/closing$", Page),
    (r"^/broken$", Broken),
    (r"^/refusing$", Refusing),
    (r"^/raw$", raw),
    (r"^/era-b$", era_b),
    (r"^/era-c$", era_c),
    (r"^/binary$", binary),
    (r"^/large$", large),
    (r"^/status/(?P<code>\d+)$", status),
    (r"^/splitting$", splitting),
    (r"^/echo$", echo),
    (r"^/facts", facts),
    (r"^/too-many$", too_many),
    (r"^/nothing$", nothing),
    (r"^/impossible$", impossible),
    (r"^/meet$", meet),
    (r"^/wait/(\w+)$", wait),
    (r"^/later$", later),
    (r"^/crowd$", crowd),
    *FEATURES,
]


def main():
    app = Brubeck(
        msg_conn=settings.connection(),
        handler_tuples=ROUTES,
        cookie_secret=SECRET,
        log_level=settings.log_level,
        allowed_hosts=["127.0.0.1", "conformance.localhost"],
        limits=Limits(body=200_000),
        uploads=UploadStore(".", max_size=600_000),
    )

    @app.add_route(r"^/only-post$", method=["POST", "put"])
    def only_post(application, message):
        return render("posted", 200, "OK", {})

    register_apis(app)
    add_features(app)
    app.add_error_handler(LookupError, lookup_failed)
    app.on_start.append(lambda: print("starting", flush=True))  # noqa: T201  read by tests
    app.on_stop.append(lambda: print("stopped", flush=True))  # noqa: T201  read by tests
    app.run()
    print("after run", flush=True)  # noqa: T201  read by tests
    return 0


if __name__ == "__main__":
    sys.exit(main())
