"""The headless Chromium of the tests, and what a failing test leaves behind."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

FAILED = pytest.StashKey[bool]()

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


def keep_evidence(page: Page, test: pytest.Item, folder: Path) -> None:
    """Save a screenshot and the page's text when the test has failed."""
    if test.stash.get(FAILED, False):
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(sign if sign.isalnum() else "-" for sign in test.name)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        (folder / f"{name}.html").write_text(f"<!-- {page.url} -->\n{page.content()}")
