"""What one does with articles, with one or with several: like, archive, delete, tag, and take it back.

Notice that a GET changes nothing. The addresses of the first Readify did (`/?archive=ID`), and any
page elsewhere could have somebody's browser open them; now they lead to a form that asks (CWE-352).
The ids that come along are only wishes: the queries take the owner with them.
"""

from typing import NamedTuple

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, HTTPError, NotFound
from brubeck.handlers.message import Result
from bson import ObjectId
from weblinks.tagnames import MOST_TAGS, clean_tag

from readify import queries
from readify.handlers.live import LivePage
from readify.handlers.pages import PageHandler
from readify.models import Link
from readify.wanted import Wanted

MOST_CHOSEN = 100  # articles, as many as a page can have
NOTHING_CHOSEN = "Nothing was chosen. Tick the boxes of some articles first."
NO_TAG = "No tag was typed. Type one beside the button, with at least one letter or digit."
NOTHING_TO_UNDO = "There is nothing to take back: it was taken back already, or it is too long ago."
FOR_GOOD = "It goes for good, with the text that was kept. This cannot be undone."
UNKNOWN = "This page does not know what to do. Use one of its buttons."


class Act(NamedTuple):
    """Something that is done with articles: the flag that it sets, and how it is spoken of."""

    flags: dict[str, bool]
    words: str
    done: str


ACTS = {
    "archive": Act({"archived": True}, "Archive", "Archived"),
    "unarchive": Act({"archived": False}, "Unarchive", "Back among the unread"),
    "like": Act({"liked": True}, "Like", "Liked"),
    "unlike": Act({"liked": False}, "No longer like", "No longer liked"),
    "delete": Act({"deleted": True}, "Delete", "Moved to the bin"),
    "undelete": Act({"deleted": False}, "Restore", "Restored"),
}  # in the order in which the first Readify looked for them
OTHERS = ("purge", "tag", "untag")


def counted(number: int) -> str:
    """Return a number of articles in words."""
    return "1 article" if number == 1 else f"{number:,} articles"


class ActingHandler(LivePage):
    """A page that does something with articles, or asks whether it shall."""

    def asked_for(self) -> tuple[str, list[ObjectId]]:
        """Return which act the request names, and the articles: `archive=ID`, or `do` and `id`."""
        for name in (*ACTS, "purge"):
            if ids := self.ids(name):
                return name, ids
        return self.get_argument("do", ""), self.ids("id")

    def ids(self, name: str) -> list[ObjectId]:
        """Return the ids that came along under a name."""
        typed = (self.get_arguments(name) or [])[:MOST_CHOSEN]
        return [ObjectId(text) for text in dict.fromkeys(typed) if ObjectId.is_valid(text)]

    def spoken_of(self, ids: list[ObjectId]) -> str:
        """Return one article by its title, several by their number."""
        link = self.find(ids[0]) if len(ids) == 1 else None
        return link.label if link else counted(len(ids))

    def find(self, link_id: ObjectId) -> Link | None:
        """Return an article of the visitor's, if he has it."""
        return queries.find_link(self.db_conn, self.current_user.id, link_id)

    def ask(self, name: str, ids: list[ObjectId], note: str = "", status_code: int = 200) -> Result:
        """Ask by a form whether an act is meant; raise NotFound for articles of somebody else."""
        links = [link for link in map(self.find, ids) if link]
        if not links:
            raise NotFound("None of your articles is here. Look at your list.")
        words = ACTS[name].words if name in ACTS else "Purge"
        pairs = [("do", name), ("sure", "yes"), *(("id", str(link.id)) for link in links)]
        return self.render_template(
            "confirm_act.html",
            _status_code=status_code,
            heading=f"{words} {'this article' if len(links) == 1 else counted(len(links))}?",
            button=words,
            button_class="button-danger" if name in {"purge", "delete"} else "",
            links=links,
            words=FOR_GOOD if name == "purge" else "",
            hidden=pairs,
            note=note,
            next_page=self.next_page,
            cancel=self.next_page,
        )


