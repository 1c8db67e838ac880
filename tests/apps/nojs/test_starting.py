"""The program: what it says when it cannot start, and the rooms of the demo."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.nojsserver import PARTS
from framework.conformance.servers import ROOT
from redis import Redis


def program(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the program until it ends by itself."""
    path = os.pathsep.join(str(ROOT / part) for part in PARTS)
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "nojs", *arguments],
        capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, **settings},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "settings", "reason"),
    [
        (["test"], {}, "Usage: python -m nojs [demo-data]"),
        (["demo-data", "twice"], {}, "Usage: python -m nojs [demo-data]"),
        ([], {"NOJS_OPERATOR_KEY": "short"}, "NOJS_OPERATOR_KEY has fewer than 12 characters."),
        ([], {"NOJS_HOLD": "long"}, "NOJS_HOLD"),
        ([], {"NOJS_PRODUCTION": "yes"}, "SECRET"),
        (["demo-data"], {"REDIS_URL": "localhost"}, "Set it to one like redis://"),
        (["demo-data"], {"REDIS_URL": "unix:///nothing/here"}, "Redis does not answer. Start it"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    arguments: list[str], settings: dict[str, str], reason: str
) -> None:
    """An exit code, what is wrong, what to do, and no traceback."""
    done = program(*arguments, **settings)
    assert done.returncode == 1
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_the_rooms_of_the_demo_are_filled_once(redis: "Redis[bytes]", redis_socket: Path) -> None:
    """The program says where to go; a second time changes nothing."""
    settings = {"REDIS_URL": f"unix://{redis_socket}"}
    done = program("demo-data", **settings)
    assert done.returncode == 0, done.stderr
    assert "Take Five" in done.stdout
    lines = {key: redis.xlen(key) for key in redis.scan_iter("nojs:room:*:lines")}
    assert len(lines) == 3
    program("demo-data", **settings)
    assert {key: redis.xlen(key) for key in redis.scan_iter("nojs:room:*:lines")} == lines
