"""Notes in Markdown."""

import html.parser

import pytest
from apps.listsurf.people import Person
from hypothesis import given
from hypothesis import strategies as st
from weblinks.notes import ELEMENTS, markdown
from weblinks.typedlinks import NOTES_LENGTH

EVIL = st.lists(
    st.sampled_from(
        ["<script>", "[x](javascript:alert(1))", "<img src=x onerror=y>", "![p](https://x.example/p.png)",
         "<a href='data:text/html,x'>", "`", "**", "\n", "> ", "- ", "[a]: javascript:x\n", "[a]", "<b ", "&lt;"]
    ), max_size=10,
).map("".join)  # fmt: skip


class Elements(html.parser.HTMLParser):
    """Collects what elements and attributes a text holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("notes", "shown"),
    [
        ("*em* **strong** `code`", "<p><em>em</em> <strong>strong</strong> <code>code</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("", ""),
        (None, ""),
    ],
)
def test_notes_are_shown_as_they_were_meant(notes: str | None, shown: str) -> None:
    """Emphasis, lists, line ends; HTML is text."""
    assert markdown(notes).strip() == shown


def test_links_in_notes_lead_out_without_a_trace() -> None:
    """Like the saved links themselves."""
    assert 'rel="noopener noreferrer nofollow ugc"' in markdown("[x](https://example.com/)")


@given(EVIL)
def test_nothing_in_notes_runs_or_is_loaded(notes: str) -> None:
    """Only harmless elements come out, and only addresses of the web (CWE-79)."""
    for name, attributes in Elements(markdown(notes)).found:
        assert name in ELEMENTS
        assert set(attributes) <= {"href", "rel"}
        assert not (attributes.get("href") or "").lower().startswith(("javascript", "data"))


def test_notes_are_kept_with_their_lines(ada: Person) -> None:
    """They come back into the form as they were typed, and stand in the list as HTML."""
    ada.sends("/add_item", url="https://example.com/", notes="# Ü\r\n\r\n    code\r\n")
    link = ada.links()[0]["id"]
    assert "# Ü\n\n    code</textarea>" in ada.get(f"/edit_item/{link}").text
    assert "<h1>Ü</h1>" in ada.get("/").text


def test_notes_have_a_limit(ada: Person) -> None:
    """One sign more is refused, and all of it is still in the field."""
    answer = ada.sends("/add_item", url="https://example.com/", notes="ä" * (NOTES_LENGTH + 1))
    assert answer.status_code == 400
    assert "ä" * (NOTES_LENGTH + 1) in answer.text
