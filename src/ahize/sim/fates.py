"""What comes of a dial in a simulated evening, drawn from the campaign's habits.

Answers who picks up, after how long, what is heard, how long they talk and what it comes to. It refuses to know who
dials and why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate

from ahize.calls.greeting import Heard
from ahize.kernel.chance import Chance
from ahize.sim.habits import Habits, tired
from ahize.sim.stock import Contact

SET_UP_S = 2.5
LEAVES_IN_SILENCE_S = 2.0
CALLEE_ENDS = 0.7
CAUSES = {"busy": 17, "failed": 38, "disconnected": 1}


def _hello() -> Heard:
    return Heard(0.3, 0.6, 1)


@dataclass(frozen=True, slots=True)
class Fate:
    """What comes of one dial if nobody interferes.

    Args:
        who: ``person``, ``machine``, ``fax``, ``no_answer``, ``busy``, ``failed`` or ``disconnected``.
        rings_s: from the dialling until it rings; ``after_s``: until somebody picks up or the network says no,
            infinite where nobody ever does.
        cause: Q.850, where the network says no; 0 otherwise.
    """

    who: str
    rings_s: float
    after_s: float
    cause: int = 0
    heard: Heard = field(default_factory=_hello)
    listens_s: float = 0.8
    patience_s: float = 2.0
    talk_s: float = 0.0
    callee_ends: bool = False
    code: str = "machine"
    sale: bool = False
    final: bool = False
    wrap_s: float = 20.0


class Fates:
    """Draws for one evening, in the order in which numbers are dialled."""

    def __init__(self, habits: Habits, chance: Chance, starts: datetime) -> None:
        self.habits, self.chance = habits, chance
        starts = starts.astimezone(UTC)
        self._hour = starts.hour + starts.minute / 60 + starts.second / 3600
        self._sums = list(accumulate(said.share for said in habits.said))
        self._dead: set[int] = set()

    def of(self, contact: Contact, at_s: float) -> Fate:
        """What comes of dialling this contact so many seconds after the start."""
        chance, habits = self.chance, self.habits
        set_up = SET_UP_S * chance.uniform(0.6, 1.4)
        who = self._who(contact, at_s)
        if who in CAUSES:
            after = chance.uniform(2.0, 5.0) if who == "busy" else chance.uniform(1.0, 4.0)
            return Fate(who, set_up, after, CAUSES[who])
        if who == "person":
            return self.person(max(habits.answer_s.draw(chance), 1.0), set_up)
        if who == "machine":
            return self.machine(max(habits.machine_s.draw(chance), 1.0), set_up)
        if who == "fax":
            return Fate(who, set_up, set_up + chance.uniform(4.0, 12.0), heard=Heard(0.2, 0.0, 0, tone="fax"))
        return Fate(who, set_up, math.inf)

    def _who(self, contact: Contact, at_s: float) -> str:
        habits = self.habits
        if contact.tries == contact.group.tries and self.chance.random() < habits.disconnected:
            self._dead.add(contact.place)
        if contact.place in self._dead:
            return "disconnected"
        hour = int(self._hour + at_s / 3600 + contact.group.clock_h) % 24
        person = min(0.95, habits.person * habits.by_hour[hour] * tired(contact.tries))
        draw = self.chance.random()
        for who, share in (
            ("person", person),
            ("machine", habits.machine),
            ("busy", habits.busy),
            ("failed", habits.failed),
            ("fax", habits.fax),
        ):
            if draw < share:
                return who
            draw -= share
        return "no_answer"

    def person(self, after_s: float, set_up: float) -> Fate:
        """Somebody who picks up after so long."""
        chance, habits = self.chance, self.habits
        place = chance.random() * self._sums[-1]
        said = habits.said[next(n for n, top in enumerate(self._sums) if place < top or n == len(self._sums) - 1)]
        heard, listens = self.greeting(person=True)
        return Fate(
            "person",
            min(set_up, after_s * 0.9),
            after_s,
            heard=heard,
            listens_s=listens,
            patience_s=chance.expovariate(math.log(2) / LEAVES_IN_SILENCE_S),
            talk_s=max((habits.sale_s if said.sale else habits.other_s).draw(chance), 2.0),
            callee_ends=chance.random() < CALLEE_ENDS,
            code=said.code,
            sale=said.sale,
            final=said.final,
            wrap_s=habits.wrap_s.draw(chance),
        )

    def machine(self, after_s: float, set_up: float) -> Fate:
        """A machine that picks up after so long; an agent who gets it hangs up in a few seconds."""
        heard, listens = self.greeting(person=False)
        return Fate(
            "machine",
            min(set_up, after_s * 0.9),
            after_s,
            heard=heard,
            listens_s=listens,
            talk_s=self.chance.uniform(5.0, 11.0),
            wrap_s=self.habits.wrap_s.draw(self.chance) / 2,
        )

    def greeting(self, *, person: bool) -> tuple[Heard, float]:
        """What a detector hears, and how long it needs."""
        chance = self.chance
        if person == (chance.random() < self.habits.misheard):
            said = chance.uniform(2.7, 8.0)
            return Heard(chance.uniform(0.1, 0.8), said, round(said * 2.5)), chance.uniform(1.8, 2.6)
        said = chance.uniform(0.3, 1.1)
        return Heard(chance.uniform(0.0, 0.6), said, 1 if said < 0.7 else 2), said + chance.uniform(0.1, 0.4)
