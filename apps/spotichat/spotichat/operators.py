"""Who keeps order: people who know the operator's key, and the words that they do not want to read.

The API and the page ask the same functions.
"""

import hmac
from typing import TYPE_CHECKING

from brubeck.errors import BadRequest, Forbidden, NotFound
from chatnames import cleaned

from spotichat import queries
from spotichat.models import Person

if TYPE_CHECKING:
    from spotichat.app import SpotiChat

MOST_WORDS = 500
LONGEST_WORD = 50  # characters
NO_OPERATORS = "This site has no operators. SPOTICHAT_OPERATOR_KEY makes some."
WRONG_KEY = "That is not the operator's key. Look it up in the settings."
TOO_MANY_WORDS = f"{MOST_WORDS} words of {LONGEST_WORD} characters at the most. Take some out."


def become_operator(app: "SpotiChat", person: Person, key: str) -> None:
    """Remember that a person had the operator's key.

    Raises NotFound on a site without operators, Forbidden for a wrong key, TooManyRequests.
    """
    known = app.settings.operator_key
    if not known:
        raise NotFound(NO_OPERATORS)
    app.floods.guess()
    if not hmac.compare_digest(key.encode("utf-8", "replace"), known.encode()):
        raise Forbidden(WRONG_KEY)
    person.is_operator = True
    queries.keep_person(app.store, person)


def is_operator(app: "SpotiChat", person: Person | None) -> bool:
    """Say whether somebody may keep order on the whole site."""
    return bool(person and person.is_operator and app.settings.operator_key)


def replace_words(app: "SpotiChat", words: list[str]) -> None:
    """Have these be the words that nobody may use. Raises BadRequest for too many or too long ones."""
    wanted = {word for word in map(cleaned, words) if word}
    if len(wanted) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in wanted):
        raise BadRequest(TOO_MANY_WORDS)
    queries.replace_words(app.store, sorted(wanted))
