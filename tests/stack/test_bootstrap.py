"""The set-up that precedes `make demo` and `make test`.

The environments here are made from wheels written on the spot: no test needs a network, and no
test installs anything on the machine.
"""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import bootstrap
import pytest

BOOTSTRAP = Path(bootstrap.__file__)

# A build backend in twenty lines: pip needs one for `pip install -e`, and the network has none.
BACKEND = """
import zipfile, pathlib
NAME = pathlib.Path.cwd().name
def get_requires_for_build_editable(config_settings=None):
    return []
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"{NAME}-1.0-py3-none-any.whl"
    info = f"{NAME}-1.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr(f"{NAME}.pth", str(pathlib.Path.cwd()))
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {NAME}\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


class Project:
    """A checkout in small: lock files, three packages of its own, and a shelf of wheels."""

    def __init__(self, folder):
        self.folder = folder
        self.wheels = folder / "wheels"
        for path in ("wheels", "requirements", "framework", "apps/one", "stack", "bin"):
            (folder / path).mkdir(parents=True)
        for path in ("framework", "apps/one", "stack"):
            (folder / path / "pyproject.toml").write_text(PYPROJECT)
            (folder / path / "backend.py").write_text(BACKEND)
            (folder / path / f"own_{Path(path).name}.py").touch()
        (folder / "stack/bootstrap.py").write_bytes(BOOTSTRAP.read_bytes())
        self.lock("run", self.wheel("tiny", "1.0"))
        self.lock("docs", self.wheel("printer", "1.0"))
        self.lock("test", self.wheel("tester", "1.0"))

    def wheel(self, name, version):
        """Write a wheel and return its line for a lock file."""
        path = self.wheels / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"{name}.py", f"version = {version!r}\n")
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            )
            wheel.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{info}/RECORD", "")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return f"{name}=={version} --hash=sha256:{digest}\n"

    def lock(self, name, text):
        (self.folder / "requirements" / f"{name}.txt").write_text(text)

    def set_up(self, purpose="demo"):
        """Run the program where neither apt-get nor sudo can be found."""
        return subprocess.run(
            [sys.executable, "stack/bootstrap.py", purpose],
            cwd=self.folder,
            env={
                "PATH": str(self.folder / "bin"),
                "HOME": str(self.folder),
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.wheels),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def version_of(self, name):
        """Return what the environment imports; an error's text if it cannot."""
        code = f"import {name}; print(getattr({name}, 'version', 'there'))"
        done = subprocess.run(
            [self.folder / ".venv/bin/python", "-I", "-c", code],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() or done.stderr.strip()


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_the_first_run_installs_and_the_second_does_nothing(project):
    """Locked and own packages are there; a second run needs neither network nor time."""
    first = project.set_up()
    assert first.returncode == 0, first.stderr
    assert project.version_of("tiny") == "1.0"
    for own in ("own_framework", "own_one", "own_stack"):
        assert project.version_of(own) == "there"
    project.wheels.rename(project.wheels.with_name("gone"))
    stamp = project.folder / ".venv/.ready-demo"
    written = stamp.stat().st_mtime_ns
    second = project.set_up()
    assert second.returncode == 0
    assert "Setting up" not in second.stdout
    assert stamp.stat().st_mtime_ns == written


def test_tests_need_more_and_include_the_demo(project):
    """After `make test`, `make demo` has nothing to set up; the other way round it has."""
    assert project.set_up("test").returncode == 0
    assert project.version_of("tester") == "1.0"
    assert "Setting up" not in project.set_up("demo").stdout


def test_a_changed_lock_is_installed_and_a_bad_one_changes_nothing(project):
    """New versions arrive at the next run; a wrong hash is refused and the old environment stays."""
    assert project.set_up().returncode == 0
    project.lock("run", project.wheel("tiny", "2.0"))
    assert project.set_up().returncode == 0
    assert project.version_of("tiny") == "2.0"
    project.wheel("tiny", "3.0")
    project.lock("run", "tiny==3.0 --hash=sha256:" + "0" * 64 + "\n")
    refused = project.set_up()
    assert refused.returncode == 1
    assert "Check the network and pip's settings" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert project.version_of("tiny") == "2.0"
    assert project.set_up().returncode == 1


def test_an_environment_from_elsewhere_is_made_anew(project):
    """A .venv that was copied with its checkout, or whose making broke off, is replaced."""
    programs = project.folder / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "pip").write_text("#!/elsewhere/.venv/bin/python\n")
    (programs / "python").symlink_to(sys.executable)
    done = project.set_up()
    assert done.returncode == 0, done.stderr
    assert project.version_of("tiny") == "1.0"
    assert not (project.folder / "build/old-venv").exists()


