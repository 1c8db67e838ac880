"""What Spotify's answers mean, whatever address they come from.

The meanings of the status codes are those of Spotify's Web API documentation, "Response status
codes" and "Rate limits".
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import requests

from spotichat.spotify.errors import ExpiredError, HurriedError, RefusedError, SpotifyError

PATIENCE = 10  # seconds for a connection, and then for each part of an answer
PAUSE = 30  # seconds, where Spotify does not say how long
LONGEST_PAUSE = 24 * 60 * 60  # seconds

Result = TypeVar("Result")


def asked(question: Callable[[], Result]) -> Result:
    """Return what a question gives. Raises SpotifyError where nobody answers, or nonsense."""
    try:
        return question()
    except (requests.RequestException, ValueError) as error:
        raise SpotifyError(
            f"Spotify does not answer as it should: {type(error).__name__}"
        ) from error


def check(answer: requests.Response) -> requests.Response:
    """Return an answer that is none of an error; raise what the others mean."""
    status = answer.status_code
    if status == HTTPStatus.UNAUTHORIZED:
        raise ExpiredError("Spotify does not take this token any more.")
    if status == HTTPStatus.FORBIDDEN:
        raise RefusedError("Spotify does not let this account be asked.")
    check_pace(answer)
    if status >= HTTPStatus.BAD_REQUEST:
        raise SpotifyError(f"Spotify answers with status {status}.")
    return answer


def check_pace(answer: requests.Response) -> requests.Response:
    """Return an answer, unless it says that we ask too often."""
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise HurriedError(_seconds(answer.headers.get("Retry-After", "")))
    return answer


def _seconds(text: str) -> int:
    """Return what Retry-After says; Spotify sends seconds, never a date."""
    wanted = int(text) if text.isascii() and text.isdigit() else PAUSE
    return min(max(wanted, 1), LONGEST_PAUSE)


def document(answer: requests.Response) -> dict[str, Any]:
    """Return the JSON object of an answer. Raises ValueError where it is none."""
    value = answer.json()
    if not isinstance(value, dict):
        raise ValueError("no JSON object")  # noqa: TRY004  as a text that is no JSON at all
    return value
