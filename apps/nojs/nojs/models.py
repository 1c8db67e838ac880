"""What no.js knows: lines that were said, and visitors.

Notice that everything shown comes from one of these documents, which state their own limits.
"""

from brubeck.timekeeping import MillisecondField, curtime
from chatnames import NAME_LENGTH
from dictshield.document import Document
from dictshield.fields import BooleanField, IntField, StringField

from nojs.faces import FRAMES, LIVE

TEXT_LENGTH = 400  # characters


class Line(Document):
    """One line of a room. Without a name it was the room itself that spoke.

    `to` is the only other reader of a private line.
    """

    at = MillisecondField(default=curtime)
    name = StringField(max_length=NAME_LENGTH, default="")
    to = StringField(max_length=NAME_LENGTH, default="")
    text = StringField(required=True, max_length=TEXT_LENGTH)


class Visitor(Document):
    """Somebody whom we know again by a secret; only a digest of that is kept, as `id`.

    `face` and `rate` are the choices of `nojs.faces`. Without a name one may read, not write.
    """

    id = StringField(default="")
    name = StringField(max_length=NAME_LENGTH, default="")
    face = StringField(default=FRAMES)
    rate = IntField(default=LIVE)
    is_operator = BooleanField(default=False)
