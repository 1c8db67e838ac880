"""Title and description in the head of an HTML page.

Notice that this is no HTML parser. Parsers build a tree, and a page can be made that costs them
time in the square of its size, which would stop everybody else's requests. Here each sign is looked
at a bounded number of times: after a tag that is broken, reading goes on behind it.
"""

import codecs
import html
import re
from collections.abc import Iterator
from typing import NamedTuple

SCRIPT = r"<(?P<kind>script|style|noscript|template)\b[^<]*+(?:<(?!/(?P=kind))[^<]*+)*+"
COMMENT = r"<!--[^-]*+(?:-(?!->)[^-]*+)*+"
QUOTED = r"\"[^\"]{0,2000}+\"|'[^']{0,2000}+'"
TITLE = rf"<title\b(?:[^<>\"']++|{QUOTED})*+>?(?P<title>[^<]*+(?:<(?!/title)[^<]*+)*+)"
META = rf"<meta\b(?P<meta>(?:[^<>\"']++|{QUOTED})*+)"
INTERESTING = re.compile(f"{COMMENT}|{SCRIPT}|{TITLE}|{META}", re.IGNORECASE)
VALUE = r"\"([^\"]{0,2000}+)\"|'([^']{0,2000}+)'|([^\s\"'>]{1,2000}+)"
ATTRIBUTE = re.compile(rf"([^\s=\"'/>]{{1,50}}+)\s{{0,50}}+=\s{{0,50}}+(?:{VALUE})")
END = re.compile(rb"</head\b|<body\b", re.IGNORECASE)
CHARSET = re.compile(
    rb"<meta\b[^<>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{1,40})", re.IGNORECASE
)
# Others would cost more than they are worth, or are no encodings of pages at all.
CHARSETS = re.compile(
    r"utf-8|utf-16.*|ascii|iso8859-\d+|cp\d+|koi8-.|mac-.*|gb.*|big5.*|euc_.*|shift.*"
)
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Head(NamedTuple):
    """What a page says about itself; empty where it says nothing."""

    title: str = ""
    description: str = ""


def ends_in(content: bytes) -> bool:
    """Say whether the head of a page is complete."""
    return bool(END.search(content))


def parse_head(content: bytes, charset: str | None = None) -> Head:
    """Return title and description of a page; `charset` is what its Content-Type says.

    The title that a page gives for sharing (Open Graph) stands in for one that is missing.
    """
    texts: dict[str, str] = {}
    for name, text in named_texts(decode(content, charset)):
        texts.setdefault(name, " ".join(html.unescape(text).split()))
    return Head(
        title=texts.get("title") or texts.get("og:title") or texts.get("twitter:title") or "",
        description=texts.get("description") or texts.get("og:description") or "",
    )


def named_texts(page: str) -> Iterator[tuple[str, str]]:
    """Yield the title, and name and content of each meta element, in their order."""
    for found in INTERESTING.finditer(page):
        if found["title"] is not None:
            yield "title", found["title"]
        elif found["meta"] is not None:
            values = attributes(found["meta"])
            name = values.get("name") or values.get("property") or ""
            yield name.lower(), values.get("content", "")


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag."""
    return {
        found[1].lower(): next((value for value in found.groups()[1:] if value is not None), "")
        for found in ATTRIBUTE.finditer(text)
    }


def decode(content: bytes, charset: str | None) -> str:
    """Return a page as text: by its byte order mark, its header, its own word, else UTF-8.

    Pages that say nothing and are not UTF-8 were written for Western Windows, as browsers guess.
    """
    for mark, name in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    declared = CHARSET.search(content)
    names = [charset, declared[1].decode("ascii") if declared else None]
    for name in filter(None, names):
        if is_charset(name):
            return content.decode(name, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        is_cut = error.end == len(content)  # the last sign was still to come
        return content.decode("utf-8" if is_cut else "windows-1252", "replace")


def is_charset(name: str) -> bool:
    """Say whether that is the name of an encoding that pages come in."""
    try:
        return bool(CHARSETS.fullmatch(codecs.lookup(name).name))
    except (LookupError, ValueError):
        return False
