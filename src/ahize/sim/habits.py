"""How a campaign's people and agents behave, as far as anybody has seen: what an evening is simulated from.

Every part says how often it was observed; 0 means that nobody has seen it yet, and the figure is a prior
(docs/explanation/made-up-world.md). Lengths of time are kept as their quantiles, for talk times fit no textbook law.
It refuses to know where observations come from; ``learned`` is handed them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any, Final

from ahize.kernel.chance import Chance
from ahize.sim.pauses import Pauses, Rest, expected

SHARES: Final = (*(n / 100 for n in range(100)), 0.995, 0.999, 1.0)
"""Where a ``Spread`` knows its length of time; three of them in the last hundredth, for its tail is long."""
ENOUGH: Final = 50
"""So many observations of a length of time, or of an outcome's share, are believed without the prior."""
ENOUGH_DIALS: Final = 200
HOUR_WEIGHT: Final = 50.0
"""An hour's own answer rate counts against the day's as if the day's had been seen in so many dials."""
TIRED: Final = 0.85
TIRED_MOST: Final = 0.3
"""Each earlier try of a number multiplies its chance to be answered, down to the second."""
NONE_SEEN: Final = Pauses()
MOBILE_SHARE: Final = 0.77
"""The evening's extra answers are half as many on mobiles; so many of the numbers are."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A length of time, in seconds at each of SHARES; ``of``: how many were seen, 0 for a prior."""

    seconds: tuple[float, ...]
    of: int = 0

    def draw(self, chance: Chance) -> float:
        place = chance.random() * 100
        step = int(place)
        if step < 99:
            low = self.seconds[step]
            return low + (self.seconds[step + 1] - low) * (place - step)
        share = place / 100
        step = 99 if share < SHARES[100] else 100 if share < SHARES[101] else 101
        low, high = SHARES[step], SHARES[step + 1]
        part = (share - low) / (high - low)
        return self.seconds[step] + (self.seconds[step + 1] - self.seconds[step]) * part

    @property
    def mean_s(self) -> float:
        ends = zip(SHARES[1:], SHARES[:-1], self.seconds[1:], self.seconds[:-1], strict=True)
        return sum((high - low) * (after + before) / 2 for high, low, after, before in ends)

    @property
    def median_s(self) -> float:
        return self.seconds[50]


def log_normal(median_s: float, sigma: float, *, most_s: float) -> Spread:
    """A prior: log-normal, with the spread of its natural logarithm, cut at ``most_s``."""
    normal = NormalDist()
    quantiles = (
        0.0 if share == 0 else most_s if share == 1 else median_s * math.exp(sigma * normal.inv_cdf(share))
        for share in SHARES
    )
    return Spread(tuple(round(min(seconds, most_s), 3) for seconds in quantiles))


def observed(seconds: Iterable[float]) -> Spread:
    """The quantiles of what was seen; at least one."""
    rising = sorted(seconds)
    last = len(rising) - 1
    at = []
    for share in SHARES:
        place = share * last
        low = int(place)
        high = min(low + 1, last)
        at.append(round(rising[low] + (rising[high] - rising[low]) * (place - low), 3))
    return Spread(tuple(at), len(rising))


@dataclass(frozen=True, slots=True)
class Said:
    """What agents choose after a talk, and how often (0 to 1); ``final``: the contact is not called again."""

    code: str
    share: float
    sale: bool = False
    final: bool = False


def _hours() -> tuple[float, ...]:
    """How many more answer in each hour of the called person's clock, on a weekday."""
    extra = 1.0 - MOBILE_SHARE / 2
    evening = {17: 0.35, 18: 0.35, 19: 0.35, 20: 0.2, 12: -0.05, 13: -0.05}
    return tuple(round(1.0 + extra * evening.get(hour, 0.0), 4) for hour in range(24))


