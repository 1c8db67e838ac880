"""Notes, which are written in Markdown, as HTML that is safe to show.

Notice that there are two lines of defence. HTML in the notes is shown as text, not taken over; and
what Markdown has been made into is cleaned by a sanitiser that lets only these elements through.
"""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
ELEMENTS = {
    *("p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}


def markdown(text: str | None) -> Markup:
    """Return notes as HTML; pictures become nothing, because they would tell others who reads."""
    cleaned = nh3.clean(
        MARKDOWN.render(text or ""),
        tags=ELEMENTS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow ugc",
    )
    return Markup(cleaned)  # noqa: S704  this is what the sanitiser is for
