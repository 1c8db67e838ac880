"""The headless Chromium of the tests."""

import os
import shutil
from typing import Any

# Chromium as root needs --no-sandbox; the others keep it from calling its makers' hosts.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_command() -> dict[str, Any]:
    """Return the launch options for Playwright: which program, and its flags."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "No Chromium here. Install it with: apt-get install chromium"
    return {"executable_path": program, "args": FLAGS}
