"""The disk of Redis is full: people read what that means, and what they typed."""

from typing import Any

from apps.nojs.people import TOKEN, Person
from fulldisks import full_for_redis
from redis import Redis


def test_what_was_typed_comes_back_with_the_reason(ada: Person, redis: "Redis[Any]") -> None:
    """507, the text, and the same form is taken when there is room again (CWE-400).

    What was said is read meanwhile.
    """
    ada.says("before")
    token = TOKEN.search(ada.get("/r/den/say").text)
    assert token
    form = {"csrf_token": token[1], "text": "kept <here>", "from": "say"}
    with full_for_redis(redis):
        answer = ada.browser.post("/r/den/say", form=form)
        assert answer.status_code == 507
        assert "is full" in answer.text
        assert "kept &lt;here&gt;" in answer.text
        assert "before" in ada.reads()
    assert ada.browser.post("/r/den/say", form=form).status_code == 302
    assert "kept <here>" in ada.reads()
