"""How fast is the engine? A simulated hour of a large floor, timed.

``ahize bench engine --agents 1000 --json``: ratio 1.5, every fourth call answered by a person, the real rulebook, real
seals and the journal kept. One core. Time is read here and nowhere below.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from datetime import datetime
from typing import Any

from ahize.dialer.commands import Command
from ahize.dialer.engine import Dialer
from ahize.dialer.events import Event
from ahize.run.figures import show
from ahize.sim.people import Manners
from ahize.sim.scenario import AgentManners, Campaign, Scenario
from ahize.sim.world import World

MOST_CONTACTS = 80_000
"""So many fictional American numbers there are."""


def scenario_for(agents: int, minutes: float) -> Scenario:
    """A floor with so many agents; the campaign is old enough for its budget to allow what the ratio asks for."""
    return Scenario(
        name=f"bench {agents}",
        minutes=minutes,
        agents=agents,
        lines=4 * agents + 10,
        campaigns=(
            Campaign(
                mode="ratio",
                ratio=1.5,
                contacts=min(MOST_CONTACTS, 75 * agents + 200),
                live_answers=200 * agents,
                abandoned=4 * agents,
            ),
        ),
        people=Manners(person=0.25, machine=0.30),
        seats=AgentManners(),
        unknown_share=0.0,
        listed_share=0.0,
    )


class _Stopwatch:
    """Times each step of an engine; a step is one event, decided.

    It counts the processor's time of this thread, not the wall's: what another program takes is not the engine's.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.longest_s = 0.0
        self.total_s = 0.0

    def around(self, dialer: Dialer) -> None:
        decide = dialer.handle

        def timed(event: Event, now: datetime) -> tuple[Command, ...]:
            before = time.thread_time()
            commands = decide(event, now)
            took = time.thread_time() - before
            self.steps += 1
            self.total_s += took
            self.longest_s = max(self.longest_s, took)
            return commands

        dialer.handle = timed  # type: ignore[method-assign]  # a stopwatch round one object


def measure(*, agents: int, minutes: float = 60.0, seed: int = 1) -> dict[str, Any]:
    """Run it and say what it took. Building the made-up people is not counted."""
    world = World(scenario_for(agents, minutes), seed)
    watch = _Stopwatch()
    # The whole journal and all people stay in memory here, as in no process of the product; a collector that walks
    # through millions of living things would be timed as if it were the engine. The engine makes no rings of garbage.
    gc.collect()
    gc.disable()
    started, started_cpu = time.perf_counter(), time.thread_time()
    world.come_to_life()
    assert world.dialer is not None, "it was just made"
    watch.around(world.dialer)
    world.run_until(world.until)
    wall_s, cpu_s = time.perf_counter() - started, time.thread_time() - started_cpu
    gc.enable()
    outcomes = Counter(row.outcome for row in world.store.attempts.values())
    what = Counter(line.what for line in world.switch.ledger)
    events = len(world.store.journal)
    idle_s = sum(agent.idle_s for agent in world.agents.agents.values())
    talk_s = sum(agent.talk_s for agent in world.agents.agents.values())
    return {
        "agents": agents,
        "simulated_s": minutes * 60,
        "seed": seed,
        "wall_s": round(wall_s, 2),
        "cpu_s": round(cpu_s, 2),
        "events": events,
        "events_per_s": round(events / wall_s),
        "engine_s": round(watch.total_s, 2),
        "longest_step_ms": round(watch.longest_s * 1000, 2),
        "attempts": len(world.store.attempts),
        "dialled": what["invite"],
        "talks": what["joined"],
        "abandoned": outcomes["abandoned"],
        "idle_share": round(idle_s / (agents * minutes * 60), 4),
        "talk_share": round(talk_s / (agents * minutes * 60), 4),
        "journal_sha256": world.store.journal_hash(),
    }


def main(*, agents: int, minutes: float, seed: int, as_json: bool) -> int:
    """Prints the figures. Answers 0, or 1 where a step took 20 ms or longer or the hour took over two minutes."""
    figures = measure(agents=agents, minutes=minutes, seed=seed)
    show(figures, as_json=as_json)
    return 0 if figures["longest_step_ms"] < 20 and figures["wall_s"] < 120 else 1
