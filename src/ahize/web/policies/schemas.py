"""House policy, packs and the age of registries as the API speaks of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

Name = Literal[
    "hours",
    "holidays",
    "attempts_day",
    "attempts_7_days",
    "attempts_30_days",
    "pause_hours",
    "abandonment",
    "abandonment_day",
    "registry_age",
    "ring_s_min",
    "ring_s_max",
    "announce_recording",
]
MeasureValue = int | bool | list[str] | dict[str, int | float | str] | None


class LawValue(Schema):
    name: str
    unit: str
    text: str


class LawRule(Schema):
    """A rule as it stands today. ``title_tr`` is empty where the law has no Turkish title here."""

    layer: str
    id: str
    part: str
    kind: str
    registry: str
    title: str
    title_tr: str
    cites: list[str]
    mark: str
    values: list[LawValue]


class AuthorityOut(Schema):
    """One authority's law: how many rules in force, how sure, how many examples beside it."""

    layer: str
    name: str
    region: str | None
    rules: int
    examples: int
    verified: int
    secondary: int
    memory: int


class PackOut(Schema):
    """All laws of one country."""

    layer: str
    countries: list[str]
    on: bool
    authorities: list[AuthorityOut]


class PacksOut(Schema):
    rulebook: str
    packs: list[PackOut]


class PackRules(Schema):
    """What a country's laws block, rule by rule."""

    layer: str
    rulebook: str
    rules: list[LawRule]


class MeasureOut(Schema):
    """A measure: its value (null: none), what ships, and what the laws say of the same thing."""

    name: Name
    title: str
    title_tr: str
    value: Any
    default: Any
    law: list[LawRule]


class PolicyOut(Schema):
    """``label`` is how rulings name this policy."""

    version: int
    label: str
    measures: list[MeasureOut]


class MeasureIn(Schema):
    """``value`` null: no such measure any more."""

    value: MeasureValue = None
    reason: str = Field("", max_length=500)


class SwitchIn(Schema):
    on: bool
    reason: str = Field("", max_length=500)


class PolicyChangeOut(Schema):
    """A change of policy. ``state``: in force, waiting for a second person, or refused."""

    id: UUID
    subject: Literal["pack", "measure"]
    name: str
    before: Any
    after: Any
    loosens: bool
    reason: str
    asked_at: datetime
    asked_by: UUID
    version: int | None
    in_force_at: datetime | None
    refused_at: datetime | None
    decided_by: UUID | None
    state: Literal["in_force", "waiting", "refused"]

    @staticmethod
    def resolve_state(found: Any) -> str:
        if found.in_force_at is not None:
            return "in_force"
        return "waiting" if found.refused_at is None else "refused"


class FreshnessOut(Schema):
    """The copy in use of one registry for one seller, and how long it serves.

    ``law_days``: the strictest law's limit, by ``rule``; ``house_days``: the house's own; null: none is set. The copy
    serves through ``good_through``; ``days_left`` is below zero where it is over.
    """

    seller: UUID
    seller_name: str
    code: str
    as_of: date
    age_days: int
    law_days: int | None
    rule: str
    house_days: int | None
    good_through: date | None
    days_left: int | None


class RegisterOut(Schema):
    """A public register whose files can be loaded; ``state`` names the state whose own it is.

    ``law_days``: how old the strictest law lets a copy be, by ``rule``; null: none says. ``inferred``: nobody publishes
    its layout, so any table is read; ``title`` is what it is called.
    """

    code: str
    state: str
    title: str
    inferred: bool
    law_days: int | None
    rule: str


class EmergencyOut(Schema):
    """Whether an emergency is declared in a region. ``declared`` null: nobody looked, or too long ago."""

    region: str
    declared: bool | None
    holds_until: datetime | None
    said_at: datetime | None
    source: str


class EmergencyIn(Schema):
    """What somebody looked up, and where."""

    region: str = Field(max_length=6)
    declared: bool
    source: str = Field(max_length=300)
