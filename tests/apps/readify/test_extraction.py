"""The readable part of a page, and what never comes out of one."""

import html
import re

import lxml.html
import pytest
from apps.readify.articlepages import ADDRESS, SENTENCE, html_page, paragraphs
from hypothesis import given, settings
from hypothesis import strategies as st
from pagefetch import FetchedPage
from readify.article import PART
from readify.extraction import ALLOWED, NothingToReadError, extract, reading_minutes


def test_the_article_is_found_and_the_rest_left_out() -> None:
    """Title and text stay; menu, footer and the title said twice do not."""
    article = extract(html_page(paragraphs(3)))
    assert article.title == "The whale"
    assert article.text.count("The whale was seen again") == 15
    for gone in ("About us", "Imprint", "<h1"):
        assert gone not in article.html


def test_what_a_page_says_about_itself_is_kept() -> None:
    """Description and language come from its head."""
    head = "<meta name=description content='A whale, &amp; a hill'>"
    article = extract(html_page(paragraphs(2), head=head, lang="de-CH"))
    assert (article.excerpt, article.language) == ("A whale, & a hill", "de-CH")


def test_signs_that_nobody_sees_are_left_out_of_titles() -> None:
    """A page cannot turn the text around its title on the screen (CWE-1007)."""
    head = "<meta name=description content='a\u202eb\x07c'>"
    article = extract(html_page(paragraphs(2), title="The\u202e whale\u2028!", head=head))
    assert (article.title, article.excerpt) == ("The whale !", "ab c")


def test_links_are_complete_and_lead_to_the_web() -> None:
    """Relative ones count from the page, or from what it names its base; scripts are no links."""
    body = paragraphs(2) + (
        f"<p>{SENTENCE}<a href='../fish?a=1&amp;b=2'>fish</a> and <a href='javascript:alert(1)'>x</a></p>"
    )
    links = lxml.html.fromstring(extract(html_page(body)).html).xpath("//a/@href")
    assert links == ["https://example.org/fish?a=1&b=2"]
    based = html_page(body, head="<base href='https://other.example/a/'>")
    assert "https://other.example/fish" in extract(based).html


def test_pictures_become_links_that_say_what_they_show() -> None:
    """No picture is loaded from elsewhere; one without a description is left out."""
    body = f"{paragraphs(2)}<img src='whale.jpg' alt='A whale'><img src='dot.gif' alt=''>"
    article = extract(html_page(body))
    assert '<a href="https://example.org/news/whale.jpg"' in article.html
    assert "Picture: A whale" in article.text
    assert "<img" not in article.html
    assert "dot.gif" not in article.html


def test_code_keeps_its_lines_and_words_in_a_sentence_stay_there() -> None:
    """A block of code is one block; `code` inside a sentence does not break it."""
    body = (
        f"<p>{SENTENCE} Call <code>swim()</code> first.</p>{paragraphs(2)}"
        "<pre><code>def swim():\n    return 1\n</code></pre>"
    )
    article = extract(html_page(body))
    assert "Call <code>swim()</code> first." in article.html
    assert "<pre>def swim():\n    return 1\n</pre>" in article.html


def test_headings_go_down_one_step_at_a_time() -> None:
    """The title stands above them, whatever the page called them."""
    body = f"<h4>One</h4>{paragraphs(2)}<h6>Two</h6>{paragraphs(2)}<h1>Three</h1>{paragraphs(1)}"
    found = re.findall(r"<(h\d)>(\w+)", extract(html_page(body)).html)
    assert found == [("h2", "One"), ("h3", "Two"), ("h2", "Three")]


def test_a_long_article_comes_in_parts() -> None:
    """The places that a reader comes back to; nothing is lost between them."""
    article = extract(html_page(paragraphs(40)))
    parts = article.html.split(PART)
    assert 8 <= len(parts) <= 16
    assert [article.html.count(f"Paragraph {number}.") for number in range(40)] == [1] * 40


def test_plain_text_is_an_article_whose_lines_stay() -> None:
    """Its first line is its title; what looks like HTML is text."""
    article = extract(FetchedPage(ADDRESS, "text/plain", "\n RFC 1 \n\n  <b>Hosts</b>\n"))
    assert article.title == "RFC 1"
    assert "  &lt;b&gt;Hosts&lt;/b&gt;" in article.html


@pytest.mark.parametrize(
    "text", ["", " \n", "<html>", "<title>x</title>", "<!--" * 1000, "<img src=x>", "<script>1"]
)
def test_a_page_without_text_says_so(text: str) -> None:
    """The reason is a sentence for its owner."""
    with pytest.raises(NothingToReadError, match="No text to read"):
        extract(FetchedPage(ADDRESS, "text/html", text))


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<p onclick=alert(1) style='position:fixed'>text</p>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src='https://evil.example'></iframe>",
        "<form action='/act'><button>Delete</button></form>",
        "<a href='data:text/html,<script>1</script>'>x</a>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "<style>@import 'https://evil.example'</style><link rel=stylesheet href=x>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<base target=_top><object data=x></object><embed src=x>",
    ],
)
def test_nothing_harmful_comes_out(evil: str) -> None:
    """Only known elements, and no attribute but the address of a link (CWE-79)."""
    article = extract(html_page(paragraphs(2) + evil + paragraphs(1)))
    assert unknown_in(article.html) == []


def unknown_in(safe: str) -> list[str]:
    """Return what a browser would find in HTML that is not allowed there."""
    tree = lxml.html.fragment_fromstring(safe, create_parent="div")
    found = [element for element in tree.iterdescendants() if isinstance(element.tag, str)]
    wrong = [str(element.tag) for element in found if element.tag not in ALLOWED]
    for element in found:
        wrong += [name for name in element.attrib if name not in {"href", "rel"}]
        address = element.get("href", "https://")
        wrong += [] if address.startswith(("http://", "https://", "mailto:")) else [address]
    return wrong


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<pre>", "<b", ">", "'", '"', "<!--", "-->", "x "]))
)
def test_broken_html_is_read_or_refused(parts: list[str]) -> None:
    """Whatever a page consists of, it ends in an article that is safe or in a reason."""
    page = FetchedPage(ADDRESS, "text/html", f"<p>{SENTENCE * 5}" + "".join(parts))
    try:
        article = extract(page)
    except NothingToReadError:
        return
    assert unknown_in(article.html) == []


@settings(deadline=None)
@given(st.text(max_size=300))
def test_plain_text_comes_back_as_it_is(text: str) -> None:
    """No sign of it becomes HTML."""
    try:
        article = extract(FetchedPage(ADDRESS, "text/plain", text))
    except NothingToReadError:
        return
    assert re.findall(r"<\w+", article.html) == ["<pre"]
    assert "<" not in html.unescape(article.html.replace("&lt;", "")).removeprefix("<pre>")[:-6]


@pytest.mark.parametrize(
    ("text", "minutes"), [("word " * 3, 1), ("word " * 2300, 10), ("鯨" * 5000, 10)]
)
def test_reading_takes_minutes(text: str, minutes: int) -> None:
    """Words are counted where there are blanks, signs where there are none."""
    assert reading_minutes(text) == minutes
