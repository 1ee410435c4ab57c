"""Scenarios of the pacing bench: who is called, who sits there, and what goes wrong, read from a file of figures.

Knows the file's format and nothing of how a shift is played. A field that is missing, misspelt or out of range is
refused by scenario and field, so that a disaster that was asked for can't silently not happen.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NoReturn

from ahize.kernel.errors import BadInput

# ── how the answer rate moves ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Constant:
    """The same all day."""

    def factor(self, _now_s: float, _used: float) -> float:
        return 1.0


@dataclass(frozen=True, slots=True)
class Sine:
    """A wave about 1, rising at first."""

    amplitude: float
    period_s: float

    def factor(self, now_s: float, _used: float) -> float:
        return 1.0 + self.amplitude * math.sin(2.0 * math.pi * now_s / self.period_s)


@dataclass(frozen=True, slots=True)
class Steps:
    """One factor after another, round and round."""

    every_s: float
    factors: tuple[float, ...]

    def factor(self, now_s: float, _used: float) -> float:
        return self.factors[int(now_s / self.every_s) % len(self.factors)]


@dataclass(frozen=True, slots=True)
class ListDecline:
    """Best first: the factor falls with the share of the day's list that is used."""

    start: float
    end: float

    def factor(self, _now_s: float, used: float) -> float:
        return self.start + (self.end - self.start) * used


@dataclass(frozen=True, slots=True)
class Turns:
    """Within each period the list turns warm, and cold again."""

    period_s: float
    rise_from_s: float
    ramp_s: float
    fall_from_s: float
    peak: float

    def factor(self, now_s: float, _used: float) -> float:
        at = now_s % self.period_s
        return 1.0 + (self.peak - 1.0) * (self._ramp(at - self.rise_from_s) - self._ramp(at - self.fall_from_s))

    def _ramp(self, since_s: float) -> float:
        """0 before, 1 after; a ramp of no length is a step."""
        if since_s < 0.0:
            return 0.0
        return 1.0 if since_s >= self.ramp_s else since_s / self.ramp_s


Pattern = Constant | Sine | Steps | ListDecline | Turns


@dataclass(frozen=True, slots=True)
class Answer:
    """Who picks up: share of dials answered by a person, in [0, 1]."""

    share: float
    pattern: Pattern

    def share_at(self, now_s: float, used: float) -> float:
        """The true share for a dial placed now, in [0, 1].

        Args:
            now_s: seconds since the day began.
            used: share of the day's list that is dialled, in [0, 1]; 0 where the list is endless.
        """
        return min(1.0, max(0.0, self.share * self.pattern.factor(now_s, used)))


# ── one scenario ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Machine:
    """Answering machines, and what is done about them.

    Args:
        share: share of dials answered by a machine, in [0, 1]; people come first where both don't fit.
        detection: ``perfect`` knows at once; ``on`` takes its time and errs; ``off`` joins every machine to a seat.
        delay_s: what ``on`` takes before anyone is joined.
        false_positive: share of people taken for machines and hung up on, by ``on``.
        false_negative: share of machines joined to a seat, by ``on``.
    """

    share: float
    detection: str
    delay_s: float = 0.0
    false_positive: float = 0.0
    false_negative: float = 0.0


@dataclass(frozen=True, slots=True)
class Gamma:
    """Seconds; ``max_s`` bounds what may be drawn."""

    mean_s: float
    shape: float
    max_s: float = math.inf


@dataclass(frozen=True, slots=True)
class Talk:
    """A mixture of two log-normal laws: a refusal, or a conversation. Seconds; sigma is of the logarithm."""

    short_share: float
    short_median_s: float
    short_sigma: float
    long_mean_s: float
    long_sigma: float

    @property
    def mean_s(self) -> float:
        short = self.short_median_s * math.exp(self.short_sigma**2 / 2.0)
        return self.short_share * short + (1.0 - self.short_share) * self.long_mean_s


@dataclass(frozen=True, slots=True)
class SeatChange:
    """So many seats leave (negative) or come, all at once, on every day."""

    at_s: float
    change: int


