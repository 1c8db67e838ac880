"""What an application offers around its handlers, to be served alike by every transport.

Imported by the program, after the coroutine library has been chosen.
"""

from pathlib import Path

from brubeck.concurrency import current
from brubeck.request_handling import WebMessageHandler, render


class OutOfStockError(Exception):
    """What a shop raises."""


class Shop(WebMessageHandler):
    def get(self, item):
        if item == "broken":
            raise ZeroDivisionError
        raise OutOfStockError(item)


class Gone(WebMessageHandler):
    def get(self):
        return self.render_error(410)


class Page(WebMessageHandler):
    conditional = True

    def get(self):
        self.set_body("page")
        return self.render()


class Versioned(WebMessageHandler):
    def prepare(self):
        self.check_preconditions(etag="v1", modified=1_700_000_000_000)

    def get(self):
        self.set_body("version 1")
        return self.render()

    def patch(self):
        self.set_body("changed")
        return self.render()


class Working(WebMessageHandler):
    def post(self, name):
        self.after_answer(work, name)
        self.set_body(f"before {name}")
        return self.render()


def work(name):
    """Wait for others, as one who sends mail does, and leave a trace."""
    current().sleep(0.1)
    Path(f"{name}.worked").touch()


def links(application, message):
    url = application.url_for("named", name="jd", page=2, tag="a b")
    return render(url, 200, "OK", {})


def shop(application, message, item):
    raise OutOfStockError(item)


FEATURES = [
    (r"^/links$", links),
    (r"^/shop/(\w+)$", Shop),
    (r"^/function-shop/(\w+)$", shop),
    (r"^/gone$", Gone),
    (r"^/page$", Page),
    (r"^/versioned$", Versioned),
    (r"^/working/(\w+)$", Working),
]


def add_features(app):
    """Give an application hooks and error handlers."""

    @app.error_handler(OutOfStockError)
    def out_of_stock(application, message, error):
        return render(f"no {error} today", 409, "", {})

    @app.error_handler(410)
    def gone(application, message, error):
        return render(f"gone: {error.detail}", 410, "", {"X-Gone": "yes"})

    @app.error_handler(ZeroDivisionError)
    def failing(application, message, error):
        raise RuntimeError("conformance")

    @app.before_request
    def closed(application, message):
        if message.header("x-closed"):
            return render("closed", 503, "", {})
        return None

    @app.after_request
    def stamp(application, message, response):
        response.set_header("X-After", str(response.status_code))

    @app.add_route(r"^/one-method$", method="GET")
    def one_method(application, message):
        return render("one", 200, "OK", {})
