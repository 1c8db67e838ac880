"""The program for Brubeck."""

import logging

from bench.peers.matter import GREETING, ITEMS, LINKS, NEWS, PATIENCE, ROUTES, TEMPLATES, work
from brubeck.request_handling import Brubeck, JSONMessageHandler, WebMessageHandler, render
from brubeck.templating import Jinja2Rendering, load_jinja2_env


class Hello(WebMessageHandler):
    def get(self, *_):
        self.set_body(GREETING)
        return self.render()


class Page(Jinja2Rendering):
    def get(self):
        return self.render_template("page.html", title="Links", links=LINKS)


class Items(JSONMessageHandler):
    def get(self):
        self.add_to_payload("items", ITEMS)
        self.set_status(200)
        return self.render(hide_status=True)


class Poll(WebMessageHandler):
    def get(self):
        return self.park("news", seconds=PATIENCE)


class Publish(WebMessageHandler):
    def post(self):
        news = render(NEWS["text"], 200, "OK", {"Content-Type": "text/plain"})
        self.set_body(str(self.application.broadcast("news", news)))
        return self.render()


class Held(WebMessageHandler):
    def get(self):
        self.set_body(str(self.application.parking.count("news")))
        return self.render()


class Work(WebMessageHandler):
    def get(self):
        work()
        self.set_body(GREETING)
        return self.render()


app = Brubeck(
    mongrel2_pair=("ipc://in", "ipc://out"),
    handler_tuples=[
        *((rf"^/section{number}/(\d+)$", Hello) for number in range(ROUTES)),
        (r"^/hello$", Hello),
        (r"^/page$", Page),
        (r"^/items$", Items),
        (r"^/poll$", Poll),
        (r"^/publish$", Publish),
        (r"^/held$", Held),
        (r"^/compute$", Work),
    ],
    template_loader=load_jinja2_env(TEMPLATES, auto_reload=False),
    log_level=logging.WARNING,
)

if __name__ == "__main__":
    app.run()
