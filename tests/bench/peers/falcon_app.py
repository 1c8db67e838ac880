"""The program for Falcon, with Jinja2 for its page."""

import falcon
import jinja2
from bench.peers.greenrooms import GreenRoom
from bench.peers.matter import GREETING, ITEMS, LINKS, NEWS, ROUTES, TEMPLATES, work

templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False
)
room = GreenRoom()


class Hello:
    def on_get(self, request, response, number=0):
        response.content_type = falcon.MEDIA_TEXT
        response.text = GREETING


class Page:
    def on_get(self, request, response):
        response.content_type = falcon.MEDIA_HTML
        response.text = templates.get_template("page.html").render(title="Links", links=LINKS)


class Items:
    def on_get(self, request, response):
        response.media = {"items": ITEMS}


class Poll:
    def on_get(self, request, response):
        response.content_type = falcon.MEDIA_TEXT
        if room.wait():
            response.text = NEWS["text"]
        else:
            response.status = falcon.HTTP_204


class Publish:
    def on_post(self, request, response):
        room.publish()
        response.text = "told"


class Held:
    def on_get(self, request, response):
        response.content_type = falcon.MEDIA_TEXT
        response.text = str(room.held)


class Work:
    def on_get(self, request, response):
        work()
        response.content_type = falcon.MEDIA_TEXT
        response.text = GREETING


app = falcon.App()
for section in range(ROUTES):
    app.add_route(f"/section{section}/{{number:int}}", Hello())
app.add_route("/hello", Hello())
app.add_route("/page", Page())
app.add_route("/items", Items())
app.add_route("/poll", Poll())
app.add_route("/publish", Publish())
app.add_route("/held", Held())
app.add_route("/compute", Work())
