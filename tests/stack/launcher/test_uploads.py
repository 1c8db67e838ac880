"""Bodies that Mongrel2 has written to disk do not stay there."""

import http.client
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from launcher.uploads import sweep


def test_only_what_nobody_writes_to_any_more_is_swept(tmp_path):
    """Age counts from the last change; an upload that still arrives stays."""
    (tmp_path / "up.old").write_bytes(b"x")
    os.utime(tmp_path / "up.old", (1, 1))
    (tmp_path / "up.new").write_bytes(b"x")
    sweep(tmp_path, older_than=3600)
    assert [path.name for path in tmp_path.iterdir()] == ["up.new"]


def send(address, path, body, **headers):
    """Post a body; return the status, or None where the server hangs up on the sender."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=60)
    chunked = not isinstance(body, bytes)
    try:
        connection.request(
            "POST", path, body, {"Host": url.netloc, **headers}, encode_chunked=chunked
        )
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


@pytest.mark.e2e
@pytest.mark.parametrize("body", [b"x" * 1_500_000, [b"a chunk", b"another"]], ids=type)
def test_a_large_body_is_not_kept_on_the_disk(launch, body):
    """The real Mongrel2 writes it to a file; the launcher deletes that once it has aged."""
    run = launch("--apps", "sample")
    address = run.ready()["addresses"]["sample"]
    uploads = Path(run.var) / "running" / "uploads"

    def has_arrived():
        send(address, "/", body if isinstance(body, bytes) else iter(body))
        return list(uploads.iterdir())

    run.wait_for(has_arrived, "upload")
    for path in uploads.iterdir():
        os.utime(path, (1, 1))
    run.wait_for(lambda: not list(uploads.iterdir()), "sweeping")
    assert run.process.poll() is None
