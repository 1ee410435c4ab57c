"""The whole room, started and killed part by part, is up again in 15 seconds; what stops leaves nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
UP_AGAIN_S = 15.0
# A copied package (a clone out of the service user's reach) is found in the environment itself.
SOURCES = {} if os.environ.get("AHIZE_PLACED") == "copied" else {"PYTHONPATH": str(CLONE / "src")}

pytestmark = pytest.mark.stack


@dataclass
class Launched:
    """``./ahize up`` in a home of its own."""

    home: Path
    port: int
    process: subprocess.Popen[str]

    @property
    def said(self) -> str:
        return (self.home / "said").read_text()

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def pids(self) -> dict[str, int]:
        return {row["name"]: row["pid"] for row in json.loads((self.home / "run/children.json").read_bytes())}


def launch(home: Path, port: int, *more: str) -> Launched:
    told = {"AHIZE_HOME": str(home), "AHIZE_CLONE": str(CLONE), **SOURCES}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AHIZE_", "PYTHON"))}
    with (home / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ahize.run.cli", "up", "--port", str(port), *more],
            env={**kept, **told},
            stderr=said,
            stdin=subprocess.DEVNULL,
            text=True,
        )
    launched = Launched(home, port, process)
    # The first start may build the screens.
    assert within(300, lambda: "Stop: Ctrl-C" in launched.said or process.poll() is not None)
    assert process.poll() is None, launched.said
    return launched


def within(seconds: float, claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ahize-t-", dir="/tmp", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def up(home: Path, port: int) -> Iterator[Launched]:
    """One home for all tests here: each but the first is a second start."""
    launched = launch(home, port)
    yield launched
    if launched.process.poll() is None:
        launched.process.send_signal(signal.SIGTERM)
        launched.process.wait(30)


def test_kill_9_of_any_part_and_of_the_launcher(up: Launched) -> None:
    assert up.serves()
    link = re.search(r"First administrator: (\S+)", up.said)
    assert link, up.said
    assert link[1].startswith(f"http://127.0.0.1:{up.port}/")
    for name in ("web", "worker", "dialerd", "postgres"):
        before = up.pids()
        os.kill(before[name], signal.SIGKILL)
        assert within(UP_AGAIN_S, lambda name=name, was=before[name]: up.pids().get(name, was) != was), name
        assert within(UP_AGAIN_S, up.serves), name
    children = up.pids()
    up.process.kill()
    up.process.wait()
    again = launch(up.home, up.port)
    try:
        assert again.serves()
        assert not set(children.values()) & set(again.pids().values())
        assert all(not Path(f"/proc/{pid}").exists() for pid in children.values())
    finally:
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(30) == 0


def test_a_second_start_is_refused_and_stop_leaves_nothing(up: Launched) -> None:
    children = up.pids()
    told = {"AHIZE_HOME": str(up.home), "AHIZE_CLONE": str(CLONE), "PATH": os.environ["PATH"], **SOURCES}

    def ahize(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "ahize.run.cli", *arguments]
        return subprocess.run(command, env=told, capture_output=True, text=True, check=False)

    second = ahize("up", "--port", str(up.port))
    assert second.returncode == 2
    assert f"Port {up.port} on 127.0.0.1 is taken by ./ahize up. ./ahize stop, or" in second.stderr
    stopped = ahize("stop")
    assert stopped.returncode == 0, stopped.stderr
    assert "Stopped ./ahize up" in stopped.stderr
    assert up.process.wait(10) == 0
    assert all(not Path(f"/proc/{pid}").exists() for pid in children.values())
    assert not up.serves()
