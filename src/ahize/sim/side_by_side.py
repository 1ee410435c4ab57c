"""Evenings on the machine's cores, each as soon as it is done.

Each core is a process of its own without keys, a step down in the machine's order of who goes first: a floor that
dials is not kept waiting by one that is made up. Whoever asks is heard every second, and may stop in between. In which
order evenings come hangs on the machine; what they hold, on plan and seed alone.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from ahize.sim.evening import SLOTS, Evening
from ahize.sim.habits import Habits
from ahize.sim.plan import Plan
from ahize.sim.recorded import Recorded

FIRST_LOOKS = 2
LOOK_PARTS = 2
"""The first look is of so many evenings, and of so many of their parts."""
LISTEN_S = 1.0


class CoreFell(RuntimeError):
    """A process ended before its evening was done."""


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(slots=True)
class _Core:
    process: subprocess.Popen[bytes]
    busy: bool = False
    heard: bytearray = field(default_factory=bytearray)

    def ask(self, seed: int, parts: int) -> None:
        assert self.process.stdin is not None, "its ears are ours"
        self.process.stdin.write(f"{seed} {parts}\n".encode())
        self.process.stdin.flush()
        self.busy = True


def evenings(
    plan: Plan,
    habits: Habits,
    seeds: Sequence[int],
    *,
    recorded: Recorded | None = None,
    number: int | None = None,
    looks: int = FIRST_LOOKS,
) -> Iterator[Evening | None]:
    """First looks at the first seeds' evenings, then an evening for each seed; None at least once a second.

    Args:
        recorded: a day to be dialled again.
        number: of processes; as many as there are cores where nothing is said.

    Raises: CoreFell.
    """
    asked = deque((seed, LOOK_PARTS) for seed in seeds[:looks] if len(seeds) > looks)
    asked.extend((seed, SLOTS) for seed in seeds)
    day = recorded.to_json() if recorded is not None else None
    given = json.dumps({"plan": plan.to_json(), "habits": habits.to_json(), "recorded": day}).encode() + b"\n"
    some = [_Core(_begin()) for _ in range(min(number or cores(), len(asked)))]
    with selectors.DefaultSelector() as ears:
        try:
            for core in some:
                assert core.process.stdin is not None, "its ears are ours"
                core.process.stdin.write(given)
                core.ask(*asked.popleft())
                assert core.process.stdout is not None, "its voice is ours"
                ears.register(core.process.stdout, selectors.EVENT_READ, core)
            while any(core.busy for core in some):
                for key, _ in ears.select(LISTEN_S):
                    core = key.data
                    for line in _lines(core):
                        core.busy = False
                        if asked:
                            core.ask(*asked.popleft())
                        yield Evening.from_json(json.loads(line))
                yield None
        finally:
            for core in some:
                _end(core)


def _begin() -> subprocess.Popen[bytes]:
    """A process that knows the way to its modules and nothing else."""
    path = os.pathsep.join(part for part in sys.path if part)
    return subprocess.Popen(
        [sys.executable, "-m", "ahize.sim.evening_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": path, "PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1"},
    )


def _lines(core: _Core) -> Iterator[bytes]:
    voice: IO[bytes] | None = core.process.stdout
    assert voice is not None, "its voice is ours"
    heard: Any = os.read(voice.fileno(), 1 << 16)
    if not heard:
        raise CoreFell(f"the process of an evening ended with {core.process.wait()}; its own words stand above")
    core.heard += heard
    while (end := core.heard.find(b"\n")) >= 0:
        line = bytes(core.heard[:end])
        del core.heard[: end + 1]
        yield line


def _end(core: _Core) -> None:
    core.process.kill()
    core.process.wait()
    for pipe in (core.process.stdin, core.process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # what it was asked last, it did not hear any more
                pipe.close()
