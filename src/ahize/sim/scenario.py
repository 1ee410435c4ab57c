"""A made-up shift: a YAML file and a seed say everything that happens in it.

Every figure has a default and a unit in its name. An unknown word is refused with the words that exist, so that a
misspelt fault can't silently not happen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml

from ahize.dialer.values import CampaignSettings, Counted, JoinWhileRinging, Limit, Mode, OnMachine
from ahize.kernel.errors import BadInput
from ahize.kernel.ids import CampaignId, SellerId
from ahize.sim.faults import Faults
from ahize.sim.people import Manners

ZONES: Mapping[str, str] = {
    "US-NY": "America/New_York",
    "US-FL": "America/New_York",
    "US-TX": "America/Chicago",
    "US-CO": "America/Denver",
    "US-WA": "America/Los_Angeles",
}
"""Where made-up people may live, and by which clock."""


@dataclass(frozen=True, slots=True)
class Definition:
    """How a law of the called people counts abandoned calls besides, with what came in its period before the start.

    Args:
        days: 1 is the last 24 hours, 31 a calendar month, any other is counted in turn.
        period_s: so many seconds after the start its period ends; of no meaning for the last 24 hours.
        ago_s: so long before the start the earlier calls were, for the last 24 hours.
    """

    cap: float
    days: int
    live_answers: int = 0
    abandoned: int = 0
    period_s: float = 900_000.0
    ago_s: float = 40_000.0

    def of_the_house(self, starts: datetime) -> Limit:
        """A limit of the house for each day, over all campaigns together; the day ends when the period does."""
        until = starts + timedelta(seconds=self.period_s)
        counts = self.live_answers, self.abandoned
        return Limit("house", (), self.cap, 1, *counts, until, shared="day:house", zone="UTC")

    def limit(self, layer: str, starts: datetime) -> Limit:
        """As the engine is told it."""
        if self.days == 1:
            earlier = Counted(starts - timedelta(seconds=self.ago_s), self.live_answers, self.abandoned)
            return Limit(layer, ("US",), self.cap, 1, self.live_answers, self.abandoned, past=(earlier,))
        until = starts + timedelta(seconds=self.period_s)
        return Limit(layer, ("US",), self.cap, self.days, self.live_answers, self.abandoned, until)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One made-up campaign.

    Args:
        period_s: so many seconds after the start the law's period ends, and the abandoned are counted from zero; 0: not
            in this shift. ``live_answers`` and ``abandoned`` are of the period before the start.
    """

    mode: Mode = "ratio"
    ratio: float = 1.5
    contacts: int = 2000
    ring_s_max: int = 25
    connect_s: float = 2.0
    wrap_up_s: int = 60
    preview_s: int = 60
    abandon_cap: float = 0.03
    max_attempts: int = 6
    live_answers: int = 0
    abandoned: int = 0
    period_s: float = 0.0
    detect: bool = True
    person_cost: float = 20.0
    flow: str = "a flow"
    flow_agents: bool = False
    broadcast_lines: int = 10
    broadcast_per_s: float = 2.0
    on_machine: OnMachine = "hang_up"
    law: Definition | None = None
    confidence: float | None = None
    join_while_ringing: JoinWhileRinging = "no"

    def settings(
        self, campaign: CampaignId, seller: SellerId, starts: datetime, house: Limit | None = None
    ) -> CampaignSettings:
        """As the engine is told it, while it runs."""
        return CampaignSettings(
            campaign=campaign,
            seller=seller,
            version=1,
            running=True,
            mode=self.mode,
            ratio=self.ratio,
            ring_s_max=self.ring_s_max,
            connect_s=self.connect_s,
            wrap_up_s=self.wrap_up_s,
            preview_s=self.preview_s,
            abandon_cap=self.abandon_cap,
            max_attempts=self.max_attempts,
            recycling={},
            live_answers=self.live_answers,
            abandoned=self.abandoned,
            period_until=starts + timedelta(seconds=self.period_s) if self.period_s else None,
            detect=self.detect,
            person_cost=self.person_cost,
            flow=self.flow if self.mode == "broadcast" else "",
            flow_agents=self.flow_agents,
            broadcast_lines=self.broadcast_lines,
            broadcast_per_s=self.broadcast_per_s,
            on_machine=self.on_machine,
            limits=(
                *((self.law.limit("US", starts),) if self.law is not None else ()),
                *((house,) if house is not None else ()),
            ),
            confidence=self.confidence,
            join_while_ringing=self.join_while_ringing,
        )


