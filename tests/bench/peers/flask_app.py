"""The program for Flask."""

from bench.peers.greenrooms import GreenRoom
from bench.peers.matter import GREETING, ITEMS, LINKS, NEWS, ROUTES, TEMPLATES, work
from flask import Flask, jsonify, render_template

app = Flask(__name__, template_folder=str(TEMPLATES))
room = GreenRoom()


@app.get("/hello")
def hello(number=0):
    return GREETING


for section in range(ROUTES):
    app.add_url_rule(f"/section{section}/<int:number>", f"section{section}", hello)


@app.get("/page")
def page():
    return render_template("page.html", title="Links", links=LINKS)


@app.get("/items")
def items():
    return jsonify(items=ITEMS)


@app.get("/poll")
def poll():
    return NEWS["text"] if room.wait() else ("", 204)


@app.post("/publish")
def publish():
    room.publish()
    return "told"


@app.get("/held")
def held():
    return str(room.held)


@app.get("/compute")
def compute():
    work()
    return GREETING
