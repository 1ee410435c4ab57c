"""Plans as the screens and everybody's programs see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

Kind = Literal["what_if", "replay"]
State = Literal["waiting", "running", "done", "cancelled", "failed"]


class PlanPricesIn(Schema):
    """What things cost, in cents of whatever currency the house counts in; ``penalty`` is for one violation."""

    seat_hour_cents: float = Field(0, ge=0, le=10_000_000)
    minute_cents: float = Field(0, ge=0, le=1_000_000)
    dial_cents: float = Field(0, ge=0, le=1_000_000)
    penalty_cents: float = Field(0, ge=0, le=100_000_000_000)


class PlanSettingsIn(PlanPricesIn):
    """What is left out is as the campaign has it."""

    name: str = Field("", max_length=100)
    mode: str | None = Field(None, max_length=20)
    ratio: float | None = None
    abandon_cap: float | None = None
    ring_s_max: int | None = Field(None, ge=5, le=120)
    wrap_up_s: int | None = Field(None, ge=0, le=3600)
    max_attempts: int | None = Field(None, ge=1, le=50)
    evenings: int = Field(200, ge=2, le=500)
    seed: int = Field(1, ge=0, le=1_000_000_000)


class WhatIfIn(PlanSettingsIn):
    """An evening to be simulated many times: seats, beginning and hours, and what is to be otherwise."""

    campaign: UUID
    seats: int
    starts: AwareDatetime
    hours: float
    order: str = Field("as_listed", max_length=20)


class ReplayIn(PlanSettingsIn):
    """A day to be dialled again; ``seats_change``: more seats or fewer. Without a change it comes near what was."""

    campaign: UUID
    day: date
    seats_change: int = Field(0, ge=-1000, le=1000)
    evenings: int = Field(20, ge=2, le=500)


class PlanFigure(Schema):
    """A figure of one evening: its mean, and ``[low, high]`` in which nine of ten evenings lie."""

    name: str
    mean: float
    low: float
    high: float


class PlanFinish(Schema):
    """Evenings until the list is done, and on which day of the campaign's week that is; ``None``: over a year of them.

    ``unreachable``: contacts who may not be called in these hours.
    """

    low: int | None
    middle: int | None
    high: int | None
    unreachable: int
    low_on: date | None = None
    middle_on: date | None = None
    high_on: date | None = None


class PlanExposure(Schema):
    """Violations in all evenings together, and what they may cost on average an evening.

    ``over``: evenings that end above the law's cap for abandoned calls and are made good within its period.
    """

    evenings: int
    violations: int
    over: int
    expected_cents: float
    examples: list[str]


class PlanAgain(Schema):
    """The day's journal through a fresh engine: lines, lives of an engine in it, lines decided otherwise today.

    ``same``: what the fresh engine commands comes to exactly the day's figures.
    """

    lines: int
    lives: int
    differ: int
    same: bool


class PlanKnown(Schema):
    """What the day shows: contacts and dials whose end is known, and seats. All others are drawn."""

    contacts: int
    dials: int
    seats: int


class PlanResult(Schema):
    """``is_first_look``: no evening is done yet, these are ranges from the first parts of some.

    Of a replay besides: ``actual`` figures of the day, ``again`` whether they are reproduced, ``known``.

    ``parts``: of each eighth of the evening talks, wait, and shares; ``each``: every evening's figures.
    """

    evenings: int
    is_first_look: bool
    figures: list[PlanFigure]
    parts: list[dict[str, PlanFigure]]
    exposure: PlanExposure
    finish: PlanFinish | None
    each: list[dict[str, float]]
    actual: dict[str, float] | None = None
    again: PlanAgain | None = None
    known: PlanKnown | None = None


class PlanSource(Schema):
    """From where a part was taken: ``journal`` with how often it was seen, or ``prior`` (0)."""

    part: str
    seen: int
    source: Literal["journal", "prior"]


class PlanRunLine(Schema):
    id: UUID
    kind: Kind
    campaign: UUID
    campaign_name: str
    name: str
    state: State
    done: int
    wanted: int
    asked_at: datetime
    ended_at: datetime | None
    asked: dict[str, Any]


class PlanRun(PlanRunLine):
    """``settings``: what was simulated, the campaign's own where nothing else was asked."""

    seed: int
    settings: dict[str, Any]
    contacts: int
    sources: list[PlanSource]
    result: PlanResult | None


class PlanBase(Schema):
    """What the campaign is set to now: where a plan begins."""

    campaign: UUID
    name: str
    mode: str
    ratio: float
    abandon_cap: float
    law_cap: float
    ring_s_max: int
    wrap_up_s: int
    max_attempts: int
    seats: int
    starts: datetime
    hours: float
    days: list[date]


class PlanAdvice(Schema):
    """The way of dialling that lets agents wait least within the law.

    ``wait_s``: seconds between two calls by it; ``other_s``: by the other way, ``None`` where nothing may be dialled
    ahead. ``full_speed_after``: live answers that a strict limit needs first. ``of_dials``: how many of the campaign's
    own dials it rests on, 0 for what is usual.
    """

    seats: int
    mode: str
    why: str
    wait_s: float
    other_s: float | None
    full_speed_after: int
    of_dials: int
