"""Reported comments: members tell what is wrong, and whoever runs the site decides."""

import json

import pytest
from apps.readify.conftest import People
from apps.readify.people import PASSWORD, Person, sends, token_of
from brubeck.testing import TestClient
from bson import ObjectId
from readify import queries
from readify.models import Link
from readify.queries import Db
from readify.queries.comments import HIDDEN_TEXT
from readify.settings import Settings

OPERATOR = "Hopper"


@pytest.fixture(scope="module")
def settings(mongo_url: str, database: str) -> Settings:
    """Give settings that name somebody who runs the site."""
    return Settings(transport="wsgi", mongo_url=mongo_url, database=database, operators=(OPERATOR,))


@pytest.fixture
def operator(person: People) -> Person:
    """Give whoever runs the site."""
    return person(OPERATOR.lower())


@pytest.fixture
def link(ada: Person) -> Link:
    """Give a link that Ada shows to everybody."""
    return ada.has("https://example.org/whale", "The whale", is_public=True)


@pytest.fixture
def grace(person: People) -> Person:
    """Give somebody who comments."""
    return person("grace")


@pytest.fixture
def comment(grace: Person, link: Link) -> str:
    """Give the id of something that Grace has said."""
    return str(queries.insert_comment(grace.app.db_conn, grace.user, link.id, "Buy this!"))


def decides(operator: Person, do: str, comment: str, **form: str) -> str:
    """Press a button of the page of reports; return the page that comes next."""
    answer = operator.sends("/reports", do=do, comment=comment, **form)
    assert answer.status_code == 302, answer.text
    return operator.get("/reports").text


def test_whoever_runs_the_site_reads_what_is_wrong(
    operator: Person, ada: Person, grace: Person, comment: str
) -> None:
    """With the text as it was then, and by whom; the same person's second report replaces the first."""
    ada.sends(f"/comments/{comment}/report", text="It is an <b>advertisement</b>.")
    ada.sends(f"/comments/{comment}/report", text="Really <b>bad</b>.")
    grace.sends(f"/comments/{comment}/edit", text="What a whale!")
    assert "1 waits for the decision" in " ".join(operator.get("/settings").text.split())
    page = operator.get("/reports").text
    assert "What a whale!" in page
    assert "It said then: Buy this!" in page
    assert "Really &lt;b&gt;bad&lt;/b&gt;." in page
    assert "advertisement" not in page
    assert "<strong>ada</strong>" in page
    (report,) = json.loads(ada.get("/settings/takeout").text)["reports"]
    assert (report["comment"], report["reason"]) == ("Buy this!", "Really <b>bad</b>.")
    assert ada.sends(f"/comments/{comment}/report", text=" ").status_code == 400


def test_nobody_else_decides(
    ada: Person, grace: Person, stranger: TestClient, comment: str, db: Db
) -> None:
    """Neither who reported it, nor who wrote it; the page is not there for them."""
    ada.sends(f"/comments/{comment}/report", text="Hm.")
    for somebody in (ada, grace):
        assert somebody.get("/reports").status_code == 404
        assert "/reports" not in somebody.get("/settings").text
        form = {"csrf_token": token_of(somebody.get("/settings")), "do": "dismiss"}
        answer = somebody.browser.post("/reports", form={**form, "comment": comment})
        assert answer.status_code == 404
    assert "/login" in stranger.get("/reports").headers["location"]
    assert db.reports.count_documents({}) == 1


def test_a_hidden_comment_is_read_by_its_author_alone(
    operator: Person, ada: Person, grace: Person, link: Link, comment: str, stranger: TestClient
) -> None:
    """Others see that something was hidden; editing it shows it to nobody; it can be shown again."""
    ada.sends(f"/comments/{comment}/report", text="Hm.")
    page = decides(operator, "hide", comment)
    assert "Nothing is reported" in page
    assert "Show again" in page
    grace.sends(f"/comments/{comment}/edit", text="Buy that!")
    for somebody in (ada.browser, stranger):
        seen = somebody.get(f"/discuss/{link.id}").text
        assert "Buy that!" not in seen
        assert HIDDEN_TEXT in seen
    for path in ("report", "delete"):
        assert "Buy that!" not in ada.get(f"/comments/{comment}/{path}").text
    assert "Buy that!" in grace.get(f"/discuss/{link.id}").text
    decides(operator, "show", comment)
    assert "Buy that!" in stranger.get(f"/discuss/{link.id}").text


def test_a_comment_that_is_kept_is_not_asked_about_again(
    operator: Person, ada: Person, link: Link, comment: str, stranger: TestClient
) -> None:
    """Its reports are done with, and it stays."""
    ada.sends(f"/comments/{comment}/report", text="Hm.")
    assert "Nothing is reported" in decides(operator, "dismiss", comment)
    assert "Buy this!" in stranger.get(f"/discuss/{link.id}").text


def test_deleting_is_asked_about_and_a_second_click_is_harmless(
    operator: Person, ada: Person, link: Link, comment: str
) -> None:
    """The comment goes with its reports; who is too late reads that."""
    ada.sends(f"/comments/{comment}/report", text="Hm.")
    asked = operator.sends("/reports", do="delete", comment=comment)
    assert "Delete this comment?" in asked.text
    assert "Buy this!" in ada.get(f"/discuss/{link.id}").text
    form = {"csrf_token": token_of(asked), "do": "delete", "comment": comment, "sure": "yes"}
    for note in ("The comment is deleted.", "This comment is gone already"):
        assert operator.browser.post("/reports", form=form).status_code == 302
        assert note in operator.get("/reports").text
    assert "Buy this!" not in ada.get(f"/discuss/{link.id}").text
    for bad in ("nothing", str(ObjectId())):
        assert "gone already" in decides(operator, "hide", bad)
    assert operator.sends("/reports", do="nothing", comment=comment).status_code == 400


def test_no_stranger_takes_the_name_of_whoever_runs_the_site(stranger: TestClient, db: Db) -> None:
    """Not even while nobody has it."""
    answer = sends(stranger, "/create", username=OPERATOR, password=PASSWORD)
    assert answer.status_code == 400
    assert "This name is reserved" in answer.text
    assert db.users.count_documents({}) == 0


def test_what_is_gone_leaves_no_report(
    ada: Person, person: People, grace: Person, link: Link, comment: str, db: Db
) -> None:
    """Neither a deleted account nor a purged link, whoever said something there."""
    eve = person("eve")
    eve.sends(f"/comments/{comment}/report", text="Hm.")
    own = queries.insert_comment(db, ada.user, link.id, "Mine.")
    grace.sends(f"/comments/{own}/report", text="Hm, too.")
    queries.delete_all_of(db, grace.user)
    assert [item["_id"] for item in db.comments.find()] == [own]
    assert db.reports.count_documents({}) == 0
    eve.sends(f"/comments/{own}/report", text="Hm.")
    ada.acts(delete=str(link.id))
    ada.acts("/bin", purge=str(link.id), sure="yes")
    assert (db.comments.count_documents({}), db.reports.count_documents({})) == (0, 0)


def test_comments_under_the_links_of_a_deleted_account_go_with_them(
    ada: Person, grace: Person, comment: str, db: Db
) -> None:
    """Nobody could reach them any more; what was reported about them goes, too."""
    ada.sends(f"/comments/{comment}/report", text="Hm.")
    queries.delete_all_of(db, ada.user)
    assert (db.comments.count_documents({}), db.reports.count_documents({})) == (0, 0)
