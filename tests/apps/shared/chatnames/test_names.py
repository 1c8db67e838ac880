"""Names of people in a chat: any language, and nobody can be taken for somebody else."""

import pytest
from brubeck.formerrors import FormErrors
from chatnames import check_name, cleaned, folded, shapes
from chatnames.names import JOINERS
from hypothesis import given
from hypothesis import strategies as st


def complaint(name: str, *reserved: str) -> str:
    """Return what is wrong with a name."""
    check_name(name, form := FormErrors(), reserved)
    return form.errors.get("name", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("lna", "Ina"), ("paypal", "PayPa1"), ("modern", "rnodern"), ("Ada", "Аdа")),  # noqa: RUF001
        *(("Ada", "ADA"), ("Ada", "ＡＤＡ"), ("Ada", "A d a"), ("Ada", "𝐀da"), ("0tto", "Otto")),  # noqa: RUF001
        *(("Ada", "A\u200dd\u200ca"), ("WaIter", "vvalter"), ("Οlga", "Olga")),  # noqa: RUF001
    ],
)
def test_names_that_are_drawn_alike_have_a_shape_in_common(one: str, other: str) -> None:
    """Case, width, blanks, joiners, letters of other alphabets, l and I and 1, rn and m."""
    assert shapes(one) & shapes(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ada", "Eda"), ("Zoe", "Zoë"), ("山田", "山口"), ("Anna", "Ana")]
)
def test_names_that_differ_have_none(one: str, other: str) -> None:
    """Nobody is refused for the likes of these."""
    assert not shapes(one) & shapes(other)


@pytest.mark.parametrize(
    "name", ["Zoë", "山田", "مريم", "Ольга", "Ñandú", "o'Neill", "👩‍🚀 1", "7", "Adminah"]
)
def test_names_of_any_language_are_names(name: str) -> None:
    """What people are called is no error."""
    assert complaint(cleaned(name)) == ""


@pytest.mark.parametrize("name", ["", "!?", "👩‍🚀", "x" * 25])
def test_what_is_no_name_is_explained(name: str) -> None:
    """Nothing to call somebody by, or too much of it."""
    assert complaint(name).startswith("A name ")


@pytest.mark.parametrize(
    "name",
    ["System", "0perator", "[ADMIN]", "аdmin", "M o d e r a t o r", "~system~", "ｒｏｏｔ"],  # noqa: RUF001 - look-alikes are the point
)
def test_nobody_can_speak_for_the_site(name: str) -> None:
    """Words of authority are refused in every spelling that looks like them."""
    assert "speak for the site" in complaint(name)


def test_an_application_reserves_words_of_its_own() -> None:
    """Its own name, as a rule."""
    assert complaint("N0.JS") == ""
    assert "speak for the site" in complaint("N0.JS", "no.js")


@given(st.text(max_size=60))
def test_a_cleaned_name_has_no_sign_that_nobody_sees(text: str) -> None:
    """One line, single blanks, and cleaning twice changes nothing."""
    once = cleaned(text)
    assert cleaned(once) == once
    assert "  " not in once
    assert all(sign.isprintable() or sign in JOINERS for sign in once)


@given(st.text(max_size=60))
def test_a_spelling_of_a_name_is_the_name(text: str) -> None:
    """Folding twice changes nothing, and a name in small letters keeps a shape."""
    assert folded(folded(text)) == folded(text)
    assert shapes(text) & shapes(text.casefold())
