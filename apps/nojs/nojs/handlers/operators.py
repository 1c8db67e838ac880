"""Keeping order: operators send people out of a room, and clean it.

Notice that an operator is nobody special but somebody who has typed in the operator's key, which
only the settings know. Without one there are no operators, and these pages do not exist.
"""

import hmac

from brubeck.errors import Forbidden, HTTPError, NotFound
from brubeck.formerrors import FormErrors
from brubeck.handlers.message import Result
from chatnames import cleaned

from nojs import queries
from nojs.handlers.pages import PageHandler
from nojs.handlers.rooms import RoomHandler

ORDER_BUDGET = 7_000  # bytes for the list of people


class OperatorHandler(PageHandler):
    """Makes an operator of a visitor."""

    def prepare(self) -> None:
        """Raise NotFound where there are no operators."""
        if not self.application.settings.operator_key:
            raise NotFound

    def get(self) -> Result:
        """Ask for the key."""
        return self.show_form("operator", FormErrors(), is_operator=self.visitor.is_operator)

    def post(self) -> Result:
        """Remember that this visitor had the key."""
        form, visitor = FormErrors(), self.visitor
        try:
            self.check_key()
        except HTTPError as error:
            self.headers.update(error.headers)
            form.add("key", str(error.detail))
            return self.show_form("operator", form, error.status_code)
        visitor.is_operator = True
        queries.save_visitor(self.store, visitor)
        return self.go("/operator")

    def check_key(self) -> None:
        """Raise an HTTPError for somebody without a name, and for a wrong key."""
        if not self.visitor.name:
            raise Forbidden("Operators are known by their names. Take one first.")
        self.application.floods.guess(self.visitor.id)
        key = self.application.settings.operator_key
        if not hmac.compare_digest(self.typed("key").encode(), key.encode()):
            raise Forbidden("That is not the operator's key. Look it up in the settings.")


class OrderHandler(RoomHandler):
    """What operators can do in a room."""

    def prepare(self) -> None:
        """Let nobody but operators in."""
        super().prepare()
        if not self.visitor.is_operator or not self.application.settings.operator_key:
            raise Forbidden("Only operators keep order in a room. Type in their key first.")

    def get(self, _room: str) -> Result:
        """Show whom one could send out."""
        people, rest = self.people(ORDER_BUDGET)
        return self.render_template("order", people=people, rest=rest)


class KickHandler(OrderHandler):
    """Sends somebody out."""

    def post(self, _room: str) -> Result:
        """Keep somebody out of the room for some minutes."""
        name = cleaned(self.typed("name"))
        if name:
            queries.kick(self.store, self.room, name)
        return self.go_to("order")


class CleanHandler(OrderHandler):
    """Removes what was said."""

    def post(self, _room: str) -> Result:
        """Clean the room."""
        queries.clean_room(self.store, self.room)
        return self.go_to("order")
