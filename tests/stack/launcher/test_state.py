"""The state directory: who may read it, who holds it, what stays in it."""

import fcntl
import os
import stat
from pathlib import Path

import pytest
from launcher.errors import LaunchError
from launcher.state import SOCKET_PATH_BYTES, State, usable_for_sockets


@pytest.fixture(autouse=True)
def _keep_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_the_state(tmp_path):
    """The directory, its logs and its secret are closed to others."""
    state = State(tmp_path / "var")
    with state.held():
        state.secret("listsurf")
        assert mode(tmp_path / "var") == 0o700
        assert mode(state.logs) == 0o700
        assert mode(tmp_path / "var" / "secret") == 0o600


def test_a_secret_is_stable_and_its_own(tmp_path):
    """Restarts keep the secret; every application has another one; every suite has others."""
    first, again, other = State(tmp_path / "a"), State(tmp_path / "a"), State(tmp_path / "b")
    with first.held():
        secret = first.secret("listsurf")
        assert secret != first.secret("index")
        assert len(secret) >= 32
    with again.held():
        assert again.secret("listsurf") == secret
    with other.held():
        assert other.secret("listsurf") != secret


def test_a_readable_secret_is_closed_again(tmp_path):
    """A copied directory may have lost its file modes."""
    state = State(tmp_path)
    with state.held():
        secret = state.secret("x")
        (tmp_path / "secret").chmod(0o644)
        assert state.secret("x") == secret
        assert mode(tmp_path / "secret") == 0o600


def test_a_short_secret_is_refused(tmp_path):
    """An emptied file must not become everybody's key."""
    state = State(tmp_path)
    with state.held():
        (tmp_path / "secret").write_text("short")
        with pytest.raises(LaunchError, match=r"too short.*Delete"):
            state.secret("x")


def test_a_second_launcher_is_refused_with_the_first_ones_number(tmp_path):
    """The message names the process, the way to stop it, and how to run two."""
    refused = pytest.raises(LaunchError, match=f"already running.*process {os.getpid()}")
    with State(tmp_path).held(), refused, State(tmp_path).held():
        pass
    with State(tmp_path).held():
        pass


def test_a_lock_of_a_dead_launcher_does_not_count(tmp_path):
    """What is left in the file says nothing; only a living process holds the lock."""
    (tmp_path / "launcher.lock").write_text("1")
    with State(tmp_path).held(), (tmp_path / "launcher.lock").open() as lock:
        assert lock.read() == str(os.getpid())
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_left_overs_of_a_killed_run_are_cleared(tmp_path):
    """A pid file, sockets and aborted uploads of the last run go; data stay."""
    state = State(tmp_path)
    (tmp_path / "running" / "uploads").mkdir(parents=True)
    for name in ("running/mongrel2.pid", "running/uploads/up.abc", "data.sqlite"):
        (tmp_path / name).touch()
    with state.held():
        assert [path.name for path in state.run.iterdir()] == ["uploads"]
        assert not list((state.run / "uploads").iterdir())
        assert (tmp_path / "data.sqlite").exists()


def test_an_unusable_directory_is_refused_with_a_way_out(tmp_path):
    """A file in the way is reported, not a traceback."""
    (tmp_path / "var").write_text("a file")
    with pytest.raises(LaunchError, match="VAR_DIR"), State(tmp_path / "var").held():
        pass


def test_sockets_live_in_the_state_directory(tmp_path):
    """A short, plain path needs no other place."""
    state = State(Path("/tmp/v"))
    with state.sockets(12) as directory:
        assert directory == Path("/tmp/v/running")


@pytest.mark.parametrize("name", ["x" * 120, "with blank", "it's", 'a"b', "ключ"])
def test_sockets_move_where_their_path_cannot_be_used(tmp_path, name):
    """Too long or unquotable: a private temporary directory is used and removed."""
    state = State(tmp_path / name)
    with state.sockets(12) as directory:
        assert usable_for_sockets(directory, 12)
        assert mode(directory) == 0o700
        (directory / "listsurf.in").touch()
    assert not directory.exists()


def test_the_limit_of_socket_paths_is_exact():
    """A path of 107 bytes is used, one of 108 is not."""
    directory = Path("/" + "d" * 89)
    assert usable_for_sockets(directory, SOCKET_PATH_BYTES - 91)
    assert not usable_for_sockets(directory, SOCKET_PATH_BYTES - 90)


def test_a_directory_of_somebody_else_is_refused_with_a_way_out(tmp_path, monkeypatch):
    """After `sudo make demo`, plain `make demo` says what is wrong."""

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(LaunchError, match=r"Permission denied.*VAR_DIR"), State(tmp_path).held():
        pass
