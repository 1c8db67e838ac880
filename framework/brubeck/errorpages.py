"""What a client sees when there is nothing better: what happened, why, and what to do next."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from brubeck.errors import HTTPError
from brubeck.jsontext import dumps
from brubeck.request import Request
from brubeck.response import Response, reason_phrase

HTML, JSON, PROBLEM, TEXT = (
    "text/html",
    "application/json",
    "application/problem+json",
    "text/plain",
)

ERROR_TYPES = (HTML, PROBLEM, JSON, TEXT)  # of equally welcome ones the first is sent

log = logging.getLogger(__name__)

# Statuses without an exception of their own in brubeck.errors.
DETAILS = {
    401: "This page is for people who are logged in. Log in and try again.",
    402: "This has to be paid for first.",
    406: "This is not available in a form that was asked for. Ask with another Accept header.",
    408: "The request took too long to arrive. Try again.",
    409: "Something else has changed this meanwhile. Load it again and repeat your change.",
    410: "This has been removed for good. Start at the front page.",
    414: "The address is too long. Shorten it.",
    429: "There were too many requests. Wait a little and try again.",
}

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.125rem/1.6 system-ui, sans-serif; margin: 0 auto; padding: 15vh 1.5rem 2rem;
  max-width: 36rem; overflow-wrap: anywhere; }}
h1 {{ line-height: 1.2; margin: 0 0 1rem; }}
small {{ opacity: .75; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{detail}</p>
<p><a href="/">Go to the front page</a></p>
<p><small>Error {status_code} &middot; request {request_id}</small></p>
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request failed, in the words that the client may read."""

    status_code: int
    title: str
    detail: str
    request_id: str

    def page(self) -> str:
        """Return a web page that needs nothing but itself."""
        return PAGE.format(
            status_code=self.status_code,
            title=escape(self.title),
            detail=escape(self.detail),
            request_id=self.request_id,
        )

    def document(self) -> str:
        """Return a problem document (RFC 9457)."""
        return dumps(
            {
                "title": self.title,
                "status": self.status_code,
                "detail": self.detail,
                "request_id": self.request_id,
            }
        )

    def text(self) -> str:
        """Return two lines of text."""
        return f"{self.status_code} {self.title}\n{self.detail} (request {self.request_id})\n"


Page = Callable[[Problem], str]


def explain(
    request: Request, response: Response, detail: str = "", page: Page = Problem.page
) -> None:
    """Give an error without a body one that fits the Accept header; `page` makes the HTML."""
    status_code = response.status_code
    problem = Problem(
        status_code, reason_phrase(status_code), detail or default_detail(status_code), request.id
    )
    accepted = request.accepts(*ERROR_TYPES)
    if accepted in {PROBLEM, JSON}:
        body = problem.document()
    elif accepted == TEXT:
        body = problem.text()
    else:
        body = _page_or_plain(page, problem)
    response.body = body.encode()
    response.set_header("Content-Type", _content_type(accepted))


def _page_or_plain(page: Page, problem: Problem) -> str:
    try:
        return page(problem)
    except Exception:
        log.exception("The application's page for errors failed")
        return problem.page()


def default_detail(status_code: int) -> str:
    """Return what can be said about a status when nothing else is known."""
    if status_code in DETAILS:
        return DETAILS[status_code]
    known = {kind.status_code: kind.default_detail for kind in HTTPError.__subclasses__()}
    fallback = HTTPError.default_detail if status_code >= 500 else known[400]
    return known.get(status_code, fallback)


def _content_type(accepted: str | None) -> str:
    if accepted in {PROBLEM, JSON}:
        return accepted or PROBLEM
    return f"{TEXT if accepted == TEXT else HTML}; charset=utf-8"
