"""The program for Tornado, on its own server and with its own templates."""

import asyncio
import sys
from datetime import timedelta

from bench.peers.matter import GREETING, ITEMS, LINKS, NEWS, PATIENCE, ROUTES, TEMPLATES, work
from tornado.locks import Condition
from tornado.web import Application, RequestHandler

news = Condition()
held = 0


class Hello(RequestHandler):
    def get(self, *_):
        self.write(GREETING)


class Page(RequestHandler):
    def get(self):
        self.render("tornado.html", title="Links", links=LINKS)


class Items(RequestHandler):
    def get(self):
        self.write({"items": ITEMS})


class Poll(RequestHandler):
    async def get(self):
        global held  # noqa: PLW0603  the count of one process
        held += 1
        has_come = await news.wait(timeout=timedelta(seconds=PATIENCE))
        held -= 1
        if has_come:
            self.write(NEWS["text"])
        else:
            self.set_status(204)


class Publish(RequestHandler):
    def post(self):
        news.notify_all()
        self.write("told")


class Held(RequestHandler):
    def get(self):
        self.write(str(held))


class Work(RequestHandler):
    def get(self):
        work()
        self.write(GREETING)


async def main(port):
    """Serve until the process is ended."""
    app = Application(
        [
            *((rf"/section{number}/(\d+)", Hello) for number in range(ROUTES)),
            ("/hello", Hello),
            ("/page", Page),
            ("/items", Items),
            ("/poll", Poll),
            ("/publish", Publish),
            ("/held", Held),
            ("/compute", Work),
        ],
        template_path=TEMPLATES,
    )
    app.listen(port, "127.0.0.1", backlog=4096)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
