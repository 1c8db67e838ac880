"""Bookmarks of a browser on their way through the real server."""

from pathlib import Path

import pytest
from e2e.people import Visitor
from e2e.targets import Sites, unique
from playwright.sync_api import Page, expect

from apps.listsurf import bookmarkfiles

pytestmark = pytest.mark.e2e

MANY = 10_000
PATIENCE = 110_000  # milliseconds that an import of many may take on a busy machine


@pytest.fixture
def visitor(page: Page, sites: Sites) -> Visitor:
    """Give somebody with an account, whom nobody else has the name of."""
    visitor = Visitor(page, sites.listsurf, name=unique("imp"))
    visitor.signs_up()
    return visitor


def imports(visitor: Visitor, file: Path) -> None:
    """Choose a file, send it, and watch the progress until it is finished."""
    visitor.page.goto(visitor.site + "/import")
    visitor.page.get_by_label("File of bookmarks").set_input_files(file)
    visitor.page.get_by_role("button", name="Import", exact=True).click()
    expect(visitor.page.get_by_role("progressbar")).to_be_visible(timeout=PATIENCE)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Imported", timeout=PATIENCE)


def test_ten_thousand_bookmarks_come_through_and_go_out_again(
    visitor: Visitor, tmp_path: Path
) -> None:
    """A file too large for a message comes as an upload; its page loads itself again until the end."""
    file = tmp_path / "bookmarks.html"
    file.write_bytes(bookmarkfiles.firefox(MANY))
    imports(visitor, file)
    expect(visitor.page.get_by_role("status")).to_contain_text("10,000 links are new")
    visitor.page.goto(visitor.site + "/export")
    with visitor.page.expect_download() as saved:
        visitor.page.get_by_role("link", name="Bookmarks (HTML)").click()
    again = tmp_path / "again.html"
    saved.value.save_as(again)
    imports(visitor, again)
    expect(visitor.page.get_by_role("status")).to_contain_text("10,000 you had already")


def test_a_file_that_is_none_is_explained_beside_the_field(
    visitor: Visitor, tmp_path: Path
) -> None:
    """Also one so large that the server keeps it in a file."""
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\0" * 400_000)
    visitor.page.goto(visitor.site + "/import")
    visitor.page.get_by_label("File of bookmarks").set_input_files(file)
    visitor.page.get_by_role("button", name="Import", exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("This is no text file")
