"""Made-up people: when they answer, how patient they are, how long they talk, what they end up saying.

Figures are those of docs/explanation/made-up-world.md, each a parameter. A person's lasting traits hang on the number
alone, so the same number behaves alike in every process with the same seed; what happens on one try is drawn as it
happens. It refuses to know why anybody was called.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from ahize.calls.greeting import Heard
from ahize.kernel.chance import Chance, stream

Kind = Literal["person", "machine", "no_answer", "busy", "failed", "disconnected", "fax"]
HangsUp = Literal["callee", "agent"]


@dataclass(frozen=True, slots=True)
class Manners:
    """How a made-up population behaves; all shares from 0 to 1, all medians in seconds.

    ``person`` and the other first six are what comes of a dialled call and sum to 1 at most; the rest does not answer.
    ``misheard`` is how often a greeting misleads the detector, either way; ``says_nothing`` how often there is none, so
    that nobody can tell. The last three are what people do with a broadcast's flow.
    """

    person: float = 0.22
    machine: float = 0.38
    busy: float = 0.04
    failed: float = 0.03
    disconnected: float = 0.03
    fax: float = 0.004
    misheard: float = 0.02
    says_nothing: float = 0.0
    set_up_s: float = 2.5
    ring_s: float = 9.0
    ring_sigma: float = 0.5
    ring_s_max: float = 30.0
    leaves_in_silence_s: float = 2.0
    sale: float = 0.08
    no_sale_talk_ln: float = 5.05
    no_sale_talk_sigma: float = 0.89
    sale_talk_ln: float = 6.07
    sale_talk_sigma: float = 0.71
    talk_s_max: float = 3600.0
    wrap_s: float = 20.0
    wrap_sigma: float = 0.6
    callee_hangs_up: float = 0.7
    earlier_try: float = 0.85
    earlier_try_floor: float = 0.3
    asks_to_be_left_alone: float = 0.03
    callback: float = 0.05
    wrong_number: float = 0.06
    opts_out: float = 0.08
    wants_an_agent: float = 0.1
    hears_it_out: float = 0.5


@dataclass(frozen=True, slots=True)
class Talk:
    """How a conversation goes: its length from the joining on, who ends it, and what the agent will choose."""

    seconds: float
    ends: HangsUp
    disposition: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What comes of one dialled call, if nobody interferes.

    Args:
        rings_s: from the originate until the far end rings; None: it never rings.
        after_s: from the originate until it is answered or fails; None: it rings on.
        cause: Q.850, where the network ends it.
        heard: what a detector would hear after an answer, and for how long it listens.
        patience_s: how long this person stays in silence, from the end of their greeting.
    """

    kind: Kind
    rings_s: float | None
    after_s: float | None
    cause: int
    heard: Heard
    listens_s: float
    patience_s: float
    talk: Talk


STAYS_S = 900.0
"""How long somebody from ``friends`` stays on the line, if nobody hangs up."""


_A_FRIEND = Fate(
    kind="person",
    rings_s=0.5,
    after_s=1.5,
    cause=16,
    heard=Heard(0.2, 0.6, 1),
    listens_s=0.8,
    patience_s=60.0,
    talk=Talk(STAYS_S, "callee", "not_interested"),
)


