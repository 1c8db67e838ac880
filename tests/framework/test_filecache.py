import hashlib
import os
from pathlib import Path

import pytest
from brubeck.filecache import FileCache, StoredFile


def load(cache: FileCache, name: str) -> StoredFile:
    file = cache.get(name)
    assert file is not None
    return file


def test_a_file_is_read_with_its_size_hash_and_age(tmp_path: Path) -> None:
    """All that a web server wants to know of it."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"content")
    os.utime(path, (1000, 1000.5))
    file = load(FileCache(tmp_path), "a.txt")
    assert (file.size, file.modified) == (7, 1000)
    assert file.digest == hashlib.sha256(b"content").hexdigest()
    assert file.read() == b"content"
    assert file.read(1, 3) == b"on"


def test_a_file_that_did_not_change_is_read_once(tmp_path: Path) -> None:
    """The second look costs one stat."""
    (tmp_path / "a").write_bytes(b"1")
    cache = FileCache(tmp_path)
    assert load(cache, "a") is load(cache, "a")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """Also within one second and with the same length."""
    path = tmp_path / "a"
    path.write_bytes(b"1")
    cache = FileCache(tmp_path)
    assert load(cache, "a").read() == b"1"
    path.write_bytes(b"2")
    os.utime(path, ns=(1, 1))
    assert load(cache, "a").read() == b"2"


def test_a_deleted_file_is_gone(tmp_path: Path) -> None:
    """What is in memory does not outlive the file."""
    path = tmp_path / "a"
    path.write_bytes(b"1")
    cache = FileCache(tmp_path)
    load(cache, "a")
    path.unlink()
    assert cache.get("a") is None


def test_a_large_file_stays_on_disk(tmp_path: Path) -> None:
    """Its hash is right all the same."""
    (tmp_path / "a").write_bytes(b"123456")
    file = load(FileCache(tmp_path, file_size=5), "a")
    assert file.content is None
    assert file.digest == hashlib.sha256(b"123456").hexdigest()
    assert (file.read(), file.read(2, 4)) == (b"123456", b"34")


def test_memory_is_limited(tmp_path: Path) -> None:
    """What was not asked for longest is forgotten first."""
    for name in "abc":
        (tmp_path / name).write_bytes(b"12345")
    cache = FileCache(tmp_path, size=10)
    first, second = load(cache, "a"), load(cache, "b")
    assert load(cache, "a") is first
    load(cache, "c")
    assert load(cache, "a") is first
    assert load(cache, "b") is not second


@pytest.mark.parametrize("name", ["missing", "folder", "a\0b", "x" * 5000, "file/below", ""])
def test_what_is_no_file_is_none(tmp_path: Path, name: str) -> None:
    """Folders, impossible names and what is not there."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    assert FileCache(tmp_path).get(name) is None


def test_nothing_outside_the_directory_is_found(tmp_path: Path) -> None:
    """Neither by dots nor by links, and not in a sibling with the same beginning."""
    inside, outside = tmp_path / "media", tmp_path / "media2"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret").write_bytes(b"1")
    (inside / "link").symlink_to(outside / "secret")
    (inside / "folder").symlink_to(outside)
    cache = FileCache(inside)
    for name in ("../media2/secret", "link", "folder/secret", str(outside / "secret")):
        assert cache.get(name) is None


def test_a_link_within_the_directory_is_followed(tmp_path: Path) -> None:
    """It shows nothing that could not be asked for."""
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert load(FileCache(tmp_path), "b").read() == b"1"


def test_a_missing_directory_is_an_error(tmp_path: Path) -> None:
    """A misspelt setting shows at the start."""
    with pytest.raises(FileNotFoundError, match="nowhere"):
        FileCache(tmp_path / "nowhere")
