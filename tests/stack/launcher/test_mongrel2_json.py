"""Promises of docker/mongrel2/as-json.awk, which turns Mongrel2's lines into JSON lines."""

import json
import subprocess
from datetime import datetime
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "docker" / "mongrel2" / "as-json.awk"


def turned(text: bytes) -> list[dict[str, str]]:
    """Return the lines that become of a text."""
    done = subprocess.run(
        ["mawk", "-W", "interactive", "-f", str(SCRIPT)], input=text, capture_output=True,
        check=True, env={"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C"},
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_keeps_its_words_and_gets_a_level() -> None:
    """An error is one, everything else is told for information."""
    error, plain, warning = turned(b"DATE [ERROR] (a.c:1) no\nRunning.\n[WARN] old\n")
    assert (error["level"], error["message"]) == ("ERROR", "DATE [ERROR] (a.c:1) no")
    assert (plain["level"], plain["message"], plain["logger"]) == ("INFO", "Running.", "mongrel2")
    assert warning["level"] == "WARNING"
    assert datetime.fromisoformat(plain["time"]).utcoffset() is not None


def test_nothing_that_a_line_holds_ends_it_early() -> None:
    """Quotes, backslashes, bytes that are no text, and a last line without an end (CWE-117)."""
    (line,) = turned(b'\\"," \\n \xff\x1b \t end')
    assert line["message"].startswith('\\"," \\n ?')
    assert line["message"].endswith("end")
    assert line["message"].isascii()
    assert line["message"].isprintable()
