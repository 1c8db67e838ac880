"""Pages as sites send them: an article between menus, and pages that mean harm."""

from pagefetch import FetchedPage

ADDRESS = "https://example.org/news/whale.html"
SENTENCE = "The whale was seen again today, far out, by all who had climbed the hill to look. "
NAVIGATION = "<nav><a href='/'>Home</a> <a href='/about'>About us</a></nav>"
FOOTER = "<footer>All rights reserved. <a href='/imprint'>Imprint</a></footer>"


def html_page(body: str, title: str = "The whale", head: str = "", lang: str = "en") -> FetchedPage:
    """Return a page with something around its article."""
    text = (
        f"<!doctype html><html lang={lang!r}><head><title>{title}</title>{head}</head>"
        f"<body>{NAVIGATION}<article><h1>{title}</h1>{body}</article>{FOOTER}</body></html>"
    )
    return FetchedPage(ADDRESS, "text/html", text)


def paragraphs(count: int) -> str:
    """Return some paragraphs of five sentences."""
    return "".join(f"<p>Paragraph {number}. {SENTENCE * 5}</p>" for number in range(count))