def a_directory(path):
    (path / "bin").mkdir(parents=True)


@pytest.fixture
def places(monkeypatch, tmp_path):
    """Let .venv be a place of the test's own."""
    for name, path in {
        "VENV": "venv",
        "OLD_VENV": "build/old",
        "PYTHON": "venv/bin/python",
    }.items():
        monkeypatch.setattr(bootstrap, name, tmp_path / path)
    return bootstrap.VENV


NAMESAKES = pytest.mark.parametrize(
    "make",
    [a_directory, Path.touch, lambda path: path.symlink_to("nowhere"), lambda path: None],
    ids=["half of one", "a file", "a dead link", "nothing"],
)


@NAMESAKES
def test_whatever_is_called_venv_can_be_replaced(places, make):
    """Something unusable is seen as such, and goes when a new one is made."""
    make(places)
    assert not bootstrap.is_sound()
    with bootstrap.put_aside():
        assert not os.path.lexists(places)
        places.mkdir()
    assert places.is_dir()
    assert not os.path.lexists(bootstrap.OLD_VENV)


def fail_half_way(venv):
    with bootstrap.put_aside():
        venv.mkdir()
        raise bootstrap.SetupError("no network")


@NAMESAKES
def test_a_failed_replacement_puts_the_old_one_back(places, make):
    """Without a network the old environment is better than none."""
    make(places)
    before = os.path.lexists(places)
    with pytest.raises(bootstrap.SetupError):
        fail_half_way(places)
    assert os.path.lexists(places) or not before
    assert (places / "bin").is_dir() == (make is a_directory)


@pytest.mark.parametrize("arguments", [[], ["live"], ["demo", "test"]])
def test_a_wrong_purpose_is_answered_with_the_usage(arguments, capsys):
    """Usage on stderr, exit code 2."""
    assert bootstrap.main(arguments) == 2
    assert "demo|test|bench" in capsys.readouterr().err


def test_an_old_python_is_refused_with_what_to_do(monkeypatch, tmp_path, capsys):
    """The message has the version wanted, the one found, and the way to name another."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))
    assert bootstrap.main(["demo"]) == 1
    said = capsys.readouterr().err
    assert "Python 99.0 or newer is needed" in said
    assert sys.executable in said
    assert "make demo PYTHON=" in said


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch, tmp_path):
    """Where python3 is old but python3.13 is there, that one goes on with the same arguments."""
    newer = tmp_path / "python3.13"
    newer.touch(mode=0o755)
    called = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 11))
    monkeypatch.setattr(os, "execv", lambda path, words: called.append((path, words[0])))
    with pytest.raises(bootstrap.SetupError):
        bootstrap.require_python()
    assert called == [(str(newer), str(newer))]


def test_the_program_can_be_read_by_old_pythons():
    """What finds out that Python is too old must not fail on its own syntax (3.7's grammar)."""
    compile_as_37 = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 7))"
    done = subprocess.run(
        [sys.executable, "-c", compile_as_37], input=BOOTSTRAP.read_bytes(), check=False
    )
    assert done.returncode == 0


class Machine:
    """A machine whose programs, rights and package manager the test decides about."""

    def __init__(self, monkeypatch, folder, present=(), *, root=True, sudo=True):
        self.commands = []
        self.present = set(present)
        self.sudo = sudo
        monkeypatch.setattr(bootstrap, "VENV", folder)
        monkeypatch.setattr(bootstrap, "run", self.run)
        monkeypatch.setattr(bootstrap.shutil, "which", lambda name: name in self.present or None)
        monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0 if root else 1000)

    def run(self, command, *, quiet=False):
        words = [str(word) for word in command]
        if words == ["sudo", "-n", "true"]:
            return self.sudo
        self.commands.append([word for word in words if word != bootstrap.APT_SCRIPT])
        return True


def test_root_installs_what_is_missing(monkeypatch, tmp_path):
    """Only missing packages are installed, and only once."""
    machine = Machine(monkeypatch, tmp_path, {"apt-get", "redis-server"})
    bootstrap.install_programs("demo")
    bootstrap.install_programs("demo")
    assert machine.commands == [["sh", "-c", "apt-install", "mongrel2-core"]]


