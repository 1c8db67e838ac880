"""Bookmarks from elsewhere: a file that a browser or another service has made, or a list of addresses.

Notice the order. The file is read and checked while its owner waits, so that he learns at once what
is wrong with it; saving happens in the background, and a page shows how far it is.
"""

from accounts.pages import PageHandler
from bookmarks import BadFileError, Reading, read_file, read_pasted
from brubeck.auth import web_authenticated
from brubeck.concurrency import current
from brubeck.errors import HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from weblinks.titles import clean_title
from weblinks.typedlinks import is_yes

from savedlinks.application import SavedLinksApplication
from savedlinks.imports import find_import, insert_import, list_imports

NAME_LENGTH = 100  # characters of a file name that are kept
PASTED = "pasted addresses"


class ImportHandler(PageHandler):
    """Takes a file of bookmarks, or pasted addresses.

    An application has a template `import.html` that extends `import_form.html`.
    """

    application: SavedLinksApplication
    fields: tuple[str, ...] = ("pasted", "keep_public")

    @web_authenticated
    def get(self) -> Result:
        """Show the form, and the imports of before."""
        return self.show(self.fresh_form())

    @web_authenticated
    def post(self) -> Result:
        """Read what was sent, store it, and lead to the page that shows the progress."""
        form, (name, content) = self.form(), self.file()
        try:
            reading = self.read(content, form.value("pasted"))
        except BadFileError as error:
            form.add("file" if content is not None else "pasted", str(error))
            return self.show(form, 400)
        job_id = insert_import(
            self.db_conn,
            self.current_user,
            name,
            reading,
            fetch=self.wants_pages(),
            keep_public=is_yes(form.value("keep_public")),
        )
        self.application.importer.wake()
        return self.redirect(f"/import/{job_id}")

    def wants_pages(self) -> bool:
        """Whether the pages themselves are to be fetched: here those of pasted addresses only."""
        return self.file()[1] is None

    def read(self, content: bytes | None, pasted: str) -> Reading:
        """Return the bookmarks of the file, else of the text; raise BadFileError.

        A thread reads the file: one of many thousand bookmarks takes a while.
        """
        if content is not None:
            return current().run_in_thread(read_file, content)
        return read_pasted(pasted)

    def file(self) -> tuple[str, bytes | None]:
        """Return name and content of the file; no content if none was chosen."""
        for uploaded in getattr(self.message, "files", {}).get("file", []):
            return clean_title(uploaded.filename)[:NAME_LENGTH] or "file", uploaded.body
        return PASTED, None

    def fresh_form(self) -> FormErrors:
        """Return the form as it is before anything is typed."""
        return FormErrors({})

    def form(self) -> FormErrors:
        """Return what was typed, ready to have errors written beside it."""
        return FormErrors({name: self.get_argument(name, "") for name in self.fields})

    def show(self, form: FormErrors, status_code: int = 200) -> Result:
        """Show the form with what is wrong about it."""
        return self.render_template(
            "import.html",
            _status_code=status_code,
            form=form,
            imports=list_imports(self.db_conn, self.current_user),
        )

    @web_authenticated
    def show_again(self, error: HTTPError) -> Result:
        """Show the form with what was typed; browsers do not let a page choose the file again."""
        form = self.form()
        form.add("", error.detail)
        return self.show(form, error.status_code)


class ImportPageHandler(PageHandler):
    """Shows how far an import is."""

    @web_authenticated
    def get(self) -> Result:
        """Show the progress, in a page that loads itself again until it is finished."""
        job_id = self.message.path.rpartition("/")[2]
        job = find_import(self.db_conn, self.current_user, job_id)
        if job is None:
            raise NotFound("You have no import of this number. Look at the page Import.")
        return self.render_template("import_progress.html", job=job)
