"""Redis has no room for more: people read what that means, and what they typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apps.nojs.people import TOKEN, Person
from redis import Redis


@contextmanager
def full(redis: "Redis[Any]") -> Iterator[None]:
    """Let the memory of Redis be full during the block."""
    redis.config_set("maxmemory", "1")
    try:
        yield
    finally:
        redis.config_set("maxmemory", "0")


def test_what_was_typed_comes_back_with_the_reason(ada: Person, redis: "Redis[Any]") -> None:
    """507, the text, and the same form is taken when there is room again (CWE-400)."""
    token = TOKEN.search(ada.get("/r/den/say").text)
    assert token
    form = {"csrf_token": token[1], "text": "kept <here>", "from": "say"}
    with full(redis):
        answer = ada.browser.post("/r/den/say", form=form)
        assert answer.status_code == 507
        assert "is full" in answer.text
        assert "kept &lt;here&gt;" in answer.text
    assert ada.browser.post("/r/den/say", form=form).status_code == 302
    assert "kept <here>" in ada.reads()