def _machines() -> Spread:
    """Three in ten pick up at once, switched off or out of reach; the others after four to six rings."""
    at_once, in_the_end = [3.5 + n / 10 for n in range(31)], [16.5 + n / 8 for n in range(65)]
    return replace(observed([*at_once, *in_the_end]), of=0)


@dataclass(frozen=True, slots=True)
class Habits:
    """What an evening is drawn from; all shares from 0 to 1.

    Args:
        person: of dials to numbers not tried before, how many a person answers in an ordinary hour; ``dials``: seen.
        by_hour: what that is multiplied with in each hour of the called person's clock.
        machine, busy, failed, fax: of all dials; ``disconnected``: numbers that are dead for good.
        misheard: how often a greeting misleads the detector, either way.
        answer_s: from the dialling until a person picks up; ``machine_s``: until a machine does.
        sale_s, other_s: talks that end in a sale, and the others.
        said: what talks come to.
        rests: the pauses that an agent takes; ``breaks``: how many were seen.
    """

    person: float = 0.22
    dials: int = 0
    by_hour: tuple[float, ...] = field(default_factory=_hours)
    machine: float = 0.38
    busy: float = 0.04
    failed: float = 0.03
    disconnected: float = 0.03
    fax: float = 0.004
    misheard: float = 0.02
    answer_s: Spread = field(default_factory=lambda: log_normal(11.5, 0.42, most_s=32.5))
    machine_s: Spread = field(default_factory=_machines)
    sale_s: Spread = field(default_factory=lambda: log_normal(math.exp(6.07), 0.71, most_s=3600.0))
    other_s: Spread = field(default_factory=lambda: log_normal(math.exp(5.05), 0.89, most_s=3600.0))
    wrap_s: Spread = field(default_factory=lambda: log_normal(20.0, 0.6, most_s=900.0))
    preview_s: Spread = field(default_factory=lambda: log_normal(10.0, 0.6, most_s=120.0))
    said: tuple[Said, ...] = (
        Said("sale", 0.08, sale=True, final=True),
        Said("do_not_call", 0.03, final=True),
        Said("callback", 0.05),
        Said("wrong_number", 0.06, final=True),
        Said("not_interested", 0.78, final=True),
    )
    talks: int = 0
    rests: tuple[Rest, ...] = (Rest("break", 4500.0, 400.0),)
    breaks: int = 0

    @property
    def sale_share(self) -> float:
        """Of talks with people."""
        return sum(said.share for said in self.said if said.sale)

    def sources(self) -> list[dict[str, Any]]:
        """Of each part: how often it was seen, where 0 says that the prior was taken."""
        seen = {
            "answers": self.dials,
            "ringing": self.answer_s.of,
            "talk": self.other_s.of,
            "sale_talk": self.sale_s.of,
            "wrap_up": self.wrap_s.of,
            "results": self.talks,
            "breaks": self.breaks,
        }
        return [{"part": part, "seen": n, "source": "journal" if n else "prior"} for part, n in seen.items()]

    def to_json(self) -> dict[str, Any]:
        """Plain values; ``from_json`` gives the same back."""
        told: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, Spread):
                told[name] = {"seconds": list(value.seconds), "of": value.of}
            elif name == "said":
                told[name] = [[one.code, one.share, one.sale, one.final] for one in value]
            elif name == "rests":
                told[name] = [[one.code, one.every_s, one.lasts_s] for one in value]
            else:
                told[name] = list(value) if isinstance(value, tuple) else value
        return told

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Habits:
        """Also of an older make, which knew one kind of pause."""
        values: dict[str, Any] = {}
        told = dict(given)
        every_s, lasts_s = told.pop("break_every_s", None), told.pop("break_s", None)
        if every_s is not None:
            told["rests"] = [["break", every_s, lasts_s]] if every_s else []
        for name, value in told.items():
            if isinstance(value, Mapping):
                values[name] = Spread(tuple(value["seconds"]), value["of"])
            elif name == "said":
                values[name] = tuple(Said(*one) for one in value)
            elif name == "rests":
                values[name] = tuple(Rest(*one) for one in value)
            else:
                values[name] = tuple(value) if isinstance(value, list) else value
        return cls(**values)