@dataclass(slots=True)
class People:
    """The population of one made-up world.

    Args:
        friends: whoever has a number that begins so picks up after a second and stays until the agent hangs up.
    """

    seed: int
    manners: Manners = field(default_factory=Manners)
    friends: str = ""
    tries: dict[str, int] = field(default_factory=dict)
    _chance: Chance = field(init=False)

    def __post_init__(self) -> None:
        self._chance = stream(self.seed, "people")

    def fate(self, number: str, *, factor: float = 1.0) -> Fate:
        """Draw what comes of dialling this number now.

        Args:
            factor: multiplies the share of people who answer (the hour, the list's quality).
        """
        if self.friends and number.startswith(self.friends):
            return _A_FRIEND
        chance, manners = self._chance, self.manners
        before = self.tries.get(number, 0)
        self.tries[number] = before + 1
        tired = max(manners.earlier_try_floor, manners.earlier_try**before)
        kind = self._kind(number, min(0.95, manners.person * factor * tired))
        set_up = manners.set_up_s * chance.uniform(0.6, 1.4)
        heard, listens = self._greeting(kind)
        cause = {"busy": 17, "failed": chance.choice((34, 38, 41, 42, 21)), "disconnected": 1}.get(kind, 19)
        return Fate(
            kind=kind,
            rings_s=set_up if kind in ("person", "machine", "no_answer", "fax") else None,
            after_s=self._after(kind, set_up),
            cause=cause,
            heard=heard,
            listens_s=listens,
            patience_s=chance.expovariate(math.log(2) / manners.leaves_in_silence_s),
            talk=self._talk(kind),
        )

    def _kind(self, number: str, person: float) -> Kind:
        """A dead number and a fax are so for good; the rest is drawn anew at each try."""
        manners = self.manners
        lasting = stream(self.seed, f"number {number}").random()
        if lasting < manners.disconnected:
            return "disconnected"
        if lasting < manners.disconnected + manners.fax:
            return "fax"
        draw = self._chance.random()
        shares: tuple[tuple[Kind, float], ...] = (
            ("person", person),
            ("machine", manners.machine),
            ("busy", manners.busy),
            ("failed", manners.failed),
        )
        for kind, share in shares:
            if draw < share:
                return kind
            draw -= share
        return "no_answer"

    def _after(self, kind: Kind, set_up: float) -> float | None:
        chance, manners = self._chance, self.manners
        match kind:
            case "person":
                ring = manners.ring_s_max + 1
                while ring > manners.ring_s_max:
                    ring = chance.lognormvariate(math.log(manners.ring_s), manners.ring_sigma)
                return set_up + ring
            case "machine" | "fax":
                return set_up + (chance.uniform(1, 4) if chance.random() < 0.3 else chance.uniform(14, 22))
            case "busy":
                return chance.uniform(2, 5)
            case "failed" | "disconnected":
                return chance.uniform(1, 4)
            case "no_answer":
                return None

    def _greeting(self, kind: Kind) -> tuple[Heard, float]:
        """What the detector hears, and how long it needs."""
        chance = self._chance
        if kind == "fax":
            return Heard(0.2, 0.0, 0, tone="fax"), 0.8
        if self.manners.says_nothing and chance.random() < self.manners.says_nothing:
            return Heard(2.0, 0.0, 0), 2.0
        like_a_machine = (kind == "machine") != (chance.random() < self.manners.misheard)
        if like_a_machine:
            said = chance.uniform(2.7, 8.0)
            return Heard(chance.uniform(0.1, 0.8), said, round(said * 2.5)), chance.uniform(1.8, 2.6)
        said = chance.uniform(0.3, 1.1)
        return Heard(chance.uniform(0.0, 0.6), said, 1 if said < 0.7 else 2), said + chance.uniform(0.1, 0.4)

    def _talk(self, kind: Kind) -> Talk:
        chance, manners = self._chance, self.manners
        if kind != "person":
            return Talk(chance.uniform(5, 11), "agent", "machine")
        says = self._ends_up_saying()
        if says == "sale":
            seconds = chance.lognormvariate(manners.sale_talk_ln, manners.sale_talk_sigma)
        elif says == "wrong_number":
            seconds = chance.uniform(4, 15)
        else:
            seconds = chance.lognormvariate(manners.no_sale_talk_ln, manners.no_sale_talk_sigma)
        ends: HangsUp = "callee" if chance.random() < manners.callee_hangs_up else "agent"
        return Talk(min(max(seconds, 2.0), manners.talk_s_max), ends, says)

    def _ends_up_saying(self) -> str:
        manners, draw = self.manners, self._chance.random()
        shares = (
            ("sale", manners.sale),
            ("do_not_call", manners.asks_to_be_left_alone),
            ("callback", manners.callback),
            ("wrong_number", manners.wrong_number),
        )
        for code, share in shares:
            if draw < share:
                return code
            draw -= share
        return "not_interested"

    def wrap_s(self) -> float:
        """How long an agent needs to finish a call."""
        return self._chance.lognormvariate(math.log(self.manners.wrap_s), self.manners.wrap_sigma)
