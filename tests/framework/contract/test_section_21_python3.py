"""Contract section 21: what Python 3 must not change for programs."""

from typing import Any

from brubeck.connections import WSGIConnection
from brubeck.handlers import WebMessageHandler
from brubeck.queryset import DictQueryset
from brubeck.request_handling import Brubeck, cookie_decode, cookie_encode
from dictshield.document import Document
from dictshield.fields import StringField
from doubles import make_application, make_request


class Note(Document):
    text = StringField()

    class Meta:
        id_field = StringField


def test_what_was_a_list_is_a_list() -> None:
    """Programs ask isinstance(x, list), so no iterator may take its place (section 21)."""
    handler = WebMessageHandler(make_application(), make_request(query="a=1"))
    notes = DictQueryset()
    created = notes.create([Note(id="1"), Note(id="2")])
    app = Brubeck(WSGIConnection(0), iter([("^/", WebMessageHandler)]))  # type: ignore[arg-type]
    results: list[Any] = [
        handler.supported_methods,
        handler.get_arguments("a"),
        handler.message.arguments["a"],
        created,
        notes.read(None),
        notes.read(["1"]),
        notes.update([Note(id="1")]),
        notes.destroy(["1", "2"]),
        app.handler_tuples,
        app._routes,
    ]
    assert [type(result) for result in results] == [list] * len(results)


def test_bytes_are_taken_where_python_2_had_them() -> None:
    """Keys, signed texts and bodies may be either kind of string (section 21)."""
    signed = cookie_encode("value", b"key")
    assert cookie_decode(signed.encode(), b"key") == "value"  # type: ignore[arg-type]
    assert make_request("POST", body="a=1").body == b"a=1"


def test_headers_may_change_while_they_are_read() -> None:
    """Deleting cookies while going over them is a loop that programs write (section 21)."""
    handler = WebMessageHandler(make_application(), make_request(cookies={"a": "1", "b": "2"}))
    for name in handler.message.cookies:
        handler.delete_cookie(name)
    handler.delete_cookies()
    assert len(handler.cookies) == 2
