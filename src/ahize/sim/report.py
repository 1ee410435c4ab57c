"""What came of a shift, in figures with their intervals.

Counts come from the carrier's ledger and the rows, not from the engine. A share is given with its Wilson interval; an
abandoned share is of people who answered and could be told from machines, as the law counts it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ahize.sim.checkers import Broken
from ahize.sim.world import World


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of ``n``, with the 95 % Wilson interval; all 0 where n is 0."""

    k: int
    n: int

    @property
    def mean(self) -> float:
        return self.k / self.n if self.n else 0.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        if not self.n:
            return 0.0, 0.0
        n, p = self.n, self.mean
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - half), min(1.0, centre + half)

    def to_json(self) -> dict[str, Any]:
        low, high = self.interval()
        return {"share": round(self.mean, 4), "low": round(low, 4), "high": round(high, 4), "of": self.n}


def of_shift(world: World, broken: Sequence[Broken] = ()) -> dict[str, Any]:
    """One shift, as plain JSON values."""
    rows = world.store.attempts.values()
    outcomes = Counter(row.outcome for row in rows)
    ledger = Counter(line.what for line in world.switch.ledger)
    talks = len({line.call for line in world.switch.ledger if line.what == "joined"})
    greeted = sum(line.what == "greeted" and line.detail == "person" for line in world.switch.ledger)
    agents = world.agents.agents.values()
    idle_s, talk_s = sum(agent.idle_s for agent in agents), sum(agent.talk_s for agent in agents)
    hours = len(agents) * world.scenario.minutes / 60
    return {
        "scenario": world.scenario.name,
        "seed": world.seed,
        "simulated_s": round(world.scenario.minutes * 60),
        "agents": len(agents),
        "events": len(world.store.journal),
        "attempts": len(world.store.attempts),
        "barred": outcomes["barred"],
        "dialled": ledger["invite"],
        "answered_by_people": greeted,
        "talks": talks,
        "abandoned": outcomes["abandoned"],
        "abandonment": Share(outcomes["abandoned"], greeted).to_json(),
        "outcomes": dict(sorted(outcomes.items())),
        "talks_per_agent_hour": round(talks / hours, 2) if hours else 0.0,
        "idle_s_per_talk": round(idle_s / talks, 1) if talks else None,
        "talk_share": round(talk_s / (3600 * hours), 4) if hours else 0.0,
        "lives": len(world.lives),
        "faults": {name: n for name, n in sorted(world.happened.items()) if n},
        "broken": [{"promise": one.promise, "what": one.what} for one in broken],
        "journal_sha256": world.store.journal_hash(),
    }


def of_many(shifts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several seeds of one scenario, pooled."""
    total = {
        name: sum(shift[name] for shift in shifts)
        for name in ("events", "attempts", "dialled", "answered_by_people", "talks", "abandoned")
    }
    return {
        "scenario": shifts[0]["scenario"],
        "seeds": [shift["seed"] for shift in shifts],
        **total,
        "abandonment": Share(total["abandoned"], total["answered_by_people"]).to_json(),
        "talk_share": round(sum(shift["talk_share"] for shift in shifts) / len(shifts), 4),
        "broken": [{"seed": shift["seed"], **one} for shift in shifts for one in shift["broken"]],
    }
