"""The documentation, at a host name of its own: files that `make docs` has built."""

from pathlib import Path

from brubeck.errors import ServiceUnavailable
from brubeck.request import Request
from brubeck.request_handling import Brubeck
from brubeck.response import Response
from brubeck.static import StaticFiles

NOT_BUILT = (
    "The documentation is being built, which takes some seconds. Reload the page then. "
    "If it stays away, make docs says why."
)
FIRST_PAGE = "index.html"
RELOAD = {"Refresh": "5", "Retry-After": "5"}


class Documentation:
    """A folder of pages; it may be built, and built anew, while this runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: StaticFiles | None = None

    def serve(self, application: Brubeck, request: Request, name: str) -> Response:
        """Answer with a page. Raises NotFound, or ServiceUnavailable before the first build."""
        if self._files is None:
            if not (self._folder / FIRST_PAGE).is_file():
                raise ServiceUnavailable(NOT_BUILT, headers=RELOAD)
            self._files = StaticFiles([self._folder], "/")
        return self._files.serve(application, request, name or FIRST_PAGE)
