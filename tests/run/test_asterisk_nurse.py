"""The nurse: keeps Asterisk and its gate alive, and stops them however the launcher came to its end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ahize.run.account import Account, can_reach
from ahize.run.children import started_at

pytestmark = pytest.mark.stack
CLONE = Path(__file__).resolve().parents[2]
SOURCES = {} if os.environ.get("AHIZE_PLACED") == "copied" else {"PYTHONPATH": str(CLONE / "src")}


def within(seconds: float, claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


class Nursed:
    """A nurse that was told where its room is, and what an open room knows."""

    def __init__(self, place: Path, account: Account, root: Path) -> None:
        self.place = place
        ports = f"ari_port = {free(socket.SOCK_STREAM)}\nsip_udp = {free(socket.SOCK_DGRAM)}\n"
        (place / "asterisk.toml").write_text(ports + 'rtp = "21000-21099"\n')
        for name in ("gate", "files", "files/sounds", "recordings"):
            (place / name).mkdir()
            account.own(place / name)
        step_down = {} if account.is_me else {"user": account.uid, "group": account.gid, "extra_groups": []}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ahize.run.nurse"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=place,
            env={"PATH": os.environ["PATH"], **SOURCES},
            **step_down,  # type: ignore[call-overload]  # one of two sets of options
        )
        self.say({"room": str(place), "program": str(root), "service": [account.uid, account.gid], "external": None})
        self.say({"clock_offset_s": 0.0, "public_key": "A" * 43 + "="})

    def say(self, told: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told).encode() + b"\n")
        self.process.stdin.flush()

    def pids(self) -> dict[str, int]:
        try:
            rows = json.loads((self.place / "gate/run/children.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return {row["name"]: row["pid"] for row in rows}

    def answers(self) -> bool:
        """Does the switch answer, as gated hears it?"""
        log = self.place / "gate/log/gated.log"
        return log.exists() and "is there" in log.read_text()


@pytest.fixture
def nursed(place: Path, account: Account, asterisk_root: Path) -> Iterator[Nursed]:
    if not can_reach(account, asterisk_root):
        account = Account("me", os.geteuid(), os.getegid())
    made = Nursed(place, account, asterisk_root)
    yield made
    made.process.kill()
    made.process.wait()
    assert made.process.stdin is not None
    made.process.stdin.close()
    for left in Path("/dev/shm").glob(f"ahize-*-{sha256(os.fsencode(place)).hexdigest()[:12]}"):
        shutil.rmtree(left)


def test_who_dies_is_started_again_and_a_closed_pipe_ends_all(nursed: Nursed) -> None:
    assert within(20, nursed.answers)
    first = nursed.pids()
    assert set(first) == {"asterisk", "gated"}
    for name, pid in first.items():
        os.kill(pid, signal.SIGKILL)
        assert within(10, lambda name=name, pid=pid: nursed.pids().get(name, pid) != pid), name
    children = nursed.pids()
    nursed.process.send_signal(signal.SIGTERM)  # as systemd tells everybody at once: the engine must end first
    time.sleep(0.2)
    assert nursed.process.poll() is None
    assert nursed.process.stdin is not None
    nursed.process.stdin.close()
    assert nursed.process.wait(20) == 0
    assert all(started_at(pid) is None for pid in children.values())


def test_killed_itself_it_leaves_nobody(nursed: Nursed) -> None:
    assert within(20, nursed.answers)
    children = nursed.pids()
    nursed.process.kill()
    nursed.process.wait()
    assert within(10, lambda: all(started_at(pid) is None for pid in children.values()))
