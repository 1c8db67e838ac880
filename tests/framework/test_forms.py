import gc
from urllib.parse import urlencode

import pytest
from brubeck.errors import PayloadTooLarge
from brubeck.forms import (
    Files,
    MalformedForm,
    UploadedFile,
    parse_multipart,
    parse_urlencoded,
)
from brubeck.limits import Limits
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(deadline=None, max_examples=60)
BOUNDARY = "a-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
UTF8 = st.characters(codec="utf-8")


def part(disposition: str, content: bytes, *headers: str) -> bytes:
    lines = [f"--{BOUNDARY}", f"Content-Disposition: form-data{disposition}", *headers, ""]
    return "\r\n".join(lines).encode() + b"\r\n" + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def upload(content: bytes, limits: Limits | None = None, filename: str = "a.txt") -> UploadedFile:
    sent = body(part(f'; name="data"; filename="{filename}"', content))
    _, files = parse_multipart(sent, CONTENT_TYPE, limits or Limits())
    return files["data"][0]


# -- urlencoded ------------------------------------------------------------------------------------


@quick
@given(st.lists(st.tuples(st.text(UTF8, min_size=1), st.text(UTF8, min_size=1)), max_size=5))
def test_urlencoded_values_survive_the_way(pairs: list[tuple[str, str]]) -> None:
    """What a browser encodes is decoded, in its order."""
    arguments = parse_urlencoded(urlencode(pairs))
    for name, _ in pairs:
        assert arguments[name] == [value for other, value in pairs if other == name]


@quick
@given(st.binary() | st.text())
def test_any_bytes_are_some_arguments(text: bytes | str) -> None:
    """Nothing that is sent raises."""
    assert isinstance(parse_urlencoded(text), dict)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("a=1&b=2&a=3", {"a": ["1", "3"], "b": ["2"]}),
        ("a=&b", {}),
        ("a=x+y%20z", {"a": ["x y z"]}),
        (b"a=%ff", {"a": ["\ufffd"]}),
        (b"a=\xc3\xa9", {"a": ["\xe9"]}),
        (b"a=\xff", {"a": ["\ufffd"]}),
        ("a=1;b=2", {"a": ["1;b=2"]}),
    ],
)
def test_urlencoded_text_is_read_as_browsers_write_it(
    text: str | bytes, arguments: dict[str, list[str]]
) -> None:
    """Blank values are dropped; bytes that are not UTF-8 become replacement characters."""
    assert parse_urlencoded(text) == arguments


def test_too_many_values_are_refused() -> None:
    """Ten thousand names would cost more than they are worth."""
    assert parse_urlencoded("a=1&b=2", Limits(arguments=2))
    with pytest.raises(PayloadTooLarge, match="2 values"):
        parse_urlencoded("a=1&b=2&c=3", Limits(arguments=2))


def test_a_value_that_is_too_long_is_refused() -> None:
    """The client learns which one."""
    assert parse_urlencoded("a=12345", Limits(argument_size=5))
    with pytest.raises(PayloadTooLarge, match="'a' is longer than 5"):
        parse_urlencoded("a=123456", Limits(argument_size=5))


# -- multipart -------------------------------------------------------------------------------------


def test_values_and_files_are_told_apart() -> None:
    """A part with a file name is a file; both keep their order."""
    sent = body(
        part('; name="a"', b"1"),
        part('; name="f"; filename="x.png"', b"\x00\xff\r\n", "Content-Type: image/png"),
        part('; name="a"', "\xe9".encode()),
    )
    arguments, files = parse_multipart(sent, CONTENT_TYPE)
    assert arguments == {"a": ["1", "\xe9"]}
    assert list(files) == ["f"]
    assert {key: files["f"][0][key] for key in ("filename", "content_type", "body")} == {
        "filename": "x.png",
        "content_type": "image/png",
        "body": b"\x00\xff\r\n",
    }


def test_blank_values_are_kept() -> None:
    """Unlike in the other kind of form."""
    assert parse_multipart(body(part('; name="a"', b"")), CONTENT_TYPE)[0] == {"a": [""]}


def test_a_part_without_a_name_is_skipped() -> None:
    """Nobody could ask for it."""
    sent = body(part("", b"lost"), part('; name="a"', b"1"), part('; filename="f"', b"lost"))
    assert parse_multipart(sent, CONTENT_TYPE) == ({"a": ["1"]}, {})


def test_a_file_field_left_empty_is_a_blank_value() -> None:
    """Browsers send an empty file name for it."""
    sent = body(part('; name="f"; filename=""', b"", "Content-Type: application/octet-stream"))
    assert parse_multipart(sent, CONTENT_TYPE) == ({"f": [""]}, {})


