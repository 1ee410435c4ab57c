"""What goes wrong, how often: each fault is a number that a scenario sets and a seed's chance draws.

Swarm: ``drawn`` gives each seed its own mixture, so that rare combinations meet. The faults themselves are done by
``world.py``; here are only their rates.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from ahize.kernel.chance import Chance


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares are of single events; ``..._every_s`` is a mean time, 0 for never.

    Args:
        lost, late, doubled: events of the switch.
        late_s: how late at most.
        engine_dies_every_s: killed; a new one takes over after ``engine_dead_s``.
        commit_lost: share of deaths that take an uncommitted transaction with them.
        engine_stalls_every_s: it does nothing for up to ``stall_s``, then finds everything at once.
        clearance_silent_every_s: no answer for ``silent_s``; ``clearance_slow``: share of answers that take seconds.
        switch_crashes_every_s, trunk_fails_every_s, socket_drops_every_s: as the words say.
        seat_lost_every_s: a screen falls silent, somewhere on the floor.
        phone_lost_every_s: a telephone goes away, somewhere, for up to ``phone_s``.
        stop_every_s: a supervisor stops everything for ``stop_s``, sometimes hanging up.
        zombie: share of engine deaths after which the old engine still speaks to the gate.
        clock_back_every_s: the clock the engine reads steps back by a second.
    """

    lost: float = 0.0
    late: float = 0.0
    late_s: float = 3.0
    doubled: float = 0.0
    engine_dies_every_s: float = 0.0
    engine_dead_s: float = 4.0
    commit_lost: float = 0.3
    zombie: float = 0.5
    engine_stalls_every_s: float = 0.0
    stall_s: float = 5.0
    clearance_silent_every_s: float = 0.0
    silent_s: float = 10.0
    clearance_slow: float = 0.0
    switch_crashes_every_s: float = 0.0
    trunk_fails_every_s: float = 0.0
    trunk_s: float = 20.0
    socket_drops_every_s: float = 0.0
    socket_s: float = 3.0
    seat_lost_every_s: float = 0.0
    phone_lost_every_s: float = 0.0
    phone_s: float = 20.0
    stop_every_s: float = 0.0
    stop_s: float = 20.0
    clock_back_every_s: float = 0.0

    @property
    def any_on_calls(self) -> bool:
        """A call may be abandoned or lost without the pacer's doing."""
        return any(
            getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name.endswith("every_s") or field.name in ("lost", "late", "doubled")
        )


_RATES = {
    "lost": 0.02,
    "late": 0.05,
    "doubled": 0.05,
    "engine_dies_every_s": 240.0,
    "engine_stalls_every_s": 200.0,
    "clearance_silent_every_s": 300.0,
    "clearance_slow": 0.15,
    "switch_crashes_every_s": 400.0,
    "trunk_fails_every_s": 400.0,
    "socket_drops_every_s": 240.0,
    "seat_lost_every_s": 120.0,
    "stop_every_s": 300.0,
    "clock_back_every_s": 100.0,
}


def drawn(chance: Chance) -> Faults:
    """One seed's mixture: each fault is on in about a third of the seeds, and some seeds have none."""
    if chance.random() < 0.1:
        return Faults()
    rates = {name: rate * chance.uniform(0.5, 1.5) for name, rate in _RATES.items() if chance.random() < 0.35}
    return Faults(**rates, stall_s=chance.choice((1.0, 5.0, 14.0)), engine_dead_s=chance.choice((0.5, 4.0)))
