"""The program for FastAPI."""

import pydantic
from bench.peers.matter import GREETING, ITEMS, LINKS, NEWS, ROUTES, TEMPLATES, work
from bench.peers.rooms import AsyncRoom
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.templating import Jinja2Templates


class Item(pydantic.BaseModel):
    id: int
    title: str
    url: str
    tags: list[str]
    visits: int
    public: bool


class Items(pydantic.BaseModel):
    items: list[Item]


app = FastAPI()
templates = Jinja2Templates(TEMPLATES)
room = AsyncRoom()


def add_section(section):
    """Add one of the routes that lie before the others."""

    @app.get(f"/section{section}/{{number}}", response_class=PlainTextResponse)
    async def show(number: int):
        return GREETING


for number in range(ROUTES):
    add_section(number)


@app.get("/hello", response_class=PlainTextResponse)
async def hello():
    return GREETING


@app.get("/page", response_class=HTMLResponse)
async def page(request: Request):
    return templates.TemplateResponse(request, "page.html", {"title": "Links", "links": LINKS})


@app.get("/items")
async def items() -> Items:
    return {"items": ITEMS}


@app.get("/poll", response_class=PlainTextResponse)
async def poll():
    return NEWS["text"] if await room.wait() else Response(status_code=204)


@app.post("/publish", response_class=PlainTextResponse)
async def publish():
    room.publish()
    return "told"


@app.get("/held", response_class=PlainTextResponse)
async def held():
    return str(room.held)


@app.get("/compute", response_class=PlainTextResponse)
async def compute():
    work()
    return GREETING
