"""What is asked about the way somebody likes to read."""

from mongostore import Db

from readify.models import User
from readify.readingsettings import ReadingSettings


def reading_settings(db: Db, user: User) -> ReadingSettings:
    """Return how a user likes to read."""
    return ReadingSettings.of(db.readingsettings.find_one({"_id": user.id}) or {})


def keep_reading_settings(db: Db, user: User, chosen: ReadingSettings) -> None:
    """Keep how a user likes to read."""
    db.readingsettings.update_one({"_id": user.id}, {"$set": chosen._asdict()}, upsert=True)
