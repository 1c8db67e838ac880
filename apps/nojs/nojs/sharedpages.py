"""The page of messages that looks the same for everybody: rendered once for each version.

Notice what that needs: nothing in it may depend on who reads it. All its links are relative, so it
serves those with a key in their address as well; it has no form, and no cookie goes with it.
"""

from typing import TYPE_CHECKING

from brubeck.response import Response
from brubeck.templating import render_template

from nojs import queries
from nojs.faces import LIVE
from nojs.policy import HEADERS
from nojs.queries.lines import StoredLine
from nojs.transcript import SHOWN, earlier_than, newest_that_fit, shown

if TYPE_CHECKING:
    from nojs.app import NoJs

MOST = 200  # rooms whose page is kept


class SharedPages:
    """The pages, kept as long as their version is the newest."""

    def __init__(self, app: "NoJs") -> None:
        self._app = app
        self._kept: dict[str, tuple[str, str]] = {}

    def response(self, room: str) -> Response:
        """Return the page of a room as it is now, as an answer for many."""
        return Response(200, self.page(room), HEADERS)

    def page(self, room: str) -> str:
        """Return the page of a room as it is now."""
        store = self._app.store
        version, page = self._kept.get(room, ("", ""))
        if version == queries.version_for(store, room):
            return page
        version, stored = queries.read_lines(store, room, count=SHOWN)
        self._kept.pop(room, None)
        self._kept[room] = version, self.html(version, stored)
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return self._kept[room][1]

    def html(
        self, version: str, stored: list[StoredLine], *, seconds: int = LIVE, most: int = SHOWN
    ) -> str:
        """Return the page with these lines; `seconds` until it refreshes, negative for never."""
        fitting = newest_that_fit(stored, most=most)
        refresh = {"seconds": seconds, "version": version, "limit": most if most < SHOWN else 0}
        return render_template(
            self._app.template_env,
            "messages",
            **self._app.common_context(),
            lines=shown(fitting),
            refreshes=[refresh] if seconds >= LIVE else [],
            earlier=earlier_than(fitting, stored),
        )
