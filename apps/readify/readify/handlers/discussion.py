"""Discussions: one page for each public link, where everybody with an account may say something.

Notice who may do what. Comments are changed by who wrote them, and deleted by him or by the owner of
the link; everybody else reports them. A link that is private has no discussion at all: its address
looks like that of nothing.
"""

from brubeck.auth import web_authenticated
from brubeck.errors import Forbidden, HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from bson import ObjectId
from weblinks.titles import clean_notes
from weblinks.typedlinks import TypedLink

from readify import queries
from readify.handlers.pages import PageHandler
from readify.models import Link
from readify.queries.comments import HIDDEN_TEXT, SHOWN, Comment

COMMENT_LENGTH = 4000  # characters
REASON_LENGTH = 1000
NO_LINK = "There is no public link here. Its owner may have made it private, or deleted it."
NO_COMMENT = "There is no comment here. It may have been deleted."
NOT_YOURS = "Only who wrote a comment can change it."


def public_link(handler: PageHandler, link_id: str) -> Link:
    """Return a link that everybody may see; raise NotFound."""
    link = queries.find_public_link(handler.db_conn, link_id)
    if link is None:
        raise NotFound(NO_LINK)
    return link


class CommentingHandler(PageHandler):
    """A page with a form for some text."""

    def form(self) -> FormErrors:
        """Return what was typed, ready to have errors written beside it."""
        return FormErrors({"text": clean_notes(self.get_argument("text", ""))})

    def checked(self, limit: int) -> FormErrors:
        """Return the form, after complaining about an empty text and about a long one."""
        form = self.form()
        if not form.value("text"):
            form.add("text", "Nothing was typed. Say something, in a few words at least.")
        if len(form.value("text")) > limit:
            form.add("text", f"This is too long: {limit:,} characters at most.")
        return form

    def seen(self, comment: Comment) -> Comment:
        """Return a comment as the visitor may see it."""
        return comment.seen_by(self.current_user, is_operator=self.is_operator)


class DiscussionHandler(CommentingHandler):
    """Shows what was said about a link, and takes more."""

    def get(self, link_id: str) -> Result:
        """Show the discussion."""
        return self.show(public_link(self, link_id), FormErrors({}))

    @web_authenticated
    def post(self, link_id: str) -> Result:
        """Add a comment."""
        link, form = public_link(self, link_id), self.checked(COMMENT_LENGTH)
        if form.failed:
            return self.show(link, form, 400)
        self.application.comment_throttle.take(f"comment:{self.current_user.id}")
        said = (self.current_user, link.id, form.value("text"), self.once)
        made = queries.insert_comment(self.db_conn, *said)
        return self.redirect_with_note(
            f"/discuss/{link.id}#comment-{made}", "Your comment is here."
        )

    @property
    def once(self) -> ObjectId:
        """What a form brings along, so that it may be sent twice; another one for a new form."""
        text = self.get_argument("once", "")
        return ObjectId(text) if ObjectId.is_valid(text) else ObjectId()

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed."""
        link, form = public_link(self, self.message.path.rpartition("/")[2]), self.form()
        form.add("", error.detail)
        return self.show(link, form, error.status_code)

    def show(self, link: Link, form: FormErrors, status_code: int = 200) -> Result:
        """Show a page of the comments."""
        after = self.get_argument("after", "")
        place = ObjectId(after) if ObjectId.is_valid(after) else None
        found = queries.list_comments(self.db_conn, link.id, place)
        user = self.current_user
        return self.render_template(
            "discussion.html",
            _status_code=status_code,
            link=link,
            is_own=bool(user and user.id == link.owner_id),
            total=queries.count_comments(self.db_conn, link.id),
            comments=[self.seen(comment) for comment in found[:SHOWN]],
            next_place=found[SHOWN - 1].id if len(found) > SHOWN else None,
            before=place,
            hidden_text=HIDDEN_TEXT,
            form=form,
            once=self.once,
            note=self.take_note(),
        )


class CommentHandler(CommentingHandler):
    """A page about one comment."""

    heading = button = ""
    is_report = False

    def find(self, comment_id: str) -> tuple[Comment, Link]:
        """Return a comment and the public link that it is about; raise NotFound."""
        found = ObjectId.is_valid(comment_id) and queries.find_comment(
            self.db_conn, ObjectId(comment_id)
        )
        if not found:
            raise NotFound(NO_COMMENT)
        return self.seen(found), public_link(self, str(found.link_id))

    def own(self, comment_id: str) -> Comment:
        """Return a comment that the visitor wrote; raise Forbidden for others."""
        comment, _ = self.find(comment_id)
        if comment.author_id != self.current_user.id:
            raise Forbidden(detail=NOT_YOURS)
        return comment

    def ask(self, comment: Comment, form: FormErrors, status_code: int = 200) -> Result:
        """Show the form."""
        return self.render_template(
            "comment_form.html",
            _status_code=status_code,
            heading=self.heading,
            button=self.button,
            is_report=self.is_report,
            action=self.message.path,
            comment=comment,
            form=form,
        )

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed."""
        comment, _ = self.find(self.message.path.split("/")[2])
        form = self.form()
        form.add("", error.detail)
        return self.ask(comment, form, error.status_code)


