"""What an evening is to be simulated of: the campaign's settings, seats, hours and the list; and what a plan can't be.

A plan is plain values that survive a journey as JSON, so that the same plan and seed give the same evening anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ahize.dialer import codec
from ahize.dialer.events import CampaignSet
from ahize.dialer.values import CampaignSettings
from ahize.kernel.errors import BadInput
from ahize.sim.stock import AS_DIALLED, ORDERS, Group

MODES: Final = ("preview", "progressive", "ratio", "predictive")
"""Ways of dialling that keep seats busy: manual dialling waits for agents, and a broadcast has none."""
SEATS_MOST: Final = 1000
HOURS_LEAST: Final = 0.5
HOURS_MOST: Final = 14.0
RATIO_MOST: Final = 10.0
LOOK_EVERY_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Plan:
    """An evening to be simulated.

    Args:
        settings: the campaign as the engine is told it, with what its period has counted so far.
        starts: when dialling begins; it ends ``hours`` later.
        stock: who may be called, in groups; ``order``: whose turn comes first (``stock.ORDERS``).
        law_cap: the share of answers that may be abandoned at most by law, 0 to 1.
        lines: trunk channels.
    """

    settings: CampaignSettings
    starts: datetime
    hours: float
    seats: int
    stock: tuple[Group, ...]
    order: str = "as_listed"
    law_cap: float = 0.03
    lines: int = 2500

    def to_json(self) -> dict[str, Any]:
        return {
            "settings": codec.encode(CampaignSet(self.settings))["settings"],
            "starts": codec.instant_text(self.starts),
            "hours": self.hours,
            "seats": self.seats,
            "stock": [
                [group.people, group.tries, list(map(list, group.windows)), group.clock_h] for group in self.stock
            ],
            "order": self.order,
            "law_cap": self.law_cap,
            "lines": self.lines,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Plan:
        told = codec.decode_event({"type": "CampaignSet", "settings": given["settings"]})
        assert isinstance(told, CampaignSet), "it was just named so"
        stock = tuple(
            Group(people, tries, tuple((since, until) for since, until in windows), clock_h)
            for people, tries, windows, clock_h in given["stock"]
        )
        return cls(
            told.settings,
            datetime.fromisoformat(given["starts"]),
            given["hours"],
            given["seats"],
            stock,
            given["order"],
            given["law_cap"],
            given["lines"],
        )


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a plan can't be simulated: a code, the field it stands in, and the facts for the sentence."""

    code: str
    field: str
    facts: Mapping[str, Any]


SENTENCES: Final[Mapping[str, str]] = {
    "seats": "{given} seats: a plan has 1 to {most}.",
    "hours": "{given} hours: an evening lasts {least} to {most} hours.",
    "mode": "“{given}” can't be simulated as an evening with seats; there are {known}.",
    "order": "No order of the list is called “{given}”; there are {known}.",
    "ratio": "A ratio of {given}: from 1 to {most} lines for each seat.",
    "cap": "A cap of {given:.2%}: the law allows {most:.2%} at most.",
    "nobody": "Nobody on the list may be called, at any hour of this plan.",
    "closed": "At {at:%H:%M} UTC nobody on the list may be called: first at {first:%H:%M}, until {last:%H:%M}.",
}


def objections(plan: Plan) -> list[Objection]:
    """Everything that stands against it; none means that it can be simulated."""
    settings = plan.settings
    found = []
    if not 1 <= plan.seats <= SEATS_MOST:
        found.append(Objection("seats", "seats", {"given": plan.seats, "most": SEATS_MOST}))
    if not HOURS_LEAST <= plan.hours <= HOURS_MOST:
        found.append(Objection("hours", "hours", {"given": plan.hours, "least": HOURS_LEAST, "most": HOURS_MOST}))
    if settings.mode not in MODES:
        found.append(Objection("mode", "mode", {"given": settings.mode, "known": ", ".join(MODES)}))
    if plan.order not in (*ORDERS, AS_DIALLED):
        found.append(Objection("order", "order", {"given": plan.order, "known": ", ".join(ORDERS)}))
    if not 1 <= settings.ratio <= RATIO_MOST:
        found.append(Objection("ratio", "ratio", {"given": settings.ratio, "most": RATIO_MOST}))
    if not 0 <= settings.abandon_cap <= plan.law_cap:
        found.append(Objection("cap", "abandon_cap", {"given": settings.abandon_cap, "most": plan.law_cap}))
    return found or _closed(plan)


def _closed(plan: Plan) -> list[Objection]:
    """The law's hours and the campaign's own: at every quarter of an hour somebody may be called."""
    length = plan.hours * 3600
    spans = [span for group in plan.stock if group.people for span in group.windows]
    if not any(since < length and until > 0 for since, until in spans):
        return [Objection("nobody", "starts", {})]
    at = 0.0
    while at < length:
        if not any(since <= at < until for since, until in spans):
            first, last = min(since for since, _ in spans), max(until for _, until in spans)
            when = {"at": at, "first": first, "last": last}
            facts = {name: plan.starts + timedelta(seconds=second) for name, second in when.items()}
            return [Objection("closed", "starts" if at == 0 else "hours", facts)]
        at += LOOK_EVERY_S
    return []


def checked(plan: Plan) -> Plan:
    """The plan, or BadInput with the first objection."""
    for one in objections(plan):
        raise BadInput(SENTENCES[one.code].format(**one.facts), code=f"plan_{one.code}", field=one.field)
    return plan