@dataclass(frozen=True, slots=True)
class AgentManners:
    """How made-up agents behave; times in seconds, shares from 0 to 1.

    The last but three are shares of talks: put on hold (with keys pressed and a pause of the recording), handed over
    cold, handed over after a word, parked, left a message when it is a machine, heard by a supervisor, and said to be
    closing before they end. ``waits`` is the share of breaks that wait for who rings; ``shift_s``: so long after they
    sat down agents say that their shift ends, some twice; 0: they don't say.
    """

    break_every_s: float = 4500.0
    break_s: float = 400.0
    finish_after: float = 0.02
    too_slow: float = 0.03
    disposes_early: float = 0.05
    skips: float = 0.1
    dials_by_hand_every_s: float = 0.0
    signs_off_every_s: float = 0.0
    holds: float = 0.0
    hands_over: float = 0.0
    consults: float = 0.0
    parks: float = 0.0
    drops: float = 0.0
    is_listened_to: float = 0.0
    closes: float = 0.0
    waits: float = 0.0
    shift_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Answering:
    """How many people answer, through the shift: the share is multiplied by what stands here."""

    factors: tuple[float, ...] = (1.0,)
    every_s: float = 1800.0

    def at(self, elapsed_s: float) -> float:
        return self.factors[int(elapsed_s // self.every_s) % len(self.factors)]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A shift.

    Args:
        starts: when it begins; people live in New York unless ``regions`` says otherwise.
        unknown_share: of people, about whom a needed fact is not known; ``listed_share``: who are on the registry;
            ``same_number_share``: who share a telephone with the contact before them.
        leave_at_once: so many seconds after the start half of the agents leave within two minutes; 0: they don't.
        phones: seats have telephones of their own, which come and go.
        regions: where people live, of ``ZONES``; named twice, twice as many live there.
        house: the house's own limit for a day, which all campaigns share; after ``house_changes_s`` its cap is another
            (``house_cap``; None: there is none any more).
    """

    name: str
    title: str = ""
    starts: datetime = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    minutes: float = 60.0
    agents: int = 10
    lines: int = 2500
    campaigns: tuple[Campaign, ...] = (Campaign(),)
    people: Manners = field(default_factory=Manners)
    seats: AgentManners = field(default_factory=AgentManners)
    answering: Answering = field(default_factory=Answering)
    faults: Faults = field(default_factory=Faults)
    unknown_share: float = 0.01
    listed_share: float = 0.05
    same_number_share: float = 0.0
    callbacks: int = 0
    revocations_every_s: float = 0.0
    leave_at_once: float = 0.0
    phones: bool = False
    regions: tuple[str, ...] = ("US-NY",)
    house: Definition | None = None
    house_changes_s: float = 0.0
    house_cap: float | None = None

    @property
    def is_calm(self) -> bool:
        """Nothing goes wrong, nobody is misheard and no agent leaves: what is abandoned is the pacer's doing alone."""
        seats = self.seats
        breaks = seats.break_every_s and seats.waits < 1.0
        leaves = breaks or seats.signs_off_every_s or seats.finish_after or seats.too_slow
        errs = self.faults.any_on_calls or self.people.misheard or self.faults.clearance_slow
        return not (leaves or errs or self.leave_at_once or self.phones or seats.dials_by_hand_every_s)


Made = TypeVar("Made")


def from_document(given: Mapping[str, Any], where: str) -> Scenario:
    """Raises: BadInput, naming the word."""
    document = dict(given)
    parts: dict[str, Any] = {}
    for name, kind in (("people", Manners), ("seats", AgentManners), ("answering", Answering), ("faults", Faults)):
        if name in document:
            parts[name] = _made(kind, document.pop(name), f"{where}: {name}")
    if "campaigns" in document:
        campaigns = document.pop("campaigns")
        parts["campaigns"] = tuple(
            _made(Campaign, campaign, f"{where}: campaigns[{n}]") for n, campaign in enumerate(campaigns)
        )
    if "starts" in document and isinstance(document["starts"], str):
        document["starts"] = datetime.fromisoformat(document["starts"])
    scenario = _made(Scenario, {**document, **parts}, where)
    if scenario.starts.tzinfo is None:
        raise BadInput(f"{where}: `starts` needs an offset, like 2026-03-04T15:00:00+00:00", code="bad_scenario")
    strange = [region for region in scenario.regions if region not in ZONES]
    if strange or not scenario.regions:
        raise BadInput(f"{where}: regions are of {', '.join(ZONES)}; not {strange}", code="bad_scenario")
    return scenario


def _made(kind: type[Made], given: object, where: str) -> Made:
    fields = {part.name: part for part in dataclasses.fields(kind)}  # type: ignore[arg-type]  # all are dataclasses
    if not isinstance(given, Mapping):
        raise BadInput(f"{where} should be a table of {', '.join(fields)}", code="bad_scenario")
    strange = [str(name) for name in given if name not in fields]
    if strange:
        raise BadInput(f"{where} has no “{strange[0]}”; there are {', '.join(fields)}", code="bad_scenario")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    try:
        return kind(**values)
    except TypeError as wrong:
        raise BadInput(f"{where}: {wrong}", code="bad_scenario") from None


def load(path: Path) -> Scenario:
    """Read a scenario file. Raises: BadInput where it is missing or is none."""
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except OSError as wrong:
        raise BadInput(
            f"{path}: can't be read ({wrong.strerror}); scenarios that come with Ahize: {', '.join(shipped())}",
            code="no_scenario",
        ) from None
    except yaml.YAMLError as wrong:
        raise BadInput(f"{path} is not YAML: {wrong}", code="bad_scenario") from None
    if not isinstance(document, dict):
        raise BadInput(f"{path} should be a table that begins with `name:`", code="bad_scenario")
    return from_document(document, path.name)


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that come with Ahize."""
    folder = files("ahize.sim").joinpath("scenarios")
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


def named(name: str) -> Scenario:
    """One that comes with Ahize. Raises: BadInput."""
    if name not in shipped():
        raise BadInput(f"no scenario is called “{name}”; there are {', '.join(shipped())}", code="no_scenario")
    text = files("ahize.sim").joinpath("scenarios", f"{name}.yaml").read_text("utf-8")
    return from_document(yaml.safe_load(text), f"{name}.yaml")
