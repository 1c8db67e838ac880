"""The readable part of a page: its title, its text without menus and advertisements, how long it is.

Notice the order. What the library finds is put in shape first, and sanitised last: nothing that was
done to a page before can bring back what the list of allowed elements does not have (CWE-79).
"""

import html
import re

import lxml.html
import nh3
import trafilatura
from lxml.html import HtmlElement
from pagefetch import FetchedPage, parse_head
from weblinks.titles import clean_title

from readify.article import PART, Article

LONGEST_ARTICLE = 2_000_000  # characters of HTML; a document of MongoDB has room for 16 MB
EXCERPT_LENGTH = 300  # characters
WORDS_A_MINUTE = 230
SIGNS_A_MINUTE = 500  # of scripts that put no blanks between words
UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = {*HEADINGS, "p", "li", "dt", "dd", "tr", "pre", "blockquote", "br", "td", "th", "div"}
ALLOWED = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"),
    *("blockquote", "pre", "code", "kbd", "samp", "var", "em", "i", "strong", "b", "s", "del"),
    *("sub", "sup", "mark", "q", "cite", "abbr", "small", "figure", "figcaption", "a"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
LINK_REL = "noopener noreferrer nofollow ugc"
PARTS = 12
NO_TEXT = "No text to read was found on the page. Open it at its own site."


class NothingToReadError(ValueError):
    """A page without an article; its text says so, fit for showing."""


def extract(page: FetchedPage) -> Article:
    """Return the article of a page; raise NothingToReadError if there is none."""
    return plain(page) if page.kind == "text/plain" else readable(page)


def plain(page: FetchedPage) -> Article:
    """Return a page of plain text as an article; its lines stay as they are."""
    first_line = page.text.strip().partition("\n")[0].strip()
    return article_of(first_line, "", f"<pre>{html.escape(page.text)}</pre>")


def readable(page: FetchedPage) -> Article:
    """Return the article of an HTML page."""
    head = parse_head(page.text.encode("utf-8", "replace"), "utf-8")
    tree = parsed(page)
    found = trafilatura.extract(
        tree,
        output_format="html",
        include_links=True,
        include_formatting=True,
        include_images=True,
        include_comments=False,
    )
    shaped = shape(found, head.title) if found else ""
    return article_of(head.title, head.description, shaped, language_of(tree))


def parsed(page: FetchedPage) -> HtmlElement:
    """Return the tree of a page, all its links complete; raise NothingToReadError for an empty one."""
    try:
        tree = lxml.html.document_fromstring(XML_DECLARATION.sub("", page.text))
        tree.make_links_absolute(page.address, resolve_base_href=True, handle_failures="discard")
    except (lxml.etree.ParserError, ValueError) as error:
        raise NothingToReadError(NO_TEXT) from error
    return tree


def language_of(tree: HtmlElement) -> str:
    """Return the language that a page says it is written in."""
    said = tree.get("lang") or ""
    return said if LANGUAGE.fullmatch(said) else ""


def article_of(title: str, description: str, unsafe: str, language: str = "") -> Article:
    """Return an article out of HTML that nobody has looked at yet."""
    parts = [safe for part in in_parts(unsafe) if (safe := sanitised(part))]
    safe = PART.join(parts)
    text = text_of(safe)
    if not text:
        raise NothingToReadError(NO_TEXT)
    if len(safe) > LONGEST_ARTICLE:
        raise NothingToReadError("The text of this page is too long to be kept here.")
    excerpt = shortened(clean_title(description or text))
    return Article(clean_title(title), safe, text, excerpt, reading_minutes(text), language)


def in_parts(unsafe: str) -> list[str]:
    """Return HTML cut between its blocks into parts of about the same length.

    These are the places to which somebody comes back who has stopped reading.
    """
    if not unsafe.strip():
        return []
    body = lxml.html.document_fromstring(unsafe).body
    length = max(len(body.text_content()) // PARTS, 1)
    parts, room = [html.escape(body.text or "")], length
    for block in body:
        if room <= 0:
            parts, room = [*parts, ""], length
        parts[-1] += str(lxml.html.tostring(block, encoding="unicode"))
        room -= len(block.text_content())
    return parts


def sanitised(unsafe: str) -> str:
    """Return HTML with nothing in it but what an article needs; links lead to the web only."""
    return nh3.clean(
        unsafe,
        tags=ALLOWED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=LINK_REL,
        strip_comments=True,
    ).strip()


def shape(found: str, title: str) -> str:
    """Return the library's HTML as it is shown below a title, in which pictures are links."""
    tree = lxml.html.document_fromstring(found, parser=lxml.html.XHTMLParser(recover=True))
    for picture in list(tree.iter("img", "graphic")):
        link_to_picture(picture)
    for code in list(tree.iter("pre")):
        mend_code(code)
    for heading in list(tree.iter("h1")):
        if words_of(heading.text_content()) == words_of(title):
            heading.drop_tree()
    level_headings(tree)
    return str(lxml.html.tostring(tree.find("body"), encoding="unicode"))


def link_to_picture(picture: HtmlElement) -> None:
    """Put a link in the place of a picture that says what it shows; others are decoration.

    Pictures would tell foreign sites who reads here, and when; and they are not there offline.
    """
    shown, address = " ".join((picture.get("alt") or "").split()), picture.get("src")
    if shown and address:
        picture.tag, picture.text = "a", f"Picture: {shown}"
        picture.attrib.clear()
        picture.set("href", address)
        if picture.getparent().tag in {"body", "figure"}:
            wrapped(picture)
    else:
        picture.drop_tree()


def wrapped(element: HtmlElement) -> None:
    """Put a paragraph around an element that stands among paragraphs."""
    paragraph, tail = lxml.html.Element("p"), element.tail
    element.addprevious(paragraph)
    element.tail = None
    paragraph.append(element)
    paragraph.tail = tail


def mend_code(code: HtmlElement) -> None:
    """Undo what the library does to code: one word in a sentence is no block, one block not two."""
    parent = code.getparent()
    if parent.tag == "pre" and not (parent.text or "").strip():
        parent.text = code.tail = None  # blanks that only indent the library's HTML
        code.drop_tag()
    elif parent.tag != "body" and "\n" not in code.text_content():
        code.tag = "code"


def level_headings(tree: HtmlElement) -> None:
    """Let headings begin below the title's, and go down one step at a time (WCAG 1.3.1)."""
    before = 1
    for heading in tree.iter(*HEADINGS):
        before = min(max(int(heading.tag[1]), 2), before + 1)
        heading.tag = f"h{before}"


def text_of(safe: str) -> str:
    """Return the text of sanitised HTML, each block on a line of its own."""
    tree = lxml.html.fragment_fromstring(safe, create_parent="div")
    for element in tree.iter():
        if element.tag in BLOCKS:
            element.tail = f"\n{element.tail or ''}"
    lines = tree.text_content().splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def words_of(text: str) -> list[str]:
    """Return the words of a text, capitals and blanks aside."""
    return re.findall(r"\w+", text.casefold())


def shortened(text: str) -> str:
    """Return the beginning of a text, up to the end of a word."""
    if len(text) <= EXCERPT_LENGTH:
        return text
    cut = text[:EXCERPT_LENGTH]
    return f"{cut.rpartition(' ')[0] or cut} …"


def reading_minutes(text: str) -> int:
    """Return how many minutes somebody needs for a text, rounded, and one at least."""
    signs = len(UNSPACED.findall(text))
    words = len(UNSPACED.sub(" ", text).split())
    return max(1, round(signs / SIGNS_A_MINUTE + words / WORDS_A_MINUTE))
