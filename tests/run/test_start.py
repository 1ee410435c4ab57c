"""What keeps Ahize from starting is said in one sentence, with what to do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ahize.run import cli, provision

CLONE = Path(__file__).resolve().parents[2]


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """./ahize, as from a terminal."""
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [CLONE / "ahize", *arguments], env={**kept, **environment}, capture_output=True, text=True, check=False
    )


def pretend_python(folder: Path, *facts: str) -> str:
    """A program that answers the launcher's question like a Python would."""
    path = folder / "python"
    path.write_text("#!/bin/sh\nprintf '%s\\n' " + " ".join(f"'{fact}'" for fact in facts) + "\n")
    path.chmod(0o755)
    return str(path)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stderr.startswith("ahize: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_an_old_python_is_named(place: Path) -> None:
    old = pretend_python(place, "310", "/usr/bin/python3.10", "/usr")
    said = one_sentence(start("help", AHIZE_PYTHON=old, AHIZE_HOME=str(place / "home")))
    assert "needs Python 3.11 to 3.14 and found only /usr/bin/python3.10" in said
    assert "apt-get install python3 python3-venv" in said


def test_no_python_at_all_names_the_line_that_gets_one(place: Path) -> None:
    said = one_sentence(start("help", AHIZE_PYTHON=str(place / "none"), AHIZE_HOME=str(place / "home")))
    assert "needs Python 3.11 or newer and found none; run 'apt-get install python3 python3-venv'" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a service user that is somebody else")
def test_a_python_that_the_service_user_cannot_reach_is_not_taken(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    hidden = pretend_python(place, "312", str(closed / "bin"), str(closed))
    (closed / "bin").touch(mode=0o755)
    said = one_sentence(start("help", AHIZE_PYTHON=hidden, AHIZE_HOME=str(place / "home")))
    assert "lies where the service user cannot reach it" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a service user that is somebody else")
def test_a_home_that_the_service_user_cannot_reach_is_refused(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    said = one_sentence(start("help", AHIZE_HOME=str(closed / "home")))
    assert f"lies below {closed}, which the service user cannot enter" in said
    assert closed.stat().st_mode & 0o777 == 0o700


def test_too_little_disk_is_said_in_megabytes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(place)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=20_000_000))
    with pytest.raises(provision.Refusal, match="has 20 MB free and the first start needs 1500 MB"):
        provision.make_environment(CLONE, place, lock="run")


def test_no_network_is_said(place: Path) -> None:
    with pytest.raises(provision.Refusal, match=r"could not be downloaded \(is there a network\?\): .+"):
        provision.run(
            [sys.executable, "-c", "import sys; sys.exit('ERROR: No matching distribution found for django')"],
            "The packages could not be downloaded (is there a network?)",
        )


def test_a_clone_out_of_reach_is_copied_and_kept_up_to_date(place: Path) -> None:
    venv, source = place / "venv", place / "clone/src/ahize"
    packages = venv / "lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    source.mkdir(parents=True)
    (source / "__init__.py").write_text("one = 1\n")
    (source / "old.py").write_text("")
    (source / "__init__.py").chmod(0o600)
    provision.place_package(place / "clone", venv, copied=True)
    assert (packages / "ahize/__init__.py").stat().st_mode & 0o044 == 0o044
    (source / "__init__.py").write_text("one = 111\n")
    (source / "old.py").unlink()
    provision.place_package(place / "clone", venv, copied=True)
    assert (packages / "ahize/__init__.py").read_text() == "one = 111\n"
    assert not (packages / "ahize/old.py").exists()
    provision.place_package(place / "clone", venv, copied=False)
    assert (packages / "ahize.pth").read_text() == f"{place}/clone/src\n"
    assert not (packages / "ahize").exists()


# ── the commands ──────────────────────────────────────────────────────────────────────────────────────────


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    assert all(f"./ahize {name} " in said for name in cli.COMMANDS)


def test_an_unknown_command_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dmeo"]) == 2
    assert capsys.readouterr().err == "ahize: There is no command “dmeo”. ./ahize help lists them all.\n"


def test_a_port_that_is_taken_is_one_sentence(capsys: pytest.CaptureFixture[str], place: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert cli.main(["up", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert said == f"ahize: Port {port} on 127.0.0.1 is taken. Choose another: --port {port + 1}.\n"


def test_stop_where_nothing_runs_is_no_error(ahize_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stop"]) == 0
    assert capsys.readouterr().err == f"Nothing runs below {ahize_home}.\n"


@pytest.mark.parametrize("name", [name for name in cli.COMMANDS if name != "help"])
def test_every_command_explains_itself_without_a_room(name: str, place: Path) -> None:
    told = {"AHIZE_HOME": str(place), "AHIZE_CLONE": str(CLONE), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-P", "-m", "ahize.run.cli", name, "--help"]
    done = subprocess.run(
        command, env={**told, "PYTHONPATH": str(CLONE / "src")}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage: " in done.stdout
    assert done.stderr == ""
