"""The endless page: it is never finished, and grows by a line whenever somebody says one.

Notice that this is the plainest of the four faces: a loop that waits and yields. It has its price,
too: a greenlet and a connection for each reader, for as long as the page is open.
"""

from collections.abc import Iterator
from time import monotonic

from brubeck.handlers.message import Result
from brubeck.response import HTML, Response
from brubeck.templating import render_template

from nojs.faces import LIVE, STREAM
from nojs.handlers.reading import WholeHandler
from nojs.policy import HEADERS
from nojs.queries.lines import KEPT, StoredLine
from nojs.transcript import SMALL_BUDGET, newest_that_fit, shown

MARK = "<!-- lines -->"  # where they come in the page
SILENCE = 20  # seconds until an empty line is sent, to learn who has gone
LONGEST = 60 * 60  # seconds; then the page ends, and fetches itself anew


class StreamHandler(WholeHandler):
    """A room on one endless page."""

    face = STREAM

    def get(self, _room: str) -> Result:
        """Send the page, line by line."""
        self.be_seen()
        page = {**self.context(LIVE), "lines": None, "is_stream": True}
        whole = self.rendered("whole", **self.template_context(page))
        head, _, tail = whole.partition(MARK)
        self.headers.update(HEADERS)
        answer = Response.of(self.stream(self.pieces(head, tail), HTML))
        answer.endless = True  # type: ignore[union-attr]  # nobody waits for its end when all ends
        return answer  # type: ignore[return-value]  # a Response is a result, too

    def pieces(self, head: str, tail: str) -> Iterator[str]:
        """Yield the page: the head, each line when it is said, the tail when it is long enough."""
        yield head
        version, end = "", monotonic() + LONGEST
        while monotonic() < end:
            change = self.application.news.next_change(self.room)  # first wait, then look
            version, stored = self.since(version)
            lines = shown(stored, self.visitor.name)
            yield "".join(self.rendered("line", **line) for line in lines) or "\n"
            change.wait(SILENCE)
            self.be_seen()
        yield tail

    def since(self, version: str) -> tuple[str, list[StoredLine]]:
        """Return all lines since a version, and the new one; at first as many as a page shows."""
        if version:
            return self.lines(after=version, count=KEPT)
        version, stored = self.lines()
        return version, newest_that_fit(stored, SMALL_BUDGET)

    def rendered(self, template: str, **context: object) -> str:
        """Return a template as text."""
        return render_template(self.application.template_env, template, **context)
