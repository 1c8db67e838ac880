"""What somebody tells about himself, and his picture.

Notice when a profile is there for others: once its owner has said something about himself, or has
made a link public. A name alone shows nothing, so that nobody finds out who has an account here.
The address for Gravatar is never shown to anybody.
"""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from accounts import people
from brubeck.models import UserProfile
from brubeck.timekeeping import curtime
from dictshield.fields import StringField
from dictshield.fields.mongo import ObjectIdField
from mongostore import Db

from readify.models import User

NAME_LENGTH = 80  # characters
BIO_LENGTH = 1000
PLACE_LENGTH = 100
WEBSITE_LENGTH = 255
EMAIL_LENGTH = 100
DRAWN, UPLOADED, GRAVATAR = "drawn", "uploaded", "gravatar"
PICTURES = (DRAWN, UPLOADED, GRAVATAR)
TEXTS = ("name", "bio", "website", "location_text", "email")


class Profile(UserProfile):
    """The profile that comes with Brubeck, of a user whose id is MongoDB's, and with a picture.

    `picture` says which one is shown; `picture_key` is another one for each uploaded picture.
    """

    class Meta:
        """The id is there before the profile is stored."""

        id_field = ObjectIdField
        id_options = {"auto_fill": True}

    # The id of a user is MongoDB's here, where the framework leaves that open.
    owner_id = ObjectIdField(required=True)  # type: ignore[assignment]
    bio = StringField(max_length=BIO_LENGTH)
    picture = StringField(choices=PICTURES, default=DRAWN)
    picture_key = StringField(max_length=64, default="")

    _private_fields = ["owner_id", "email"]

    @property
    def is_filled(self) -> bool:
        """Whether its owner has said anything about himself."""
        return self.picture != DRAWN or any(self[name] for name in TEXTS if name != "email")


def find_owner(db: Db, name: str) -> User | None:
    """Return the user of that name; capitals make no difference."""
    return people.find_user(db, name)


def has_commented(db: Db, user: User) -> bool:
    """Say whether a user has written a comment: his name leads to him from there."""
    return db.comments.find_one({"author_id": user.id}, {"_id": 1}) is not None


def find_profile(db: Db, user: User) -> Profile:
    """Return the profile of a user: the stored one, or a blank one that is not stored yet."""
    found = db.profiles.find_one({"owner_id": user.id})
    return Profile(**found) if found else Profile(owner_id=user.id, owner_username=user.username)


def save_profile(db: Db, profile: Profile) -> None:
    """Store what a user says about himself."""
    now = curtime()
    profile.updated_at = now
    fields = {name: profile[name] for name in (*TEXTS, "picture", "picture_key", "updated_at")}
    first = {"owner_username": profile.owner_username, "created_at": now, "_id": profile.id}
    db.profiles.update_one(
        {"owner_id": profile.owner_id}, {"$set": fields, "$setOnInsert": first}, upsert=True
    )


def keep_picture(db: Db, profile: Profile, picture: bytes) -> None:
    """Store an uploaded picture, which was made safe before; save the profile afterwards."""
    profile.picture, profile.picture_key = UPLOADED, sha256(picture).hexdigest()[:16]
    db.pictures.update_one({"_id": profile.owner_id}, {"$set": {"data": picture}}, upsert=True)


def drop_picture(db: Db, profile: Profile) -> None:
    """Forget an uploaded picture that is not shown any more; save the profile afterwards."""
    profile.picture_key = ""
    db.pictures.delete_one({"_id": profile.owner_id})


def picture_of(db: Db, user: User) -> bytes | None:
    """Return the uploaded picture of a user, None if there is none."""
    found = db.pictures.find_one({"_id": user.id})
    return bytes(found["data"]) if found else None


def document_of(db: Db, user: User) -> dict[str, Any]:
    """Return the profile as its owner may take it out."""
    profile = find_profile(db, user)
    texts = {name: profile[name] or "" for name in TEXTS}
    picture = picture_of(db, user)
    return {
        **texts,
        "picture": profile.picture,
        "picture_webp_base64": b64encode(picture).decode() if picture else None,
        "updated_at": profile.updated_at,
    }


def delete_profile(db: Db, user: User) -> None:
    """Delete the profile of a user, and his picture."""
    db.profiles.delete_many({"owner_id": user.id})
    db.pictures.delete_many({"_id": user.id})


def ensure_indexes(db: Db) -> None:
    """Make the index that finds a profile; there is one of each user."""
    db.profiles.create_index("owner_id", unique=True)