PRIOR: Final = Habits()
"""What is taken where nothing was seen."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """One dial as it was recorded.

    Args:
        hour: of the called person's clock when it was dialled, 0 to 23.
        tries: of this number before it.
        who: ``person``, ``machine``, ``no_answer``, ``busy``, ``failed``, ``disconnected`` or ``fax``.
        after_s: until somebody or something picked up; None: nobody did.
        talk_s: None where no agent talked; ``code``: what the agent said; ``wrap_s``: how long that took.
    """

    hour: int
    tries: int
    who: str
    after_s: float | None = None
    talk_s: float | None = None
    code: str = ""
    wrap_s: float | None = None


def tired(tries: int) -> float:
    """What earlier tries of a number leave of its chance to be answered, in (0, 1]."""
    return max(TIRED_MOST, TIRED**tries)


def learned(
    dials: Sequence[Dialled],
    *,
    sales: frozenset[str] = frozenset({"sale"}),
    final: frozenset[str] = frozenset({"sale", "do_not_call", "wrong_number", "not_interested"}),
    pauses: Pauses = NONE_SEEN,
    prior: Habits = PRIOR,
) -> Habits:
    """The habits that these dials show; what was seen too seldom stays as the prior has it.

    Args:
        sales, final: dispositions that are a sale; after which a contact is not called again.
        pauses: of the agents, with the time in which they were at work.
    """
    talked = [dial for dial in dials if dial.talk_s is not None and dial.who == "person" and dial.code != "machine"]
    seen: dict[str, Any] = {}
    for name, seconds in (
        ("answer_s", [dial.after_s for dial in dials if dial.who == "person"]),
        ("machine_s", [dial.after_s for dial in dials if dial.who == "machine"]),
        ("sale_s", [dial.talk_s for dial in talked if dial.code in sales]),
        ("other_s", [dial.talk_s for dial in talked if dial.code not in sales]),
        ("wrap_s", [dial.wrap_s for dial in dials]),
    ):
        known = [one for one in seconds if one is not None]
        if len(known) >= ENOUGH:
            seen[name] = observed(known)
    if len(dials) >= ENOUGH_DIALS:
        seen |= _answers(dials, prior)
    codes = Counter(dial.code for dial in talked if dial.code)
    total = sum(codes.values())
    if total >= ENOUGH:
        seen["said"] = tuple(Said(code, n / total, code in sales, code in final) for code, n in sorted(codes.items()))
        seen["talks"] = total
    if pauses.number and pauses.at_work_s:
        seen |= {"rests": expected(pauses, prior.rests), "breaks": pauses.number}
    return replace(prior, **seen)


def _answers(dials: Sequence[Dialled], prior: Habits) -> dict[str, Any]:
    """Who picks up, hour by hour, as if no number had been tried before."""
    exposed, answered = [0.0] * 24, [0] * 24
    for dial in dials:
        if dial.who != "disconnected":
            exposed[dial.hour] += tired(dial.tries)
            answered[dial.hour] += dial.who == "person"
    n = len(dials)
    person = sum(answered) / max(sum(exposed), 1.0)
    if not person:
        return {"dials": n, "person": 0.0}
    by_hour = [
        (hits + HOUR_WEIGHT * person * prior.by_hour[hour]) / ((there + HOUR_WEIGHT) * person) if there else usual
        for hour, (hits, there, usual) in enumerate(zip(answered, exposed, prior.by_hour, strict=True))
    ]
    came = Counter(dial.who for dial in dials)
    return {
        "dials": n,
        "person": round(person, 5),
        "by_hour": tuple(round(one, 4) for one in by_hour),
        **{who: round(came[who] / n, 5) for who in ("machine", "busy", "failed", "disconnected", "fax")},
    }
