"""Identities: taking a nickname, asking who one is, giving it up, becoming an operator."""

from brubeck.handlers.message import Result

from spotichat.handlers.api import ApiHandler
from spotichat.identity import new_person
from spotichat.models import Person
from spotichat.operators import become_operator


class PeopleHandler(ApiHandler):
    """New people."""

    def post(self) -> Result:
        """Make somebody new known, and hand out his secret, this once."""
        nickname = self.sent_text("nickname")
        person, secret = new_person()
        self.take_nickname(person, nickname)
        self.keep(secret)
        self.set_body("", dict(self.headers))
        return self.answer({**about(person), "secret": secret}, 201)


class MeHandler(ApiHandler):
    """Who asks."""

    def get(self) -> Result:
        """Say who it is."""
        return self.answer(about(self.known_person()))

    def put(self) -> Result:
        """Take another nickname; the former one is free then."""
        person = self.known_person()
        self.take_nickname(person, self.sent_text("nickname"))
        return self.answer(about(person))

    def delete(self) -> Result:
        """Forget the person; the nickname is free then."""
        self.known_person()
        self.forget()
        self.set_status(204)
        return self.render()


class OperatorHandler(ApiHandler):
    """Makes operators of those who know the operator's key."""

    def post(self) -> Result:
        """Remember that this person had the key."""
        person = self.known_person()
        become_operator(self.application, person, self.sent_text("key"))
        return self.answer(about(person))


def about(person: Person) -> dict[str, object]:
    """Return a person as JSON shows him."""
    document: dict[str, object] = {"person": person.id, "nickname": person.nickname}
    return document | ({"operator": True} if person.is_operator else {})