@pytest.mark.parametrize("boundary", [BOUNDARY, f'"{BOUNDARY}"'])
def test_the_boundary_may_be_quoted(boundary: str) -> None:
    """Both forms occur."""
    content_type = f"multipart/form-data; charset=utf-8; boundary={boundary}"
    assert parse_multipart(body(part('; name="a"', b"1")), content_type)[0] == {"a": ["1"]}


def test_header_names_of_parts_have_no_case() -> None:
    """Some clients write them in lower case."""
    sent = body(part('; name="f"; filename="x"', b"1", "content-type: text/plain"))
    sent = sent.replace(b"Content-Disposition", b"content-disposition")
    assert parse_multipart(sent, CONTENT_TYPE)[1]["f"][0].content_type == "text/plain"


def test_a_file_without_a_type_has_the_unknown_one() -> None:
    """The type is what the client says, or application/unknown."""
    assert upload(b"1")["content_type"] == "application/unknown"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no form at all",
        part('; name="a"', b"1"),
        body(part('; name="a"', b"1")).replace(b"form-data", b"attachment"),
        body(part('; name="a"', b"1", "Content-Type")),
    ],
)
def test_a_broken_body_is_malformed(sent: bytes) -> None:
    """Cut off, without parts, or with broken headers."""
    with pytest.raises(MalformedForm):
        parse_multipart(sent, CONTENT_TYPE)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_body_without_a_boundary_is_malformed(content_type: str) -> None:
    """Where a part ends cannot be guessed."""
    with pytest.raises(MalformedForm):
        parse_multipart(body(part('; name="a"', b"1")), content_type)


@quick
@given(st.binary(max_size=60), st.sampled_from([b"", f"--{BOUNDARY}\r\n".encode()]))
def test_any_bytes_are_a_form_or_malformed(sent: bytes, start: bytes) -> None:
    """Nothing else is raised, whatever is sent."""
    try:
        arguments, files = parse_multipart(start + sent, CONTENT_TYPE)
    except (MalformedForm, PayloadTooLarge):
        return
    assert isinstance(arguments, dict)
    assert isinstance(files, dict)


def test_too_many_parts_are_refused() -> None:
    """Values and files are counted, and so is what has no name."""
    with pytest.raises(PayloadTooLarge, match="3 values"):
        parse_multipart(body(*[part("", b"")] * 5), CONTENT_TYPE, Limits(arguments=3, files=1))


def test_too_many_files_are_refused() -> None:
    """Also under different names."""
    sent = body(*(part(f'; name="{n}"; filename="x"', b"") for n in range(3)))
    assert len(parse_multipart(sent, CONTENT_TYPE, Limits(files=3))[1]) == 3
    with pytest.raises(PayloadTooLarge, match="2 files"):
        parse_multipart(sent, CONTENT_TYPE, Limits(files=2))


def test_a_multipart_value_that_is_too_long_is_refused() -> None:
    """The limit for values is that of the other kind of form; files have another one."""
    with pytest.raises(PayloadTooLarge, match="'a' is longer"):
        parse_multipart(body(part('; name="a"', b"123456")), CONTENT_TYPE, Limits(argument_size=5))
    assert upload(b"123456", Limits(argument_size=5)).body == b"123456"


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 10, 200_000])
def test_a_file_has_its_bytes_wherever_they_are(size: int) -> None:
    """Small ones stay in memory, large ones wait on disk: both read the same."""
    content = bytes(range(256)) * (size // 256 + 1)
    file = upload(content, Limits(file_memory=1000))
    assert file["body"] == file.get("body") == file.body == content
    assert file.file.read() == content
    assert file["file"] is file.file


def test_a_large_file_is_on_disk() -> None:
    """Its bytes are not kept in memory a second time."""
    assert upload(b"x" * 1001, Limits(file_memory=1000)).file.fileno() > 0
    assert upload(b"x" * 1000, Limits(file_memory=1000)).file.name is None


def test_reading_the_body_does_not_move_the_file() -> None:
    """A program may use both."""
    file = upload(b"abcdef")
    assert file.file.read(3) == b"abc"
    assert file.body == b"abcdef"
    assert file.file.read() == b"def"


def test_an_uploaded_file_is_a_dict() -> None:
    """Programs of 2012 know its keys."""
    file = upload(b"1", filename="na\xefve.txt")
    assert isinstance(file, dict)
    assert set(file) == {"filename", "content_type", "body", "file"}
    assert file["filename"] == file.filename == "na\xefve.txt"
    assert file.get("size", 7) == 7
    with pytest.raises(KeyError):
        file["size"]


def test_a_file_is_closed_with_the_request() -> None:
    """Nobody has to clean up."""
    file = upload(b"1")
    opened = file.file
    del file
    gc.collect()
    assert opened.closed


def test_no_files_are_an_empty_dict() -> None:
    """A form without files is a form."""
    files: Files = parse_multipart(body(part('; name="a"', b"1")), CONTENT_TYPE)[1]
    assert files == {}
