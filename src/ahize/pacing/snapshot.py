"""What the pacer sees of one campaign at one instant: counts, and nothing else.

*In flight* counts every number whose fate is open: leave is being sought, dialed, ringing, answered and listened to,
a broadcast's flow that plays, or a person waiting without an agent. Leave one kind out and the pacer over-dials.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One campaign, now.

    Args:
        ready: seats that wait for a call and are promised to none.
        talking: seats in a conversation, or being joined to one.
        seeking: numbers for which leave is being sought.
        ringing: dialed or ringing, promised to no seat.
        listening: picked up, verdict open, promised to no seat.
        waiting: people without a seat.
        lines: free trunk channels.
        ratio: lines for each seat at work, at least 1; only the ratio policy reads it.
        allowance: calls that may be abandoned in this period yet, never negative (``budget.allowance``).
        playing: hear a broadcast's flow, and may yet ask for an agent.
        lines_max: how many calls a broadcast may have at once; only its policy reads it.
        needs_agents: whoever is called may want an agent; False: nobody can be left without one.
    """

    ready: int
    talking: int
    seeking: int
    ringing: int
    listening: int
    waiting: int
    lines: int
    ratio: float
    allowance: int
    playing: int = 0
    lines_max: int = 0
    needs_agents: bool = True

    @property
    def in_flight(self) -> int:
        return self.seeking + self.ringing + self.listening + self.playing + self.waiting

    @property
    def exposure(self) -> int:
        """How many would be abandoned if all in flight were answered at this instant and no seat came free."""
        return self.in_flight - self.ready