class EditCommentHandler(CommentHandler):
    """Changes a comment."""

    heading, button = "Edit your comment", "Save changes"

    @web_authenticated
    def get(self, comment_id: str) -> Result:
        """Show the form with the comment as it is."""
        comment = self.own(comment_id)
        return self.ask(comment, FormErrors({"text": comment.text}))

    @web_authenticated
    def post(self, comment_id: str) -> Result:
        """Store what was typed."""
        comment, form = self.own(comment_id), self.checked(COMMENT_LENGTH)
        if form.failed:
            return self.ask(comment, form, 400)
        queries.change_comment(self.db_conn, self.current_user, comment.id, form.value("text"))
        place = f"/discuss/{comment.link_id}#comment-{comment.id}"
        return self.redirect_with_note(place, "Your comment is changed.")


class ReportCommentHandler(CommentHandler):
    """Tells whoever runs the site what is wrong with a comment."""

    heading, button, is_report = "Report a comment", "Report it", True

    @web_authenticated
    def get(self, comment_id: str) -> Result:
        """Ask what is wrong."""
        return self.ask(self.find(comment_id)[0], FormErrors({}))

    @web_authenticated
    def post(self, comment_id: str) -> Result:
        """Keep what was typed."""
        (comment, link), form = self.find(comment_id), self.checked(REASON_LENGTH)
        if form.failed:
            return self.ask(comment, form, 400)
        queries.insert_report(self.db_conn, self.current_user, comment, form.value("text"))
        return self.redirect_with_note(
            f"/discuss/{link.id}", "Thank you. Whoever runs this site will look at it."
        )


class DeleteCommentHandler(CommentHandler):
    """Deletes a comment, after asking."""

    @web_authenticated
    def get(self, comment_id: str) -> Result:
        """Ask."""
        return self.confirm(self.deletable(comment_id))

    @web_authenticated
    def post(self, comment_id: str) -> Result:
        """Delete it; who is too late reads that."""
        if not self.is_there(comment_id):
            return self.redirect_with_note(self.next_page, "This comment is gone already.")
        comment = self.deletable(comment_id)
        queries.delete_comment(self.db_conn, comment)
        return self.redirect_with_note(f"/discuss/{comment.link_id}", "The comment is deleted.")

    def is_there(self, comment_id: str) -> bool:
        """Say whether there is such a comment."""
        valid = ObjectId.is_valid(comment_id)
        return valid and queries.find_comment(self.db_conn, ObjectId(comment_id)) is not None

    def deletable(self, comment_id: str) -> Comment:
        """Return a comment that the visitor may delete; raise Forbidden for others."""
        comment, link = self.find(comment_id)
        if self.current_user.id not in {comment.author_id, link.owner_id}:
            raise Forbidden(detail="Only who wrote a comment, or shows the link, can delete it.")
        return comment

    def confirm(self, comment: Comment, note: str = "", status_code: int = 200) -> Result:
        """Show the question."""
        return self.render_template(
            "confirm_comment.html",
            _status_code=status_code,
            comment=comment,
            action=self.message.path,
            next_page=f"/discuss/{comment.link_id}",
            cancel=f"/discuss/{comment.link_id}",
            note=note,
        )

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Ask once more."""
        comment = self.deletable(self.message.path.split("/")[2])
        return self.confirm(comment, error.detail, error.status_code)


class SaveLinkHandler(PageHandler):
    """Saves a link that somebody else shows."""

    @web_authenticated
    def get(self, link_id: str) -> Result:
        """Ask."""
        return self.ask(public_link(self, link_id))

    @web_authenticated
    def post(self, link_id: str) -> Result:
        """Save it to the visitor's own list, with its title and its tags, for himself alone."""
        link = public_link(self, link_id)
        typed = TypedLink(url=link.url, title=link.title or "", tags=list(link.tags))
        try:
            saved = queries.add_link(self.db_conn, self.current_user, typed)
        except queries.AddressKnownError:
            return self.redirect_with_note("/", f"You have this already: {link.label}")
        return self.redirect_with_note("/", f"Saved: {saved.label}")

    def ask(self, link: Link, note: str = "", status_code: int = 200) -> Result:
        """Show the question."""
        return self.render_template(
            "confirm_save.html",
            _status_code=status_code,
            link=link,
            action=self.message.path,
            cancel=f"/discuss/{link.id}",
            note=note,
        )

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Ask once more."""
        link = public_link(self, self.message.path.rpartition("/")[2])
        return self.ask(link, error.detail, error.status_code)
