"""``ahize simulate SCENARIO --seed N [--seeds N] --json``: made-up shifts, with all promises checked.

SCENARIO is a file or the name of one that comes with Ahize; ``swarm`` draws everything from the seed. Prints one JSON
line for each seed (with ``--json``) or a sentence, and last the seeds pooled. Exit code 1 where a promise was broken.

``--swarm`` is for very many seeds: all cores work, progress goes to the error output, and the answer is one line.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from ahize.kernel.errors import BadInput
from ahize.run.cores import cores
from ahize.sim import report, scenario
from ahize.sim.checkers import broken
from ahize.sim.swarm import shift_of
from ahize.sim.world import run_shift

SWARM = "swarm"
PART = 10
"""Seeds that a core takes at once."""


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


# ── very many seeds ─────────────────────────────────────────────────────────────────────────────────────────────────


def swarm(*, seed: int, seeds: int, as_json: bool, out: TextIO = sys.stdout, progress: TextIO = sys.stderr) -> int:
    """Run ``seeds`` shifts, each drawn from its number, on all cores, and pool what came of them.

    Raises: BadInput where none is asked for.
    """
    if seeds < 1:
        raise BadInput(f"--seeds {seeds}: at least one shift is run", code="bad_seeds")
    began = time.monotonic()
    parts = [range(n, min(n + PART, seed + seeds)) for n in range(seed, seed + seeds, PART)]
    pooled: Counter[str] = Counter()
    broken_ones: list[dict[str, Any]] = []
    with cores() as many:
        for counts, found in many.map(_some, parts):
            pooled.update(counts)
            broken_ones += found
            for one in found:
                print(f"seed {one['seed']}: broken promise {one['promise']}: {one['what']}", file=progress)
            _tell(pooled["shifts"], seeds, len(broken_ones), time.monotonic() - began, progress)
    figures = _pooled(pooled, broken_ones, seed=seed, elapsed_s=time.monotonic() - began)
    print(json.dumps(figures) if as_json else _swarm_sentence(figures), file=out)
    return 1 if broken_ones else 0


def _some(seeds: Sequence[int]) -> tuple[Counter[str], list[dict[str, Any]]]:
    """What happened in these shifts, in counts, and every promise that was broken in them."""
    counts: Counter[str] = Counter()
    found: list[dict[str, Any]] = []
    for seed in seeds:
        shift = shift_of(seed)
        counts["shifts"] += 1
        counts["shifts in which nothing goes wrong"] += shift.is_calm
        counts.update({f"mode: {campaign.mode}" for campaign in shift.campaigns})
        try:
            world = run_shift(shift, seed)
            found += [{"seed": seed, "promise": one.promise, "what": one.what} for one in broken(world)]
        except Exception as cry:  # whatever an engine dies of, the seed is what is needed to see it again
            found.append({"seed": seed, "promise": 0, "what": f"{type(cry).__name__}: {cry}"})
            continue
        counts["simulated_s"] += round(shift.minutes * 60)
        counts["events"] += len(world.store.journal)
        counts["permits"] += len(world.clearance.permits)
        counts.update(line.what for line in world.switch.ledger if line.what in ("invite", "message"))
        counts["talks"] += len({line.call for line in world.switch.ledger if line.what == "joined"})
        counts.update({f"fault: {name}": n for name, n in world.happened.items() if n})
    gc.collect()  # The cores' own collector is off, and a world stands in circles.
    return counts, found


def _pooled(counts: Counter[str], found: list[dict[str, Any]], *, seed: int, elapsed_s: float) -> dict[str, Any]:
    def named(kind: str) -> dict[str, int]:
        return {name.removeprefix(kind): n for name, n in sorted(counts.items()) if name.startswith(kind)}

    return {
        "scenario": SWARM,
        "first_seed": seed,
        "seeds": counts["shifts"],
        "calm": counts["shifts in which nothing goes wrong"],
        "modes": named("mode: "),
        "simulated_s": counts["simulated_s"],
        "events": counts["events"],
        "permits": counts["permits"],
        "dialled": counts["invite"],
        "talks": counts["talks"],
        "messages": counts["message"],
        "faults": named("fault: "),
        "elapsed_s": round(elapsed_s, 1),
        "seeds_per_s": round(counts["shifts"] / elapsed_s, 2) if elapsed_s else None,
        "broken": found,
    }


def _tell(done: int, of: int, broken_ones: int, elapsed_s: float, out: TextIO) -> None:
    """Where it stands: over itself on a terminal, else now and then."""
    line = f"{done:,} of {of:,} seeds, {broken_ones} broken promises, {done / elapsed_s:.1f} seeds/s"
    if out.isatty():
        print(f"\r{line}", end="\n" if done == of else "", file=out, flush=True)
    elif done == of or done % (PART * 10) == 0:
        print(line, file=out, flush=True)


def _swarm_sentence(figures: dict[str, Any]) -> str:
    faults = sum(figures["faults"].values())
    text = (
        f"{figures['seeds']:,} seeds from {figures['first_seed']}: {len(figures['broken'])} broken promises."
        f" {figures['dialled']:,} dialled, {figures['talks']:,} talks, {figures['messages']:,} left alone;"
        f" {faults:,} faults and surprises of the world, {figures['calm']:,} shifts in which nothing went wrong;"
        f" {figures['seeds_per_s']} seeds/s"
    )
    broken_ones = [f"  seed {one['seed']}, promise {one['promise']}: {one['what']}" for one in figures["broken"]]
    return "\n".join([text, *broken_ones])
