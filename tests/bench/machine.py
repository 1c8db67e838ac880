"""What a run ran on."""

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = [
    "brubeck", "gevent", "eventlet", "pyzmq", "starlette", "uvicorn", "granian", "aiohttp",
    "fastapi", "falcon", "gunicorn", "tornado", "flask",
]  # fmt: skip


def about() -> dict[str, object]:
    """Return the day, the machine and the versions."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processors": os.cpu_count(),
        "model": model(),
        "python": platform.python_version(),
        "versions": ", ".join(filter(None, map(package, PACKAGES))),
    }


def model() -> str:
    """Return what the processor calls itself."""
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return found[1].strip() if found else platform.machine()


def package(name: str) -> str:
    """Return a package with its version; nothing when it is not installed."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""
