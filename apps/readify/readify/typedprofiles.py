"""A profile as somebody types it: checked, cleaned, and made his.

Notice the address for Gravatar: it is asked for only where the picture is to come from there, because
what is not stored cannot get lost.
"""

from brubeck.formerrors import FormErrors
from dictshield.base import ShieldException
from dictshield.fields import EmailField
from weblinks.addresses import BadAddressError, clean_address
from weblinks.titles import clean_notes, clean_title

from readify import avatars
from readify.avatars import BadPictureError
from readify.profiles import (
    BIO_LENGTH,
    DRAWN,
    EMAIL_LENGTH,
    GRAVATAR,
    NAME_LENGTH,
    PICTURES,
    PLACE_LENGTH,
    TEXTS,
    UPLOADED,
    WEBSITE_LENGTH,
    Profile,
)

LIMITS = {"name": NAME_LENGTH, "bio": BIO_LENGTH, "location_text": PLACE_LENGTH}
LABELS = {"name": "name", "bio": "text", "location_text": "place"}


def as_typed(profile: Profile) -> dict[str, str]:
    """Return a profile as the values of the form in which it is changed."""
    return {name: profile[name] or "" for name in (*TEXTS, "picture")}


def check_profile(form: FormErrors) -> None:
    """Make the values of a form what is stored, after writing down all that is wrong with them."""
    for name, limit in LIMITS.items():
        clean = clean_notes if name == "bio" else clean_title
        form.values[name] = clean(form.value(name))
        if len(form.values[name]) > limit:
            form.add(name, f"This {LABELS[name]} is too long: {limit:,} characters at most.")
    check_website(form)
    if form.value("picture") not in PICTURES:
        form.values["picture"] = DRAWN
    check_email(form)


def check_website(form: FormErrors) -> None:
    """Check the address of the website; none is fine."""
    typed = form.value("website").strip()
    try:
        website = clean_address(typed) if typed else ""
    except BadAddressError as error:
        form.add("website", str(error))
        return
    if len(website) > WEBSITE_LENGTH:
        form.add("website", f"This address is too long: {WEBSITE_LENGTH} characters at most.")
    form.values["website"] = website


def check_email(form: FormErrors) -> None:
    """Check the address that Gravatar knows; elsewhere it is forgotten."""
    email = form.value("email").strip() if form.value("picture") == GRAVATAR else ""
    form.values["email"] = email
    if form.value("picture") != GRAVATAR:
        return
    try:
        EmailField(max_length=EMAIL_LENGTH, required=True).validate(email)
    except ShieldException:
        form.add("email", "Type the e-mail address that Gravatar knows you by.")


def check_picture(form: FormErrors, sent: bytes | None, *, has_one: bool) -> bytes | None:
    """Return the picture that was sent, made safe; None for none. Say what is wrong with it."""
    if form.value("picture") != UPLOADED or sent is None:
        if form.value("picture") == UPLOADED and not has_one:
            form.add("file", "Choose a picture, or let one be drawn.")
        return None
    try:
        return avatars.reencode_elsewhere(sent)
    except BadPictureError as error:
        form.add("file", str(error))
        return None