class ActHandler(ActingHandler):
    """Does what a button says, with the article beside it or with all that were ticked."""

    @web_authenticated
    def post(self) -> Result:
        """Do it, and go back with a note and a way to take it back."""
        name, ids = self.asked_for()
        if name not in ACTS and name not in OTHERS:
            raise BadRequest(UNKNOWN)
        if not ids:
            return self.redirect_with_note(self.next_page, NOTHING_CHOSEN)
        if name in ACTS:
            return self.flag(ACTS[name], ids)
        return {"purge": self.purge, "tag": self.tag, "untag": self.untag}[name](ids)

    def flag(self, act: Act, ids: list[ObjectId]) -> Result:
        """Set a flag of the articles."""
        batch = queries.set_flags(self.db_conn, self.current_user.id, ids, **act.flags)
        if batch is None:
            raise NotFound("None of your articles is here. Look at your list.")
        note = f"{act.done}: {self.spoken_of(ids)}"
        return self.redirect_with_note(self.page_after(), note, undo=batch)

    def page_after(self) -> str:
        """Return the page to go on to: the list, where one has dealt with the article just read."""
        reading = self.next_page.startswith("/read/")
        name, _ = self.asked_for()
        return "/" if reading and name in {"archive", "delete"} else self.next_page

    def purge(self, ids: list[ObjectId]) -> Result:
        """Remove articles from the bin for good, after asking."""
        if not self.get_argument("sure"):
            return self.ask("purge", ids)
        number = queries.purge(self.db_conn, self.current_user.id, ids)
        return self.redirect_with_note("/bin", f"Gone for good: {counted(number)}.")

    def tag(self, ids: list[ObjectId]) -> Result:
        """Give the articles a tag."""
        tag = clean_tag(self.get_argument("bulk_tag", ""))
        if not tag:
            return self.redirect_with_note(self.next_page, NO_TAG)
        done = queries.tag_links(self.db_conn, self.current_user.id, ids, tag)
        missing = len(ids) - done.links
        full = f" {counted(missing)} could not: {MOST_TAGS} tags is the most." if missing else ""
        note = f"Tagged #{tag}: {counted(done.links)}.{full}"
        return self.redirect_with_note(self.next_page, note, undo=done.batch)

    def untag(self, ids: list[ObjectId]) -> Result:
        """Take a tag from the articles."""
        tag = clean_tag(self.get_argument("bulk_tag", ""))
        if not tag:
            return self.redirect_with_note(self.next_page, NO_TAG)
        done = queries.untag_links(self.db_conn, self.current_user.id, ids, tag)
        note = f"Without #{tag} now: {counted(done.links)}."
        return self.redirect_with_note(self.next_page, note, undo=done.batch)

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Ask once more, by a form with a token that is good."""
        name, ids = self.asked_for()
        if name in {*ACTS, "purge"} and ids:
            return self.ask(name, ids, note=error.detail, status_code=error.status_code)
        return super().show_again(error)


class UndoHandler(PageHandler):
    """Takes back what was done last."""

    @web_authenticated
    def post(self) -> Result:
        """Take it back, or say that there is nothing left to take back."""
        text = self.get_argument("batch", "")
        number = queries.undo(self.db_conn, self.current_user.id, text)
        note = f"Taken back: {counted(number)}." if number else NOTHING_TO_UNDO
        return self.redirect_with_note(self.next_page, note)


class EmptyBinHandler(PageHandler):
    """Purges all that is in the bin, after asking."""

    @web_authenticated
    def get(self) -> Result:
        """Ask."""
        return self.ask()

    @web_authenticated
    def post(self) -> Result:
        """Purge."""
        number = 0
        while gone := self.purge_some():
            number += gone
        return self.redirect_with_note("/bin", f"Gone for good: {counted(number)}.")

    def purge_some(self) -> int:
        """Purge the first articles of the bin; return how many those were."""
        ids = [link.id for link in self.in_the_bin()]
        return queries.purge(self.db_conn, self.current_user.id, ids) if ids else 0

    def in_the_bin(self) -> list[Link]:
        """Return the first articles of the bin."""
        wanted = Wanted(view="bin")
        found = queries.list_links(self.db_conn, self.current_user.id, wanted, count=MOST_CHOSEN)
        return list(found.links)

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Ask once more."""
        return self.ask(note=error.detail, status_code=error.status_code)

    def ask(self, note: str = "", status_code: int = 200) -> Result:
        """Show the question."""
        total = queries.count_links(self.db_conn, self.current_user.id, Wanted(view="bin"))
        return self.render_template(
            "confirm_empty.html", _status_code=status_code, total=total, note=note
        )
