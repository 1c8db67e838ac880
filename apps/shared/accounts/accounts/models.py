"""Somebody with an account, as he is stored."""

from brubeck.models import User as BrubeckUser
from dictshield.fields import ListField, StringField
from dictshield.fields.mongo import ObjectIdField


class User(BrubeckUser):
    """Somebody with an account: the user that comes with Brubeck, with an id of MongoDB's."""

    class Meta:
        """MongoDB gives the id when the user is stored."""

        id_field = ObjectIdField

    origins = ListField(StringField(max_length=300))  # sites whose pages may use the API
