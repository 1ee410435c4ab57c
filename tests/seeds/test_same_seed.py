"""Equal seed, equal journal: over two processes, and whatever PYTHONHASHSEED says."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ahize.dialer import codec
from ahize.dialer.replay import replay
from ahize.sim.swarm import shift_of
from ahize.sim.world import run_shift

TELL = (
    "import sys; from ahize.sim.swarm import shift_of; from ahize.sim.world import run_shift;"
    "seed = int(sys.argv[1]); print(run_shift(shift_of(seed), seed).store.journal_hash())"
)


def told(seed: int, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", TELL, str(seed)], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("seed", [3, 17])
def test_two_processes_with_other_hash_seeds_write_the_same_journal(seed: int) -> None:
    here = run_shift(shift_of(seed), seed).store.journal_hash()
    assert told(seed, "1") == told(seed, "4711") == here


@pytest.mark.parametrize("seed", [3, 17, 72])
def test_a_shift_read_back_from_its_lines_replays_to_itself(seed: int) -> None:
    world = run_shift(shift_of(seed), seed)
    lines = list(world.store.journal_lines())
    read = [codec.entry_of(line) for line in lines]
    assert [codec.line(*entry) for entry in read] == lines
    again = replay(read)
    assert again.is_same
    assert again.entries == len(lines)
    assert again.sha256 == world.store.journal_hash()


def test_another_seed_writes_another_journal() -> None:
    scenario = shift_of(3)
    assert run_shift(scenario, 3).store.journal_hash() != run_shift(scenario, 4).store.journal_hash()
