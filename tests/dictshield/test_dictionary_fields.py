"""Sections 4 and 5.3 of the interface: dictionaries, MultiValueDict, points."""

import copy
from typing import Any

import pytest
from dictshield.base import InvalidShield
from dictshield.datastructures import MultiValueDict, MultiValueDictKeyError
from dictshield.document import Document
from dictshield.fields import DictField, GeoPointField, StringField
from dictshield.fields.compound import MultiValueDictField

KEY_REASON = 'Invalid dictionary key name - keys may not contain "." or "$" characters'
SHAPES = "GeoPointField can only accept tuples, lists of (x, y), or dicts of {k1: v1, k2: v2}"


class Place(Document):
    """One field of each kind."""

    facts = DictField()
    answers = MultiValueDictField()
    point = GeoPointField()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("facts", {"a": {"b": [1]}}, None),
        ("facts", [1], "Only dictionaries may be used in a DictField"),
        ("facts", "x", "Only dictionaries may be used in a DictField"),
        ("facts", {"a.b": 1}, KEY_REASON),
        ("facts", {"$a": 1}, KEY_REASON),
        ("facts", {1: 1}, "Invalid value"),
        ("answers", {"a": ["b"]}, None),
        (
            "answers",
            [1],
            "Only dictionaries and MultiValueDicts may be used in a MultiValueDictField",
        ),
        ("answers", {"a": "b"}, "Invalid value"),
        ("answers", {"a.b": ["c"]}, KEY_REASON),
        ("point", [1, 2.5], None),
        ("point", (1, 2), None),
        ("point", {"x": 1, "y": 2}, None),
        ("point", [1], "Value must be a two-dimensional point"),
        ("point", {"x": 1}, "Value must be a two-dimensional point"),
        ("point", [1, "2"], "Both values in point must be float or int"),
        ("point", ["1", 2], "Both values in point must be float or int"),
        ("point", [True, 2], "Both values in point must be float or int"),
        ("point", {"x": None, "y": 2}, "Both values in point must be float or int"),
        ("point", "12", SHAPES),
        ("point", 5, SHAPES),
    ],
)
def test_dictionaries_and_points_have_their_reasons(
    name: str, value: object, expected: str | None
) -> None:
    """Each kind says what it takes."""
    errors = Place(**{name: value}).errors()
    assert [message for _, message, _ in errors] == ([] if expected is None else [expected])


def test_the_defaults_are_empty_dictionaries_of_their_own() -> None:
    """No two documents share one."""
    place = Place()
    assert (place.facts, place.answers) == ({}, MultiValueDict())
    place.facts["a"] = 1
    assert Place().facts == {}


def test_a_dictionary_is_written_as_it_is() -> None:
    """The very object."""
    facts = {"a": 1}
    assert Place(facts=facts).to_python()["facts"] is facts


def test_basecls_must_be_a_field_class() -> None:
    """Anything else is a wrongly built field."""
    assert DictField(StringField).basecls is StringField
    with pytest.raises(InvalidShield, match="field class"):
        DictField(dict)


def test_a_dictionary_of_lists_becomes_a_multi_value_dict() -> None:
    """Assignment converts, JSON gives the plain dictionary of lists back."""
    place = Place(answers={"a": ["b", "c"]})
    assert isinstance(place.answers, MultiValueDict)
    assert place.answers["a"] == "c"
    assert place.to_python()["answers"] is place.answers
    shaped = place.to_json(encode=False)["answers"]
    assert type(shaped) is dict
    assert shaped == {"a": ["b", "c"]}
    assert Place(answers=place.answers).answers is place.answers


def test_the_last_value_is_what_a_multi_value_dict_shows() -> None:
    """By key, by get, in items and values; lists and getlist show all."""
    many = MultiValueDict({"a": [1, 2], "b": []})
    assert (many["a"], many["b"]) == (2, [])
    assert (many.get("a"), many.get("b", 9), many.get("c", 9), many.get("c")) == (2, 9, 9, None)
    assert many.items() == many.iteritems() == [("a", 2), ("b", [])]
    assert many.values() == many.itervalues() == [2, []]
    assert many.lists() == many.iterlists() == [("a", [1, 2]), ("b", [])]
    assert many.getlist("a") == [1, 2]
    assert (many.getlist("c"), many.getlist("c", 5)) == ([], 5)
    assert many.dict() == {"a": 2, "b": []}
    assert type(many.dict()) is dict


def test_a_missing_key_is_a_key_error_of_its_own() -> None:
    """It names the key."""
    with pytest.raises(MultiValueDictKeyError, match="'a'"):
        MultiValueDict()["a"]
    assert issubclass(MultiValueDictKeyError, KeyError)


def test_a_multi_value_dict_stores_lists() -> None:
    """Setting stores one value; setlist, appendlist and the defaults work on lists."""
    many = MultiValueDict()
    many["a"] = 1
    many.setlist("b", [1, 2])
    many.appendlist("b", 3)
    many.appendlist("c", 4)
    assert many.setdefault("a", 9) == 1
    assert many.setdefault("d", 9) == 9
    assert many.setlistdefault("e") == []
    assert many.setlistdefault("f", (1,)) == [1]
    assert many.setlistdefault("b", (9,)) == [1, 2, 3]
    assert many.lists() == [
        ("a", [1]),
        ("b", [1, 2, 3]),
        ("c", [4]),
        ("d", [9]),
        ("e", []),
        ("f", [1]),
    ]


def test_update_extends_the_lists() -> None:
    """From a MultiValueDict, a dictionary or keywords."""
    many = MultiValueDict({"a": [1]})
    many.update(MultiValueDict({"a": [2, 3]}))
    many.update({"a": 4, "b": 5}, c=6)
    assert many.lists() == [("a", [1, 2, 3, 4]), ("b", [5]), ("c", [6])]
    with pytest.raises(TypeError, match="at most 1"):
        many.update({}, {})


@pytest.mark.parametrize("how", [lambda m: m.copy(), copy.copy])
def test_copies_have_lists_of_their_own(how: Any) -> None:
    """The values are the same objects."""
    value = object()
    many = MultiValueDict({"a": [value]})
    twin = how(many)
    twin.appendlist("a", 1)
    assert many.getlist("a") == [value]
    assert twin["a"] == 1
    assert isinstance(twin, MultiValueDict)


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_a_multi_value_dict_survives_being_taken_apart(protocol: int) -> None:
    """Deep copies and serialisers get all lists back."""
    many = MultiValueDict({"a": [[1], 2]})
    build, arguments, *rest = many.__reduce_ex__(protocol)
    assert rest == []
    assert build(*arguments).lists() == many.lists()
    twin = copy.deepcopy(many)
    twin.getlist("a")[0].append(9)
    assert many.getlist("a")[0] == [1]


def test_a_multi_value_dict_shows_its_lists() -> None:
    """The repr names the class."""
    assert repr(MultiValueDict({"a": [1, 2]})) == "<MultiValueDict: {'a': [1, 2]}>"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_point_is_of_numbers_that_json_has(number: float) -> None:
    """No NaN and no infinity, which would make the text of the document no JSON."""
    assert Place(point=[1, number]).errors()[0][1] == "Both values in point must be float or int"
