"""The program for aiohttp, on its own server, with Jinja2 for its page."""

import sys

import jinja2
from aiohttp import web
from bench.peers.matter import GREETING, ITEMS, LINKS, NEWS, ROUTES, TEMPLATES, work
from bench.peers.rooms import AsyncRoom

templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False
)
routes = web.RouteTableDef()
room = AsyncRoom()


async def hello(request):
    return web.Response(text=GREETING)


@routes.get("/page")
async def page(request):
    text = templates.get_template("page.html").render(title="Links", links=LINKS)
    return web.Response(text=text, content_type="text/html")


@routes.get("/items")
async def items(request):
    return web.json_response({"items": ITEMS})


@routes.get("/poll")
async def poll(request):
    return web.Response(text=NEWS["text"]) if await room.wait() else web.Response(status=204)


@routes.post("/publish")
async def publish(request):
    room.publish()
    return web.Response(text="told")


@routes.get("/held")
async def held(request):
    return web.Response(text=str(room.held))


@routes.get("/compute")
async def compute(request):
    work()
    return web.Response(text=GREETING)


app = web.Application()
for number in range(ROUTES):
    app.router.add_get(rf"/section{number}/{{number:\d+}}", hello)
app.router.add_get("/hello", hello)
app.add_routes(routes)

if __name__ == "__main__":
    web.run_app(
        app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, backlog=4096
    )
