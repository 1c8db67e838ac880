"""The tags of a user: how often each is used, another name for it, its end."""

from brubeck.auth import web_authenticated
from brubeck.errors import HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from weblinks.tagnames import clean_tag

from listsurf import queries
from listsurf.handlers.deletion import counted
from listsurf.handlers.pages import PageHandler


class TagsHandler(PageHandler):
    """Shows all tags."""

    @web_authenticated
    def get(self) -> Result:
        """List the tags, each with the number of its links."""
        tags = queries.list_tags(self.db_conn, self.current_user)
        most = max((tag.links for tag in tags), default=1)
        return self.render_template("tags.html", tags=tags, most=most, note=self.take_note())


class TagHandler(PageHandler):
    """A page about one tag, which the address brings along as `tag`."""

    template = ""

    @web_authenticated
    def get(self) -> Result:
        """Show the form."""
        return self.show(FormErrors({"name": self.tag}))

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed."""
        form = FormErrors({"name": self.get_argument("name", "")})
        form.add("", error.detail)
        return self.show(form, error.status_code)

    def show(self, form: FormErrors, status_code: int = 200) -> Result:
        """Show the form with what is wrong about it; raise NotFound if no link has the tag."""
        number = queries.count_tag(self.db_conn, self.current_user, self.tag)
        if not number:
            raise NotFound("None of your links has this tag. Look at the list of your tags.")
        return self.render_template(
            self.template, _status_code=status_code, form=form, tag=self.tag, number=number
        )

    @property
    def tag(self) -> str:
        """The tag that the page is about."""
        return clean_tag(self.get_argument("tag", ""))


class RenameTagHandler(TagHandler):
    """Gives a tag another name; the name of another tag makes one of the two."""

    template = "rename_tag.html"

    @web_authenticated
    def post(self) -> Result:
        """Rename the tag on every link."""
        form = FormErrors({"name": self.get_argument("name", "")})
        new = clean_tag(form.value("name"))
        if not new:
            form.add("name", "Type a name with at least one letter or digit.")
            return self.show(form, 400)
        number = queries.rename_tag(self.db_conn, self.current_user, self.tag, new)
        return self.redirect_with_note("/tags", f"#{self.tag} is #{new} now: {counted(number)}.")


class DeleteTagHandler(TagHandler):
    """Takes a tag from all links; the links stay."""

    template = "delete_tag.html"

    @web_authenticated
    def post(self) -> Result:
        """Delete the tag."""
        number = queries.delete_tag(self.db_conn, self.current_user, self.tag)
        return self.redirect_with_note("/tags", f"#{self.tag} is gone from {counted(number)}.")
