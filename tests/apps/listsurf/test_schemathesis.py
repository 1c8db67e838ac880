"""The API does what its own document says: Schemathesis reads it and tries to prove the contrary."""

from pathlib import Path

import pytest
from apps.listsurf.people import Person
from descriptions import contradictions
from ports import free_port
from servers import served


@pytest.mark.timeout(300)
def test_the_api_does_what_its_document_says(
    ada: Person, mongo_url: str, database: str, tmp_path: Path
) -> None:
    """Good and bad requests of every kind get the statuses, headers and bodies that are described."""
    port = free_port()
    settings = {
        "MONGO_URL": mongo_url,
        "LISTSURF_DATABASE": database,
        "LISTSURF_TRANSPORT": "wsgi",
        "LISTSURF_PORT": str(port),
        "LISTSURF_OTHER_HOSTS": "127.0.0.1",
        "LISTSURF_FETCH": "no",
        "LISTSURF_API_CALLS": "1000000",
        "LISTSURF_LOG_LEVEL": "ERROR",
    }
    with served(["listsurf"], port, settings):
        document = f"http://127.0.0.1:{port}/api/openapi.json"
        status, report = contradictions(document, ada.token(), tmp_path)
    assert status == 0, report
    assert "7 selected" in report or "7 total" in report, report
