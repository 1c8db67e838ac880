"""An API whose documents have owners, for the application that every transport must serve."""

from brubeck.auth import UserHandlingMixin
from brubeck.autoapi import AutoAPIBase
from brubeck.openapi import add_openapi_route
from brubeck.queryset import DictQueryset
from dictshield.document import Document
from dictshield.fields import StringField


class Note(Document):
    _private_fields = ["rank"]

    id = StringField(id_field=True)
    owner = StringField(required=True)
    text = StringField(required=True, max_length=20)
    rank = StringField(default="first")


class NoteAPI(UserHandlingMixin, AutoAPIBase):
    """Whoever sends a name is signed in as its bearer: enough for tests."""

    model = Note
    queries = DictQueryset(filter_keys=["owner"])
    owner_field = "owner"

    def get_current_user(self):
        return self.message.header("x-user")


def register(app):
    """Serve notes at /note/, and what they are at /openapi.json."""
    app.register_api(NoteAPI)
    add_openapi_route(app, title="Notes", version="1")
    for user in ("ann", "bob"):
        NoteAPI.queries.create(
            [Note(id=f"{user}-{number}", owner=user, text="old") for number in range(3)]
        )
