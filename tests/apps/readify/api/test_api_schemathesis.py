"""The API does what its own document says: Schemathesis reads it and tries to prove the contrary."""

from pathlib import Path

import pytest
from apps.readify.programs import API_HOST, Program
from descriptions import EXAMPLES, contradictions
from ports import free_port
from servers import served


@pytest.mark.timeout(900)
def test_the_api_does_what_its_document_says(
    program: Program, mongo_url: str, database: str, tmp_path: Path
) -> None:
    """Good and bad requests of every kind get the statuses, headers and bodies that are described."""
    port = free_port()
    settings = {
        "MONGO_URL": mongo_url,
        "READIFY_DATABASE": database,
        "READIFY_TRANSPORT": "wsgi",
        "READIFY_PORT": str(port),
        "READIFY_API_CALLS": "1000000",
        "READIFY_LOG_LEVEL": "ERROR",
    }
    with served(["readify", "api"], port, settings):
        site = f"http://127.0.0.1:{port}"
        options = [f"--url={site}", f"--header=Host: {API_HOST}"]
        document = f"{site}/openapi.json"
        # The coverage phase of thirty fields has some thousand requests by itself.
        status, report = contradictions(
            document, program.secret, tmp_path, *options, examples=max(EXAMPLES // 2, 1)
        )
    assert status == 0, report
    assert "12 selected" in report or "12 total" in report, report
