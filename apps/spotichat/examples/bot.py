"""A bot that answers whoever calls it.

Start it with: python bot.py http://spotichat.localhost:6767 ROOM [SECRET]
"""

import sys
import time
import uuid

import requests


def run(site: str, room: str, secret: str = "") -> None:
    """Answer until the process is ended; without a secret take a name, and say the secret to it."""
    web, room = requests.Session(), f"{site}/api/rooms/{room}"
    if not secret:
        secret = web.post(f"{site}/api/people", json={"nickname": "Echo"}).json()["secret"]
        print("The next time, start me with", secret, flush=True)  # noqa: T201  its only chance
    web.headers["Authorization"] = f"Bearer {secret}"
    place = {"after": web.get(room).json()["last"], "wait": 25, "tab": "bot"}
    while True:
        answer = web.get(f"{room}/messages", params=place, timeout=60)
        if not answer.ok:
            time.sleep(5)  # Redis is away, or the bot was sent out: the text of the answer says it
            continue
        place["after"] = answer.json()["next"]
        for message in answer.json()["messages"]:
            if "@echo" in message["text"].lower() and message["nickname"] != "Echo":
                reply = {"text": f"I hear you, {message['nickname']}.", "key": uuid.uuid4().hex}
                web.post(f"{room}/messages", json=reply, timeout=60)


if __name__ == "__main__":
    run(*sys.argv[1:])
