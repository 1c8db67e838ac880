"""Tokens that the website gives to its own pages, so that their scripts can ask the API.

Notice why there are such tokens. The cookie of the session stays with the website: the API is another
host, and looks at no cookie. A page gets a signed token instead, which names its session, soon ends,
and opens nothing once that session is over. The API takes it from pages of the website only.
"""

from accounts.members import MembersApplication
from brubeck.cookies import cookie_decode, cookie_encode
from brubeck.sessions import Session

PURPOSE = "live"
PREFIX = "live_"
LIFE = 2 * 60 * 60  # seconds


def live_token(application: MembersApplication, session: Session | None) -> str:
    """Return a token for the scripts of one page, an empty text without a session."""
    if session is None:
        return ""
    said = (PURPOSE, session.user_id, session.key)
    return PREFIX + cookie_encode(said, application.cookie_secret)


def is_live_token(token: str) -> bool:
    """Tell whether a token says of itself that it is of this kind."""
    return token.startswith(PREFIX)


def user_id_of(application: MembersApplication, token: str) -> str | None:
    """Return whose page has a token; None if it is forged, too old, or its session is over."""
    signed = token.removeprefix(PREFIX)
    match cookie_decode(signed, application.cookie_secret, max_age=LIFE):
        case (str(purpose), str(user_id), str(key)) if purpose == PURPOSE:
            logins = application.sessions.list_of(user_id)
            return user_id if any(login.key == key for login in logins) else None
    return None
