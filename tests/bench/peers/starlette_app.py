"""The program for Starlette."""

from bench.peers.matter import GREETING, ITEMS, LINKS, NEWS, ROUTES, TEMPLATES, work
from bench.peers.rooms import AsyncRoom
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

templates = Jinja2Templates(TEMPLATES)
room = AsyncRoom()


async def hello(request):
    return PlainTextResponse(GREETING)


async def page(request):
    return templates.TemplateResponse(request, "page.html", {"title": "Links", "links": LINKS})


async def items(request):
    return JSONResponse({"items": ITEMS})


async def poll(request):
    return PlainTextResponse(NEWS["text"]) if await room.wait() else Response(status_code=204)


async def publish(request):
    room.publish()
    return PlainTextResponse("told")


async def held(request):
    return PlainTextResponse(str(room.held))


async def compute(request):
    work()
    return PlainTextResponse(GREETING)


app = Starlette(
    routes=[
        *(Route(f"/section{number}/{{number:int}}", hello) for number in range(ROUTES)),
        Route("/hello", hello),
        Route("/page", page),
        Route("/items", items),
        Route("/poll", poll),
        Route("/publish", publish, methods=["POST"]),
        Route("/held", held),
        Route("/compute", compute),
    ]
)
