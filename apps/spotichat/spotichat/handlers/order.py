"""What operators see and decide for the whole site."""

from brubeck.errors import BadRequest, Forbidden
from brubeck.handlers.message import Result

from spotichat import queries
from spotichat.handlers.api import ApiHandler
from spotichat.operators import is_operator, replace_words


class OperatorsHandler(ApiHandler):
    """For operators alone."""

    def prepare(self) -> None:
        """Raise HTTPError for all others."""
        if self.message.method == "OPTIONS" or self._member() is None:
            return
        if not is_operator(self.application, self.known_person()):
            raise Forbidden(
                "This is for operators. Send the operator's key to /api/operator first."
            )


class WordsHandler(OperatorsHandler):
    """Words that nobody may use."""

    def get(self) -> Result:
        """List them."""
        return self.answer({"words": queries.list_words(self.application.store)})

    def put(self) -> Result:
        """Replace them all."""
        words = self.sent().get("words")
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise BadRequest('Send "words" as a list of texts.')
        replace_words(self.application, words)
        return self.get()


class ReportsHandler(OperatorsHandler):
    """Messages that were reported."""

    def get(self) -> Result:
        """List the newest."""
        found = queries.list_reports(self.application.store)
        return self.answer({"reports": [shown_report(fields) for fields in found]})


def shown_report(fields: dict[str, str]) -> dict[str, str]:
    """Return a report without the invitation of a private room: nobody has invited operators."""
    room, tilde, _ = fields["room"].partition("~")
    return {**fields, "room": room + tilde}
