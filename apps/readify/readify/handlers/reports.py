"""Reported comments: whoever runs the site reads what people find wrong, and decides.

Notice who that is: the accounts that the setting READIFY_OPERATORS names. For everybody else this page
does not exist, and nobody can take such a name who does not have it already (webapp.py).
"""

from brubeck.auth import web_authenticated
from brubeck.errors import BadRequest, NotFound
from brubeck.handlers.message import Result
from bson import ObjectId

from readify import queries
from readify.handlers.pages import PageHandler
from readify.queries.comments import Comment

DECISIONS = {
    "hide": (queries.hide_comment, "The comment is hidden. Its author alone sees it."),
    "show": (queries.show_comment, "The comment is shown again."),
    "dismiss": (queries.dismiss_reports, "The comment stays, and its reports are done with."),
    "delete": (queries.delete_comment, "The comment is deleted."),
}
GONE = "This comment is gone already: its author has deleted it, or somebody else has decided."
UNKNOWN = "This page does not know what to do. Use one of its buttons."


class ReportsHandler(PageHandler):
    """The comments that wait for a decision, and those that were hidden."""

    @web_authenticated
    def get(self) -> Result:
        """Show them."""
        self.check_operator()
        return self.render_template(
            "reports.html",
            reported=queries.list_reported(self.db_conn),
            total=queries.count_reported(self.db_conn),
            hidden=queries.list_hidden(self.db_conn),
            note=self.take_note(),
        )

    @web_authenticated
    def post(self) -> Result:
        """Decide about a comment; deleting it is asked about first."""
        self.check_operator()
        decision = self.get_argument("do", "")
        if decision not in DECISIONS:
            raise BadRequest(UNKNOWN)
        comment = self.comment()
        if comment is None:
            return self.redirect_with_note("/reports", GONE)
        if decision == "delete" and not self.get_argument("sure"):
            return self.ask(comment)
        decide, note = DECISIONS[decision]
        decide(self.db_conn, comment)
        return self.redirect_with_note("/reports", note)

    def check_operator(self) -> None:
        """Raise NotFound for everybody who does not run this site."""
        if not self.is_operator:
            raise NotFound

    def comment(self) -> Comment | None:
        """Return the comment that the form names, if it is there."""
        text = self.get_argument("comment", "")
        valid = ObjectId.is_valid(text)
        return queries.find_comment(self.db_conn, ObjectId(text)) if valid else None

    def ask(self, comment: Comment) -> Result:
        """Ask whether a comment is to be deleted."""
        hidden = [("do", "delete"), ("comment", str(comment.id)), ("sure", "yes")]
        return self.render_template(
            "confirm_comment.html",
            comment=comment,
            action="/reports",
            hidden=hidden,
            cancel="/reports",
        )
