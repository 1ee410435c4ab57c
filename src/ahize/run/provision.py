"""Makes the private environment: a virtual environment in AHIZE_HOME with exactly what ``locks/`` names.

Run as a script by whatever Python 3.11+ the launcher found, so it uses the standard library only and imports nothing of
ours. It answers one question, “is the environment what the lock says?”, and makes it so. It starts nothing.

    python -I provision.py run | dev      make or mend the environment
    python -I provision.py score          add what learning scores needs to the environment that is there
    python -I provision.py --package      only bring the package in the environment up to date with the clone
"""

from __future__ import annotations

import compileall
import contextlib
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOM_NEEDED_MB = 1500  # environment 800 MB, its downloads 250 MB, database and screen the rest


class Refusal(Exception):
    """One clear sentence for the person who started us."""


class Phases:
    """Says what is going on, and how long it took; downloads apart, since they are the network's."""

    def __init__(self) -> None:
        self.ours_s = 0.0
        self.network_s = 0.0

    @contextlib.contextmanager
    def phase(self, name: str, *, network: bool = False) -> Iterator[None]:
        begun = time.monotonic()
        yield
        spent = time.monotonic() - begun
        if network:
            self.network_s += spent
        else:
            self.ours_s += spent
        say(f"  {name:<42} {spent:6.1f} s{'  (network)' if network else ''}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    clone, home = Path(os.environ["AHIZE_CLONE"]), Path(os.environ["AHIZE_HOME"])
    copied = os.environ.get("AHIZE_PLACED") == "copied"
    # Files that root makes here are read by the service user, also under a root umask of 077.
    os.umask(0o022)
    try:
        make_home(home)
        with one_at_a_time(home / ".provision.lock"):
            if arguments == ["score"]:
                add_packages(clone, home, lock="score")
            elif arguments != ["--package"]:
                make_environment(clone, home, lock=arguments[0])
            place_package(clone, home / "venv", copied=copied)
    except Refusal as refusal:
        say(f"ahize: {refusal}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".provision.lock").touch()
    except PermissionError:
        raise Refusal(
            f"{home} cannot be written by this user; start ./ahize as the user that first did, or set AHIZE_HOME."
        ) from None
    except OSError as failed:
        raise Refusal(f"{home} cannot be made: {failed.strerror}; set AHIZE_HOME to another folder.") from None


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("ahize: another start is preparing the environment; waiting for it.")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def make_environment(clone: Path, home: Path, *, lock: str) -> None:
    venv, wanted = home / "venv", clone / "locks" / f"{lock}.txt"
    marks = venv / "locked"
    if same(wanted, marks / wanted.name) and (venv / "bin/python").exists():
        return  # the one we waited for did it
    free_mb = shutil.disk_usage(home).free // 1_000_000
    if free_mb < ROOM_NEEDED_MB:
        raise Refusal(
            f"{home} has {free_mb} MB free and the first start needs {ROOM_NEEDED_MB} MB; make room, or set AHIZE_HOME."
        )
    say(f"Preparing {home} with Python {sys.version.split()[0]} (once; the next start skips this)")
    phases = Phases()
    if not (marks.is_dir() and works(venv)):
        need_venv_module(phases)
        with phases.phase("virtual environment"):
            shutil.rmtree(venv, ignore_errors=True)
            run([sys.executable, "-I", "-m", "venv", "--symlinks", str(venv)], "The virtual environment was not made")
            marks.mkdir()
    for mark in marks.iterdir():  # until it is whole again, it is what no lock says
        mark.unlink()
    install(venv, wanted, home / "wheels", phases)
    for name in ("run", "score", "dev") if lock == "dev" else ("run",):
        shutil.copyfile(clone / "locks" / f"{name}.txt", marks / f"{name}.txt")
    say(f"  environment: {phases.ours_s:.1f} s, and {phases.network_s:.1f} s of network")


def add_packages(clone: Path, home: Path, *, lock: str) -> None:
    """Install a lock that only names what comes on top of ``run.txt``."""
    venv, wanted = home / "venv", clone / "locks" / f"{lock}.txt"
    mark = venv / "locked" / wanted.name
    if same(wanted, mark):
        return
    say(f"Adding to {home} what ./ahize {lock} needs (once)")
    phases = Phases()
    install(venv, wanted, home / "wheels", phases)
    shutil.copyfile(wanted, mark)


def install(venv: Path, wanted: Path, wheels: Path, phases: Phases) -> None:
    """What a lock names, into an environment."""
    python = str(venv / "bin/python")
    # Where packages are found is the user's own pip's to say; we only ask for no questions.
    pip = [python, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    shutil.rmtree(wheels, ignore_errors=True)
    with phases.phase("download packages", network=True):
        options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--dest", str(wheels), "-r", str(wanted)]
        run([*pip, "download", *options], "The packages could not be downloaded (is there a network?)")
    with phases.phase("install packages"):
        options = ["--no-index", "--find-links", str(wheels), "--require-hashes", "--no-deps", "--no-compile"]
        run([*pip, "install", *options, "-r", str(wanted)], "The packages could not be installed")
        shutil.rmtree(wheels)
    with phases.phase("compile packages"):
        # With all cores, and now: the service user cannot write here later.
        run([python, "-I", "-m", "compileall", "-q", "-j", "0", str(site_packages(venv))], "", check=False)


def need_venv_module(phases: Phases) -> None:
    """Debian splits ``venv`` off; get it, or name the line that does."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    line = f"apt-get install -y {package}"
    sudo = [] if os.geteuid() == 0 else ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        raise Refusal(f"This Python has no venv module; run as root: {line}")
    say(f"  this Python has no venv module: {' '.join([*sudo, line])}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with phases.phase(package, network=True):
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
            done = subprocess.run([*sudo, *command], env=environment, stdout=subprocess.DEVNULL, check=False)
    importlib.invalidate_caches()
    if done.returncode or not importlib.util.find_spec("ensurepip"):
        raise Refusal(f"This Python has no venv module and it could not be installed; run as root: {line}")


def place_package(clone: Path, venv: Path, *, copied: bool) -> None:
    """Make ``import ahize`` find the clone, or, where the service user cannot reach the clone, a copy of it."""
    packages, source = site_packages(venv), clone / "src"
    pointer, copy = packages / "ahize.pth", packages / "ahize"
    if not copied:
        if not pointer.exists() or pointer.read_text() != f"{source}\n":
            shutil.rmtree(copy, ignore_errors=True)
            pointer.write_text(f"{source}\n")
        if os.geteuid() == 0:  # the service user cannot write beside the sources
            compileall.compile_dir(source / "ahize", quiet=2)
        return
    have = {path.relative_to(copy): stamp(path) for path in files(copy)}
    want = {path.relative_to(source / "ahize"): stamp(path) for path in files(source / "ahize")}
    pointer.unlink(missing_ok=True)
    for path in have.keys() - want.keys():
        (copy / path).unlink()
    for path, mark in want.items():
        if have.get(path) != mark:
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / "ahize" / path, target)  # and not its mode: the clone may be closed to others
            os.utime(target, ns=(mark[0], mark[0]))
    compileall.compile_dir(copy, quiet=2)


def files(folder: Path) -> list[Path]:
    return [Path(parent, name) for parent, _, names in os.walk(folder) if "__pycache__" not in parent for name in names]


def stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def site_packages(venv: Path) -> Path:
    found = sorted((venv / "lib").glob("python3.*/site-packages"))
    if not found:
        raise Refusal(f"{venv} is broken; remove it and start again.")
    return found[0]


def works(venv: Path) -> bool:
    """Is it whole, and does the Python that it was made from still stand?"""
    try:
        done = subprocess.run(
            [venv / "bin/python", "-I", "-c", "import pip"], capture_output=True, check=False, timeout=60
        )
    except OSError:
        return False
    return done.returncode == 0


def same(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False


def run(command: Sequence[str], failure: str, *, check: bool = True) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode and check:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        errors = [line for line in said if line.startswith("ERROR")] or said
        reason = errors[-1].removeprefix("ERROR: ") if errors else f"exit code {done.returncode}"
        raise Refusal(f"{failure}: {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
