from brubeck.lazy import lazy


class Thing:
    """Counts how often its attribute was computed."""

    computed = 0

    @lazy
    def answer(self) -> int:
        """Return the answer."""
        self.computed += 1
        return 42

    @lazy
    def missing(self) -> int:
        raise AttributeError("There is none.")


def test_a_lazy_attribute_is_computed_once() -> None:
    """The second look costs no more than any attribute."""
    thing = Thing()
    assert thing.computed == 0
    assert (thing.answer, thing.answer, thing.computed) == (42, 42, 1)


def test_a_lazy_attribute_can_be_set_and_forgotten() -> None:
    """Programs may replace what would be computed."""
    thing = Thing()
    thing.answer = 1
    assert (thing.answer, thing.computed) == (1, 0)
    del thing.answer
    assert thing.answer == 42


def test_a_lazy_attribute_may_be_missing() -> None:
    """hasattr() sees an AttributeError as what it is."""
    assert not hasattr(Thing(), "missing")


def test_the_class_shows_the_documentation() -> None:
    """help() works on it."""
    assert Thing.answer.__doc__ == "Return the answer."


def test_instances_do_not_share_values() -> None:
    """Each object computes its own."""
    things = [Thing(), Thing()]
    assert [thing.answer for thing in things] == [42, 42]
    assert [thing.computed for thing in things] == [1, 1]
