"""What Readify knows: people (from the shared accounts) and their links.

Notice that a document states its rules once, field by field, and that `validate()` checks them all.
The ids are MongoDB's: `Meta.id_field` chooses them. Who may see what (`_private_fields`) is part of
the model, too: the API shows exactly that.
"""

from accounts.models import User
from brubeck.timekeeping import MillisecondField, curtime
from dictshield.document import Document
from dictshield.fields import (
    BooleanField,
    FloatField,
    IntField,
    ListField,
    LongField,
    StringField,
)
from dictshield.fields.mongo import ObjectIdField
from weblinks.addresses import MAX_LENGTH, host_of
from weblinks.tagnames import TAG_LENGTH

__all__ = ["TITLE_LENGTH", "Link", "User"]

TITLE_LENGTH = 300  # characters


class Link(Document):
    """One saved address. Times are milliseconds since 1970, UTC.

    `updated_at` moves with every change of any kind, and so does `change`, which counts the changes
    of all links of one owner: no two of them have the same. `fetch_state` says how far it is with
    the text of the page: empty (nobody asked for it), WAITING, DONE or FAILED. `place` is where its
    owner has stopped reading, as a share of the text.
    """

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"

    class Meta:
        """The id is there before the link is stored."""

        id_field = ObjectIdField
        id_options = {"auto_fill": True}

    owner_id = ObjectIdField(required=True)
    owner_username = StringField(required=True, max_length=30)
    url = StringField(required=True, max_length=MAX_LENGTH)
    title = StringField(max_length=TITLE_LENGTH)
    tags = ListField(StringField(max_length=TAG_LENGTH))
    liked = BooleanField(default=False)
    archived = BooleanField(default=False)
    deleted = BooleanField(default=False)  # in the bin
    deleted_at = LongField()
    is_public = BooleanField(default=False)
    created_at = MillisecondField(default=curtime)
    updated_at = MillisecondField(default=curtime)
    change = LongField(default=0)
    fetch_state = StringField(default="")
    fetch_error = StringField(default="")
    site = StringField(default="")
    excerpt = StringField(default="")
    reading_minutes = IntField(default=0)
    place = FloatField(default=0.0, min_value=0, max_value=1)

    _private_fields = ["owner_id"]

    @property
    def label(self) -> str:
        """What the link is called: its title, else its site."""
        return self.title or self.site or host_of(self.url)

    @property
    def summary(self) -> str:
        """What feeds say that the link is about."""
        return str(self.excerpt)
