"""What Listsurf knows: the links of its people, who have `accounts`.

Notice that a document states its rules once, field by field, and that `validate()` checks them all.
The ids are MongoDB's: `Meta.id_field` chooses them. What a reader may see (`_private_fields`) is part
of the model, too.
"""

from brubeck.timekeeping import MillisecondField, curtime
from dictshield.document import Document
from dictshield.fields import BooleanField, ListField, StringField
from dictshield.fields.mongo import ObjectIdField
from weblinks.addresses import MAX_LENGTH, host_of
from weblinks.tagnames import TAG_LENGTH
from weblinks.typedlinks import DESCRIPTION_LENGTH, NOTES_LENGTH, TITLE_LENGTH


class Link(Document):
    """One saved address. Times are milliseconds since 1970, UTC.

    `updated_at` is when its owner edited it, by which lists are sorted; `touched_at` is when anything
    about it changed, by a file, a renamed tag or a fetched title, too: programs ask for that.
    `fetch_state` says how far it is with the page's title: empty, WAITING or FAILED.
    """

    WAITING = "waiting"
    FAILED = "failed"

    class Meta:
        """The id is there before the link is stored."""

        id_field = ObjectIdField
        id_options = {"auto_fill": True}

    owner = ObjectIdField(required=True)
    username = StringField(required=True, max_length=30)
    created_at = MillisecondField(default=curtime)
    updated_at = MillisecondField(default=curtime)
    touched_at = MillisecondField(default=curtime)
    url = StringField(required=True, max_length=MAX_LENGTH)
    title = StringField(max_length=TITLE_LENGTH)
    description = StringField(max_length=DESCRIPTION_LENGTH)
    notes = StringField(max_length=NOTES_LENGTH)  # Markdown
    tags = ListField(StringField(max_length=TAG_LENGTH))
    is_public = BooleanField(default=False)
    fetch_state = StringField(default="")
    fetch_error = StringField(default="")

    _private_fields = ["owner"]

    @property
    def host(self) -> str:
        """The site that the link leads to."""
        return host_of(self.url)

    @property
    def label(self) -> str:
        """What the link is called: its title, else its site."""
        return self.title or self.host

    @property
    def summary(self) -> str | None:
        """What feeds say about the link; its notes stay with its owner."""
        description: str | None = self.description
        return description

    @property
    def initial(self) -> str:
        """The letter on the coloured tile beside the link."""
        return self.host[0].upper()

    @property
    def hue(self) -> int:
        """Which of the six tile colours the link's site has, always the same one."""
        return sum(self.host.encode()) % 6
