"""Schemathesis as a program: it reads what an API says of itself, and tries to prove the contrary."""

import os
import subprocess
import sys
from pathlib import Path

from servers import environment

# Schemathesis cannot know which texts are addresses or searches, nor that servers have limits.
HOOKS = """
import schemathesis
from hypothesis import strategies as st
hosts = st.from_regex(r"[a-z0-9]{1,20}(\\.[a-z]{2,10}){1,2}", fullmatch=True)
paths = st.from_regex(r"(/[A-Za-z0-9._~-]{0,20}){0,4}", fullmatch=True)
addresses = st.builds("{}{}{}".format, st.sampled_from(["http://", "https://", ""]), hosts, paths)
schemathesis.openapi.format("web-address", addresses)
words = st.from_regex(r"[a-z0-9]{1,12}( -?#?[a-z]{1,8}){0,3}", fullmatch=True)
schemathesis.openapi.format("search", words)
"""
CONFIG = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 413, 414, 415, 422]
"""
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "10"))  # requests an operation and phase
SEED = os.environ.get("SCHEMATHESIS_SEED", "1")  # the same requests each time


def contradictions(
    address: str, token: str, folder: Path, *options: str, examples: int = EXAMPLES
) -> tuple[int, str]:
    """Return the exit status of Schemathesis for a document, 0 if it found nothing, and its report."""
    (folder / "hooks.py").write_text(HOOKS)
    (folder / "schemathesis.toml").write_text(CONFIG)
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        address,
        f"--header=Authorization: Bearer {token}",
        "--checks=all",
        f"--max-examples={examples}",
        "--request-timeout=30",
        f"--seed={SEED}",
        "--generation-database=none",
        "--no-color",
        *options,
    ]
    result = subprocess.run(
        command,
        env=environment(SCHEMATHESIS_HOOKS="hooks.py"),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr
