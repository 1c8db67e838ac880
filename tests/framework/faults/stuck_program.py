"""Handlers that wait for ever, in different places; the time limit is half a second."""

from brubeck.concurrency import current
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, WebMessageHandler, render


def wait_for_ever():
    current().event().wait()


class Stuck(WebMessageHandler):
    def prepare(self):
        self.where = self.get_argument("where")
        if self.where == "prepare":
            wait_for_ever()

    def get(self):
        if self.where == "error":
            raise LookupError
        try:
            if self.where in {"handler", "cleaning up"}:
                wait_for_ever()
        finally:
            if self.where == "cleaning up":
                wait_for_ever()
        return self.park("room", 90) if self.where == "parked" else self.render(status_code=200)

    def on_finish(self):
        if self.where == "finish":
            wait_for_ever()


def state(application, message):
    return render(str(application.parking.count("room")), 200, "OK", {})


def echo(application, message, word):
    return render(f'"{word}"', 200, "OK", {})


def tell(application, message):
    return render(str(application.broadcast("room", render("news", 200, "OK", {}))), 200, "OK", {})


app = Brubeck(
    WSGIConnection(0),
    [
        (r"^/stuck$", Stuck),
        (r"^/state$", state),
        (r"^/tell$", tell),
        (r"^/echo/(\w+)$", echo),
    ],
    time_limit=0.5,
    pool=lambda: current().pool_class(3),
)


@app.error_handler(LookupError)
def never(application, message, error):
    wait_for_ever()


@app.before_request
def wait_before(application, message):
    if message.get_argument("where") == "hook before":
        wait_for_ever()


@app.after_request
def wait_after(application, message, response):
    if message.get_argument("where") == "hook after":
        wait_for_ever()