@dataclass(frozen=True, slots=True)
class Outage:
    """The trunk is gone, ``[from_s, to_s)`` of every day."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Cues:
    """What a floor tells shortly before a talk or a wrap-up ends: the last page of the script, the outcome chosen.

    Args:
        talk_lead_s, wrap_lead_s: how long before the end, on the mean; what is shorter is told as it begins.
        shape: of the lead's gamma law; the larger, the steadier.
        missed: share of talks and wrap-ups of which nothing is told.
        false: share that is told at any moment instead, long before the end perhaps.
    """

    talk_lead_s: float = 12.0
    wrap_lead_s: float = 6.0
    shape: float = 4.0
    missed: float = 0.1
    false: float = 0.05


@dataclass(frozen=True, slots=True)
class Chances:
    """How contacts differ, and what is known of it.

    Args:
        concentration: each contact's own chance is drawn from a Beta law about the scenario's share, with so much for
            the sum of its two parameters; 1 / (1 + concentration) of the variance of answers is between contacts.
        error: standard deviation by which the log-odds that are told miss the true ones; nobody corrects them.
        ahead: contacts that a dialler may choose from; whoever is left standing is there to be dialled later.
    """

    concentration: float = 2.0
    error: float = 0.3
    ahead: int = 200


@dataclass(frozen=True, slots=True)
class Inbound:
    """Calls that come in by chance and take the same seats, before anyone who was dialled.

    Args:
        per_hour: on the mean.
        talk_mean_s, talk_sigma: a log-normal law; the wrap-up is the scenario's.
        patience_s: whoever waits longer for a seat hangs up.
    """

    per_hour: float
    talk_mean_s: float
    talk_sigma: float
    patience_s: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """One campaign over several days; every day begins with all seats free that are there.

    Args:
        patience_s: from the answer to the moment a person who is not joined is abandoned and leaves.
        breaks: log-in spread over 15 minutes, breaks, and a lunch wave at half-time.
        changes: seats that leave or come, in order of time.
        list_size: dials a day at most; None: endless.
        cues, chances: what a policy that is shown them is told; None: the usual ones, and contacts that are all alike
            to those who are told nothing.
        inbound: None: nobody calls in.
    """

    name: str
    title: str
    agents: int
    day_s: float
    days: int
    answer: Answer
    machine: Machine
    post_dial_delay_s: float
    ring: Gamma
    talk: Talk
    wrap: Gamma
    patience_s: float
    breaks: bool = False
    changes: tuple[SeatChange, ...] = ()
    outages: tuple[Outage, ...] = ()
    list_size: int | None = None
    cues: Cues | None = None
    chances: Chances | None = None
    inbound: Inbound | None = None

    @property
    def handle_s(self) -> float:
        """Mean talk and wrap-up with a person, in seconds."""
        return self.talk.mean_s + self.wrap.mean_s

    def answer_share(self, now_s: float, dialled: int) -> float:
        """The truth that only a benchmark knows: chance that a dial placed now is answered by a person.

        Args:
            dialled: dials placed today.
        """
        return self.answer.share_at(now_s, dialled / self.list_size if self.list_size else 0.0)


# ── the file ────────────────────────────────────────────────────────────────────────────────────────────────────

NEXT_STEP: Final = "Correct it in the scenario file; src/ahize/run/pacing-scenarios.json shows the format."
DAY_S: Final = 86_400.0
TOLD: Final[Mapping[type, str]] = {dict: "an object", list: "a list", str: "a text"}


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file, in its order.

    Raises:
        BadInput: the file can't be read, or a field is not what it must be.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(
            f"The scenario file {path} can't be read: {error.strerror or error}.",
            next_step="Give --scenarios a file that exists.",
        ) from error
    except ValueError as error:
        raise BadInput(f"The scenario file {path} is no JSON: {error}.", next_step=NEXT_STEP) from error
    return scenarios_from(told)


def scenarios_from(told: object) -> tuple[Scenario, ...]:
    """What a scenario file's JSON says.

    Args:
        told: an object with ``scenarios``, a list of at least one; ``about`` is for people.

    Raises:
        BadInput: names the scenario and the field, what was found and what was expected.
    """
    if not isinstance(told, dict) or not isinstance(told.get("scenarios"), list) or not told["scenarios"]:
        raise BadInput("A scenario file is an object whose “scenarios” is a list of at least one.", next_step=NEXT_STEP)
    scenarios: dict[str, Scenario] = {}
    for place, one in enumerate(told["scenarios"], start=1):
        name = one.get("name") if isinstance(one, dict) else None
        fields = _Fields(one, scenario=f"“{name}”" if isinstance(name, str) and name else f"number {place}")
        scenario = _scenario(fields)
        if scenario.name in scenarios:
            fields.refuse("name", scenario.name, "a name that no other scenario has")
        scenarios[scenario.name] = scenario
    return tuple(scenarios.values())


_MISSING: Final = object()


class _Fields:
    """One object of the file: each field is asked for once, and whatever nobody asked for is refused."""

    def __init__(self, told: object, *, scenario: str, at: str = "") -> None:
        self._scenario, self._at = scenario, at
        if not isinstance(told, dict):
            self._refuse(at.rstrip("."), told, "an object")
        self._told: dict[str, Any] = told
        self._asked: set[str] = set()

    def refuse(self, field: str, value: object, expected: str) -> NoReturn:
        self._refuse(self._at + field, value, expected)

    def _refuse(self, path: str, value: object, expected: str) -> NoReturn:
        found = "is missing" if value is _MISSING else f"is {json.dumps(value, ensure_ascii=False, default=str)}"
        field = f"the field “{path}” {found}" if path else f"the whole {found}"
        message = f"Scenario {self._scenario}: {field}; expected {expected}."
        raise BadInput(message, next_step=NEXT_STEP, scenario=self._scenario, field=path, expected=expected)

    def value(self, field: str, usual: object = _MISSING) -> Any:
        self._asked.add(field)
        return self._told.get(field, usual)

    def typed(self, field: str, kind: type, usual: object = _MISSING) -> Any:
        value = self.value(field, usual)
        if not isinstance(value, kind):
            self.refuse(field, value, TOLD[kind])
        return value

    def number(self, field: str, least: float, most: float, usual: object = _MISSING, *, above: bool = False) -> float:
        """A finite number from ``least`` to ``most``; ``above``: more than ``least``."""
        value = self.value(field, usual)
        fits = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        if not fits or (above and value <= least):
            self.refuse(field, value, f"a number {'above' if above else 'from'} {least:g} to {most:g}")
        return float(value)

    def whole(self, field: str, least: int, most: int) -> int:
        value = self.value(field)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(field, value, f"a whole number from {least:,} to {most:,}")
        return value

    def choice(self, field: str, choices: Sequence[str]) -> str:
        value = self.value(field)
        if value not in choices:
            self.refuse(field, value, f"one of {', '.join(choices)}")
        return str(value)

    def section(self, field: str) -> _Fields:
        return _Fields(self.value(field), scenario=self._scenario, at=f"{self._at}{field}.")

    def sections(self, field: str, usual: object = _MISSING) -> list[_Fields]:
        every = self.typed(field, list, usual)
        return [
            _Fields(one, scenario=self._scenario, at=f"{self._at}{field}[{place}].") for place, one in enumerate(every)
        ]

    def done(self) -> None:
        """Refuse what nobody asked for."""
        for field, value in self._told.items():
            if field not in self._asked:
                self.refuse(field, value, f"only {', '.join(sorted(self._asked))}")


def _scenario(fields: _Fields) -> Scenario:
    name = fields.value("name")
    if not isinstance(name, str) or not name.strip():
        fields.refuse("name", name, "a text that is not empty")
    day_s = fields.number("day_s", 60.0, DAY_S)
    agents = fields.whole("agents", 1, 10_000)
    list_size = None if fields.value("list_size", None) is None else fields.whole("list_size", 1, 100_000_000)
    breaks, changes = _seats(fields, agents, day_s)
    scenario = Scenario(
        name=name,
        title=fields.typed("title", str, ""),
        agents=agents,
        day_s=day_s,
        days=fields.whole("days", 1, 366),
        answer=_answer(fields.section("answer"), list_size),
        machine=_machine(fields.section("machine")),
        post_dial_delay_s=fields.number("post_dial_delay_s", 0.0, 120.0),
        ring=_ring(fields.section("ring")),
        talk=_talk(fields.section("talk")),
        wrap=_wrap(fields.section("wrap")),
        patience_s=fields.number("patience_s", 0.0, 3600.0),
        breaks=breaks,
        changes=changes,
        outages=_outages(fields, day_s),
        list_size=list_size,
        cues=_cues(fields.section("cues")) if fields.value("cues", None) is not None else None,
        chances=_chances(fields.section("chances")) if fields.value("chances", None) is not None else None,
        inbound=_inbound(fields.section("inbound")) if fields.value("inbound", None) is not None else None,
    )
    fields.done()
    return scenario


def _answer(fields: _Fields, list_size: int | None) -> Answer:
    share = fields.number("share", 0.0, 1.0)
    told = fields.section("pattern")
    kind = told.choice("kind", ("constant", "sine", "steps", "list_decline", "turns"))
    pattern: Pattern = Constant()
    if kind == "sine":
        pattern = Sine(told.number("amplitude", 0.0, 1.0), told.number("period_s", 0.0, math.inf, above=True))
    elif kind == "steps":
        pattern = Steps(told.number("every_s", 0.0, math.inf, above=True), _factors(told))
    elif kind == "list_decline":
        if list_size is None:
            told.refuse("kind", kind, "a “list_size” beside it, since an endless list never declines")
        pattern = ListDecline(told.number("from", 0.0, 1000.0), told.number("to", 0.0, 1000.0))
    elif kind == "turns":
        period_s = told.number("period_s", 0.0, math.inf, above=True)
        rise_from_s = told.number("rise_from_s", 0.0, period_s)
        pattern = Turns(
            period_s=period_s,
            rise_from_s=rise_from_s,
            ramp_s=told.number("ramp_s", 0.0, period_s),
            fall_from_s=told.number("fall_from_s", rise_from_s, period_s),
            peak=told.number("factor", 0.0, 1000.0),
        )
    told.done()
    fields.done()
    return Answer(share, pattern)


def _factors(fields: _Fields) -> tuple[float, ...]:
    factors = fields.typed("factors", list)
    fine = all(isinstance(one, int | float) and not isinstance(one, bool) and 0.0 <= one <= 1000.0 for one in factors)
    if not factors or not fine:
        fields.refuse("factors", factors, "a list of at least one number from 0 to 1000")
    return tuple(map(float, factors))


def _machine(fields: _Fields) -> Machine:
    detection = fields.choice("detection", ("perfect", "on", "off"))
    usual = _MISSING if detection == "on" else 0.0
    machine = Machine(
        share=fields.number("share", 0.0, 1.0),
        detection=detection,
        delay_s=fields.number("delay_s", 0.0, 60.0, usual),
        false_positive=fields.number("false_positive", 0.0, 1.0, usual),
        false_negative=fields.number("false_negative", 0.0, 1.0, usual),
    )
    fields.done()
    return machine


def _ring(fields: _Fields) -> Gamma:
    max_s = fields.number("max_s", 0.0, 600.0, above=True)
    # A mean beyond the maximum would be redrawn for ever.
    ring = Gamma(fields.number("mean_s", 0.0, max_s, above=True), fields.number("shape", 0.0, 1e6, above=True), max_s)
    fields.done()
    return ring


def _wrap(fields: _Fields) -> Gamma:
    wrap = Gamma(fields.number("mean_s", 0.0, DAY_S), fields.number("shape", 0.0, 1e6, above=True))
    fields.done()
    return wrap


def _talk(fields: _Fields) -> Talk:
    short, long = fields.section("short"), fields.section("long")
    talk = Talk(
        short_share=fields.number("short_share", 0.0, 1.0),
        short_median_s=short.number("median_s", 0.0, DAY_S, above=True),
        short_sigma=short.number("sigma", 0.0, 5.0),
        long_mean_s=long.number("mean_s", 0.0, DAY_S, above=True),
        long_sigma=long.number("sigma", 0.0, 5.0),
    )
    for section in (short, long, fields):
        section.done()
    return talk


def _cues(fields: _Fields) -> Cues:
    usual = Cues()
    cues = Cues(
        talk_lead_s=fields.number("talk_lead_s", 0.0, DAY_S, usual.talk_lead_s),
        wrap_lead_s=fields.number("wrap_lead_s", 0.0, DAY_S, usual.wrap_lead_s),
        shape=fields.number("shape", 0.0, 1e6, usual.shape, above=True),
        missed=(missed := fields.number("missed", 0.0, 1.0, usual.missed)),
        false=fields.number("false", 0.0, 1.0 - missed, min(usual.false, 1.0 - missed)),
    )
    fields.done()
    return cues


def _chances(fields: _Fields) -> Chances:
    usual = Chances()
    chances = Chances(
        concentration=fields.number("concentration", 0.0, 1e6, usual.concentration, above=True),
        error=fields.number("error", 0.0, 5.0, usual.error),
        ahead=fields.whole("ahead", 1, 100_000) if fields.value("ahead", None) is not None else usual.ahead,
    )
    fields.done()
    return chances


def _inbound(fields: _Fields) -> Inbound:
    inbound = Inbound(
        per_hour=fields.number("per_hour", 0.0, 1e6, above=True),
        talk_mean_s=fields.number("talk_mean_s", 0.0, DAY_S, above=True),
        talk_sigma=fields.number("talk_sigma", 0.0, 5.0),
        patience_s=fields.number("patience_s", 0.0, DAY_S),
    )
    fields.done()
    return inbound


def _seats(fields: _Fields, agents: int, day_s: float) -> tuple[bool, tuple[SeatChange, ...]]:
    """Whether there are breaks, and the changes in order of time.

    The format says "events [{at_s, change}]"; we read the bare list, and ``{"events": [...]}`` as well.
    """
    told = fields.value("seats")
    if isinstance(told, str):
        return fields.choice("seats", ("constant", "breaks_and_lunch")) == "breaks_and_lunch", ()
    within, field = fields, "seats"
    if isinstance(told, dict):
        within, field = fields.section("seats"), "events"
        if within.value("kind", "events") != "events":
            within.choice("kind", ("events",))
    elif not isinstance(told, list):
        fields.refuse("seats", told, "“constant”, “breaks_and_lunch” or a list of {at_s, change}")
    changes = []
    for one in within.sections(field):
        changes.append(SeatChange(one.number("at_s", 0.0, day_s), one.whole("change", -10_000, 10_000)))
        one.done()
    if within is not fields:
        within.done()
    changes.sort(key=lambda change: change.at_s)
    left = agents
    for change in changes:
        left += change.change
        if left < 0:
            fields.refuse("seats", told, f"never more to leave than are there; at {change.at_s:g} s it is {left} seats")
    return False, tuple(changes)


def _outages(fields: _Fields, day_s: float) -> tuple[Outage, ...]:
    outages = []
    for one in fields.sections("trunk", []) if fields.value("trunk", None) is not None else ():
        from_s = one.number("from_s", 0.0, day_s)
        outages.append(Outage(from_s, one.number("to_s", from_s, DAY_S)))
        if (up := one.value("up", False)) is not False:
            one.refuse("up", up, "false: an outage is when the trunk is down")
        one.done()
    outages.sort(key=lambda outage: outage.from_s)
    for earlier, later in pairwise(outages):
        if later.from_s < earlier.to_s:
            told = fields.value("trunk")
            fields.refuse("trunk", told, f"outages that don't overlap; two are out at {later.from_s:g} s")
    return tuple(outages)
