"""``ahize simulate SCENARIO --seed N [--seeds N] --json``: made-up shifts, with all promises checked.

SCENARIO is a file or the name of one that comes with Ahize; ``swarm`` draws everything from the seed. Prints one JSON
line for each seed (with ``--json``) or a sentence, and last the seeds pooled. Exit code 1 where a promise was broken.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TextIO

from ahize.kernel.errors import BadInput
from ahize.sim import report, scenario
from ahize.sim.checkers import broken
from ahize.sim.swarm import shift_of
from ahize.sim.world import run_shift

SWARM = "swarm"


def main(
    given: str,
    *,
    seed: int = 1,
    seeds: int = 1,
    as_json: bool = False,
    journal: Path | None = None,
    out: TextIO = sys.stdout,
) -> int:
    """Run ``seeds`` shifts, the first with ``seed``.

    Args:
        given: a scenario's file or name, or ``swarm``.
        journal: where to write the (last) shift's journal, one line of JSON an entry, for ``ahize replay``.

    Raises: BadInput where there is no such scenario.
    """
    if seeds < 1:
        raise BadInput(f"--seeds {seeds}: at least one shift is run", code="bad_seeds")
    shifts = []
    for number in range(seed, seed + seeds):
        shift = run_one(given, number, journal)
        shifts.append(shift)
        print(json.dumps(shift) if as_json else _sentence(shift), file=out)
    if seeds > 1:
        pooled = report.of_many(shifts)
        print(json.dumps(pooled) if as_json else _sentence(pooled), file=out)
    return 1 if any(shift["broken"] for shift in shifts) else 0


def run_one(given: str, seed: int, journal: Path | None = None) -> dict[str, Any]:
    """One shift's figures."""
    world = run_shift(_scenario(given, seed), seed)
    if journal is not None:
        journal.write_text("\n".join(world.store.journal_lines()) + "\n", "utf-8")
    return report.of_shift(world, broken(world))


def _scenario(given: str, seed: int) -> scenario.Scenario:
    if given == SWARM:
        return shift_of(seed)
    if given in scenario.shipped():
        return scenario.named(given)
    return scenario.load(Path(given))


def _sentence(figures: dict[str, Any]) -> str:
    who = f"seed {figures['seed']}" if "seed" in figures else f"{len(figures['seeds'])} seeds"
    share = figures["abandonment"]
    text = (
        f"{figures['scenario']}, {who}: {figures['dialled']:,} dialled, {figures['talks']:,} talks, agents talk"
        f" {figures['talk_share']:.1%} of their time, abandoned {share['share']:.2%}"
        f" ({share['low']:.2%} to {share['high']:.2%} of {share['of']:,})"
    )
    return "\n".join([text, *(f"  broken promise {one['promise']}: {one['what']}" for one in figures["broken"])])