def test_sudo_is_used_where_it_asks_nothing(monkeypatch, tmp_path):
    """Without root, sudo -n installs."""
    machine = Machine(monkeypatch, tmp_path, {"apt-get", "sudo", "redis-server"}, root=False)
    bootstrap.install_programs("demo")
    assert machine.commands == [["sudo", "-n", "sh", "-c", "apt-install", "mongrel2-core"]]


def test_without_rights_the_command_is_shown(monkeypatch, tmp_path, capsys):
    """Neither root nor sudo: one line with the exact command, and on it goes."""
    machine = Machine(monkeypatch, tmp_path, {"apt-get", "sudo"}, root=False, sudo=False)
    bootstrap.install_programs("test")
    assert machine.commands == []
    said = capsys.readouterr().out
    assert "sudo apt-get install mongrel2-core redis-server chromium" in said
    assert said.count("\n") == 1


def test_without_apt_get_one_line_says_what_is_missing(monkeypatch, tmp_path, capsys):
    """Other systems: what is missing and what that means, and on it goes."""
    Machine(monkeypatch, tmp_path, {"redis-server"})
    bootstrap.install_programs("demo")
    said = capsys.readouterr().out
    assert said.startswith("Going on without mongrel2-core (the sites are served through WSGI")
    assert "no apt-get" in said
    assert said.count("\n") == 1


def test_a_complete_machine_is_left_alone(monkeypatch, tmp_path, capsys):
    """Nothing is asked, nothing is said."""
    machine = Machine(monkeypatch, tmp_path, {"apt-get", "mongrel2", "redis-server"})
    bootstrap.install_programs("demo")
    assert machine.commands == []
    assert capsys.readouterr().out == ""


def test_debian_without_venv_gets_its_package_or_the_command(monkeypatch, tmp_path):
    """Debian's Python has no ensurepip of its own."""
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    machine = Machine(monkeypatch, tmp_path, {"apt-get"})
    bootstrap.create_venv()
    assert machine.commands[0] == ["sh", "-c", "apt-install", package]
    assert machine.commands[1][1:3] == ["-m", "venv"]
    Machine(monkeypatch, tmp_path, {"apt-get"}, root=False, sudo=False)
    with pytest.raises(bootstrap.SetupError, match=f"sudo apt-get install {package}"):
        bootstrap.create_venv()


def test_services_of_packages_are_not_started(tmp_path):
    """While apt-get works, policy-rc.d forbids starts; afterwards it is gone; one failure is one."""
    policy, record = tmp_path / "policy-rc.d", tmp_path / "record"
    fake = tmp_path / "apt-get"
    fake.write_text(
        f'#!/bin/sh\n{{ echo "$*"; sh {policy}; echo "policy $?"; }} >> {record}\n'
        'case "$*" in *unknown*) exit 100;; esac\n'
    )
    fake.chmod(0o755)
    script = bootstrap.APT_SCRIPT.replace("/usr/sbin/policy-rc.d", str(policy))
    done = subprocess.run(
        ["sh", "-c", script, "apt-install", "unknown", "redis-tools"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=False,
    )
    lines = record.read_text().splitlines()
    assert [line for line in lines if line.endswith(("unknown", "redis-tools"))] == [
        "-qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends unknown",
        "-qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends redis-tools",
    ]
    assert lines.count("policy 101") == 3
    assert not policy.exists()
    assert done.returncode == 1


def test_an_existing_policy_is_kept(tmp_path):
    """An administrator's own policy-rc.d stays as it is."""
    policy = tmp_path / "policy-rc.d"
    policy.write_text("theirs")
    (tmp_path / "apt-get").symlink_to("/bin/true")
    script = bootstrap.APT_SCRIPT.replace("/usr/sbin/policy-rc.d", str(policy))
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    subprocess.run(["sh", "-c", script, "apt-install"], env=environ, check=True)
    assert policy.read_text() == "theirs"


def test_a_checkout_of_somebody_else_is_reported(monkeypatch, capsys):
    """No traceback where files may not be written."""

    def refuse(purpose):
        raise PermissionError(13, "Permission denied", ".venv")

    monkeypatch.setattr(bootstrap, "prepare", refuse)
    assert bootstrap.main(["demo"]) == 1
    assert "Permission denied" in capsys.readouterr().err


def test_a_lock_that_lacks_something_is_reported(monkeypatch, capsys):
    """Installing without resolving is exact, so a gap has to be looked for."""
    checked = []

    def run(command):
        checked.append(command[-1])
        return command[-1] != "check"

    monkeypatch.setattr(bootstrap, "run", run)
    bootstrap.pip_install("demo")
    assert checked[-1] == "check"
    assert "lock files lack" in capsys.readouterr().out
