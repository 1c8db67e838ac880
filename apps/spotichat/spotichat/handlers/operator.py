"""The page of operators: the key, reports, and words that nobody may use."""

from typing import NamedTuple

from brubeck.errors import HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result

from spotichat import queries
from spotichat.handlers.pages import PageHandler
from spotichat.identity import Unauthorized
from spotichat.operators import NO_OPERATORS, become_operator, is_operator, replace_words
from spotichat.rooms import is_private

NEEDS_NAME = "Take a nickname first, by entering any room: operators are people, too."


class Reported(NamedTuple):
    """A message that somebody has reported."""

    nickname: str
    text: str
    reason: str
    at: int
    path: str  # of the room's page; nothing for private rooms, whose address is a secret


class OperatorHandler(PageHandler):
    """`/operator`: the key, and for those who had it all else."""

    def prepare(self) -> None:
        """Raise NotFound on a site without operators."""
        if not self.application.settings.operator_key:
            raise NotFound(NO_OPERATORS)

    def get(self) -> Result:
        """Show what there is to see."""
        return self.show(FormErrors())

    def post(self) -> Result:
        """Take the key."""
        try:
            if self.person is None:
                raise Unauthorized(NEEDS_NAME)
            become_operator(self.application, self.person, self.typed("key"))
        except HTTPError as error:
            return self.show_again(error)
        return self.redirect_with_note("/operator", "You are an operator now.")

    def show(self, form: FormErrors, status: int = 200) -> Result:
        """Show the page with a form."""
        return self.render_template(
            "operator.html",
            _status_code=status,
            form=form,
            note=self.take_note(),
            **(self.known() if is_operator(self.application, self.person) else {}),
        )

    def known(self) -> dict[str, object]:
        """Return what operators get to see."""
        store = self.application.store
        return {
            "is_operator": True,
            "reports": [reported(fields) for fields in queries.list_reports(store)],
            "words": "\n".join(queries.list_words(store)),
        }

    def show_again(self, error: HTTPError) -> Result:
        """Show the page with the reason, and the words that were typed."""
        form = FormErrors({"words": self.typed("words")})
        form.add("", str(error.detail))
        return self.show(form, error.status_code)


class WordsHandler(OperatorHandler):
    """`/operator/words`: replaces the words that nobody may use."""

    def get(self) -> Result:
        """Lead to the form."""
        return self.redirect("/operator")

    def post(self) -> Result:
        """Replace them, one in each line."""
        if not is_operator(self.application, self.person):
            return self.redirect("/operator")
        try:
            replace_words(self.application, self.typed("words").splitlines())
        except HTTPError as error:
            return self.show_again(error)
        return self.redirect_with_note("/operator", "The words are saved, and count at once.")


def reported(fields: dict[str, str]) -> Reported:
    """Return a report as the page shows it."""
    room = fields["room"]
    is_page = room.startswith("track:") and not is_private(room)
    path = f"/t/{room.removeprefix('track:')}#m{fields['seq']}" if is_page else ""
    return Reported(fields["nickname"], fields["text"], fields["reason"], int(fields["at"]), path)
