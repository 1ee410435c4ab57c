"""The words of the figures API: what a campaign reaches, why it does not, and what was heard."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema


class BroadcastOut(Schema):
    """What became of a broadcast's calls since its begin; ``ends`` counts the flow's own words for where it ended."""

    campaign: UUID
    dialled: int
    answered: int
    persons: int
    machines: int
    left_on_machines: int
    to_agents: int
    opted_out: int
    abandoned: int
    ends: dict[str, int]


class NumberOut(Schema):
    """How a caller ID fares in a campaign. ``rests_why``: ``few_answer`` or ``complaints``."""

    caller_id: UUID
    e164: str
    label: str
    in_pool: bool
    proven: bool
    dialled: int
    answered: int
    answer_rate: float | None
    complaints: int
    rests_until: datetime | None
    rests_why: str


class HeardCount(Schema):
    """How many were taken for the first and were the second."""

    said: Literal["person", "machine", "unsure"]
    was: Literal["person", "machine"]
    count: int


class DetectionOut(Schema):
    """The live matrix of machine detection since ``since``.

    ``machine_from``: the share of machines among greetings alike from which one hangs up, as the campaign's
    ``person_cost`` says. ``precision``: of those taken for machines and checked, how many were; ``found``: of the
    machines, how many were taken for one. ``mistaken_people`` were hung up on, and each counts as abandoned.
    """

    campaign: UUID
    detect: bool
    person_cost: int
    machine_from: float
    since: datetime
    counts: list[HeardCount]
    unheard: int
    precision: float | None
    found: float | None
    mistaken_people: int


class WhyNotReason(Schema):
    """One first reason, how many contacts it holds back, and some of them."""

    code: str
    count: int
    sentence: str
    sample: list[UUID]


class WhyNotOut(Schema):
    """Of ``total`` contacts so many can be called now; each of the rest stands under one first reason."""

    campaign: UUID
    at: datetime
    total: int
    callable: int
    reasons: list[WhyNotReason]


class InventoryReason(Schema):
    """A first reason and its sentence."""

    code: str
    sentence: str


class InventoryHour(Schema):
    """At one instant: how many may be called, by time zone, and how many may not, by first reason."""

    at: datetime
    callable: int
    by_zone: dict[str, int]
    barred: dict[str, int]


class InventoryOut(Schema):
    """Of ``total`` contacts that a campaign is not finished with, how many may be called now and at each full hour."""

    campaign: UUID
    at: datetime
    total: int
    reasons: list[InventoryReason]
    hours: list[InventoryHour]
