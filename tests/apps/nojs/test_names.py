"""Names: any language, and nobody can be taken for somebody else."""

import pytest
from apps.nojs.conftest import People
from apps.nojs.people import Person
from brubeck.formerrors import FormErrors
from chatnames import cleaned
from hypothesis import given
from hypothesis import strategies as st
from nojs.app import NoJs
from nojs.roomnames import check_room, path_of


@pytest.mark.parametrize("other", ["ada", "ADA", "Аdа", "ＡＤＡ", "A d a", "𝐀da"])  # noqa: RUF001 - look-alikes are the point
def test_a_name_that_looks_like_another_one_is_taken(
    other: str, ada: Person, person: People
) -> None:
    """Case, width, blanks and letters of other alphabets make no other person."""
    answer = person().takes(other)
    assert answer.status_code == 409
    assert "Somebody has this name" in answer.text


@pytest.mark.parametrize("name", ["Zoë", "山田", "مريم", "Ольга", "Ñandú", "o'Neill", "👩‍🚀 1"])
def test_names_of_any_language_can_be_taken(name: str, person: People) -> None:
    """What people are called is no error."""
    visitor = person(name)
    assert visitor.says("hello").status_code == 302
    assert f"{name}</b>" in visitor.reads()


@pytest.mark.parametrize("name", ["", "   ", "!?", "\u200b", "x" * 25])
def test_what_is_no_name_is_explained_and_kept(name: str, person: People) -> None:
    """400, the reason, and the field as it was typed."""
    answer = person().takes(name)
    assert answer.status_code == 400
    assert "A name" in answer.text
    assert f'value="{name.strip()}"' in answer.text


@pytest.mark.parametrize("name", ["System", "OPERATOR", "n0.js"])
def test_nobody_takes_a_name_that_would_speak_for_the_site(name: str, person: People) -> None:
    """Neither words of authority nor the name of the site itself."""
    answer = person().takes(name)
    assert answer.status_code == 400
    assert "speak for the site" in answer.text


def test_a_name_belongs_to_its_owner_until_he_gives_it_up(ada: Person, person: People) -> None:
    """Nobody gets it by waiting for a minute; when it is given up it is free at once."""
    assert person().takes("Ada").status_code == 409
    ada.sends("/me", "/forget")
    assert person().takes("Ada").status_code == 302


def test_the_key_leads_back_to_the_name_in_another_browser(ada: Person, person: People) -> None:
    """Who has the key is the owner; a wrong key says so."""
    other = person()
    assert other.sends("/lobby", "/back", key="A" * 22).status_code == 403
    assert other.sends("/lobby", "/back", key=ada.key()).status_code == 302
    assert "You are Ada" in other.get("/me").text


def test_taking_another_name_frees_the_first(ada: Person, person: People) -> None:
    """One visitor has one name."""
    ada.takes("Grace")
    assert "You are Grace" in ada.get("/me").text
    assert person().takes("Ada").status_code == 302


def test_redis_holds_no_secret(ada: Person, app: NoJs) -> None:
    """Who reads the database cannot become anybody: only digests of keys are kept."""
    key = ada.key()
    keys = list(app.store.redis.scan_iter())
    values = [app.store.redis.get(each) for each in keys if app.store.redis.type(each) == "string"]
    assert values
    assert not any(key in str(each) for each in [*keys, *values])


@given(st.text(max_size=60))
def test_every_room_has_an_address_of_plain_signs(text: str) -> None:
    """Whatever a room is called: letters, digits and percent signs lead there."""
    form = FormErrors()
    room = cleaned(text)
    check_room(room, form)
    if not form.failed:
        assert path_of(room).isascii()
        assert "/" not in path_of(room)
        assert path_of(room) not in {".", ".."}
