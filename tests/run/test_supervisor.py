"""A part that dies is started again; nothing outlives its launcher."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ahize.run.account import Account
from ahize.run.children import group_is_alive, spawn, started_at
from ahize.run.supervisor import WAITED_FOR, Part, Supervisor, clear_roll

pytestmark = pytest.mark.stack
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def supervisor(place: Path, account: Account) -> Iterator[Supervisor]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
    made = Supervisor(account=account, logs=place, cwd=place, roll=place / "children.json")
    yield made
    made.stop()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def within(seconds: float, claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def pid_of(supervisor: Supervisor) -> int:
    process = supervisor.parts[0].process
    return process.pid if process else 0


def test_a_killed_part_is_started_again_and_nothing_of_it_is_left(supervisor: Supervisor) -> None:
    # The shell's own child would keep its port and its leases.
    supervisor.add(Part("part", ["sh", "-c", "sleep 600 & wait"], ENVIRONMENT))
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    supervisor.wait(until=time.monotonic() + 10, ready=lambda: pid_of(supervisor) not in (0, first))
    assert supervisor.alive("part")
    assert not group_is_alive(first)


def test_a_part_that_cannot_live_is_tried_less_and_less(supervisor: Supervisor) -> None:
    part = Part("part", ["false"], ENVIRONMENT)
    supervisor.add(part)
    supervisor.wait(until=time.monotonic() + 1.0)
    assert 2 <= part.deaths <= 4


def test_ctrl_c_ends_the_wait_and_stop_ends_the_parts(supervisor: Supervisor) -> None:
    supervisor.add(Part("part", ["sleep", "600"], ENVIRONMENT))
    leader = pid_of(supervisor)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)  # whoever runs the tests may have other threads
    assert supervisor.wait(until=time.monotonic() + 5) == signal.SIGINT
    supervisor.stop()
    assert not group_is_alive(leader)


LAUNCHER = """
import signal, sys, time
from pathlib import Path
from ahize.run.account import Account
from ahize.run.supervisor import Part, Supervisor
place = Path(sys.argv[1])
account = Account(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
supervisor = Supervisor(account=account, logs=place, cwd=place, roll=place / "children.json")
supervisor.add(Part("obedient", ["sleep", "600"], {"PATH": "/usr/bin:/bin"}))
deaf = "trap '' TERM; touch deaf; sleep 600 & sleep 600; sleep 600"
supervisor.add(Part("deaf", ["sh", "-c", deaf], {"PATH": "/usr/bin:/bin"}))
print("ready", flush=True)
time.sleep(600)
"""


def test_kill_9_of_the_launcher_ends_its_children_and_the_next_start_ends_the_deaf(
    place: Path, account: Account
) -> None:
    command = [sys.executable, "-c", LAUNCHER, str(place), account.name, str(account.uid), str(account.gid)]
    source = str(Path(__file__).resolve().parents[2] / "src")
    account.own(place)
    launcher = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": source})
    assert launcher.stdout is not None
    assert launcher.stdout.readline() == b"ready\n"
    pids = {row["name"]: row["pid"] for row in json.loads((place / "children.json").read_bytes())}
    assert within(30, (place / "deaf").exists)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    assert within(5, lambda: not group_is_alive(pids["obedient"]))
    assert group_is_alive(pids["deaf"])
    assert "deaf" in clear_roll(place / "children.json")
    assert not group_is_alive(pids["deaf"])


def test_a_number_that_was_given_again_is_left_alone(place: Path, account: Account) -> None:
    stranger = spawn(["sleep", "600"], account=account, log=None, env=ENVIRONMENT, cwd=place)
    born = started_at(stranger.pid)
    assert born is not None
    roll = place / "children.json"
    roll.write_text(json.dumps([{"name": "web", "pid": stranger.pid, "started_at": born - 1}]))
    try:
        assert clear_roll(roll) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
