"""What the staffing page asks and is told: shares from 0 to 1, times in seconds, half hours numbered from midnight."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Field, Schema


class StaffingTarget(Schema):
    """What callers shall meet, and how much of the agents' time is spent otherwise."""

    share: float = Field(ge=0, lt=1)
    within_s: float = Field(ge=0, le=3600)
    abandons_max: float = Field(ge=0.001, le=1)
    patience_s: float = Field(ge=1, le=36_000)
    shrinkage: float = Field(ge=0, le=0.9)


class HalfHourIn(Schema):
    """What is expected of one half hour: ``calls`` come in, ``talks`` are wanted of dialling out."""

    half: int = Field(ge=0, le=47)
    calls: float = Field(ge=0, le=5_000)
    handle_s: float = Field(ge=1, le=7200)
    talks: float = Field(ge=0, le=5_000)


class StaffingIn(Schema):
    """A day to be staffed; half hours in order, each once."""

    target: StaffingTarget
    halves: list[HalfHourIn] = Field(max_length=48)


class PlanIn(StaffingIn):
    """A day to be kept: of a campaign, of the inbound lines, or of both on the same seats."""

    campaign: UUID | None = None
    inbound: bool = False
    day: date


class PlanOut(Schema):
    """What to begin a day's plan with. ``learned_days`` and ``talk_days`` say on how many such days it rests;
    ``saved`` that somebody entered it. ``handle_s`` rests on ``handled`` talks."""

    day: date
    zone: str
    saved: bool
    learned_days: int
    talk_days: int
    handled: int
    target: StaffingTarget
    halves: list[HalfHourIn]


class BlendOut(Schema):
    """The same seats for callers and for dialling out in the gaps. ``exact`` is what the formula says, ``seats`` what
    keeps both in the mean of the days played; ``reserve`` free seats are left for callers, ``talks`` are come to."""

    seats: int
    exact: int
    reserve: int
    in_time: float
    abandons: float
    talks: float


class SeatsOut(Schema):
    """One half hour. ``erlang`` seats for who calls, by Erlang-A, and what they meet with them; ``played`` by callers
    played through one by one, with the interval of their share in time; ``outbound`` seats for the talks wanted;
    ``apart`` for both as two groups; ``blend`` for both on the same seats, where those are fewer; ``scheduled`` people
    on the schedule, for both."""

    half: int
    erlang: int
    in_time: float
    abandons: float
    mean_wait_s: float
    occupancy: float
    played: int
    played_in_time: float
    played_low: float
    played_high: float
    outbound: int
    apart: int
    blend: BlendOut | None
    seats: int
    scheduled: int


class StaffingOut(Schema):
    """The seats of a day. ``played_days`` were played through; ``busy_curve`` is how busy our pacer keeps so many seats
    that dial out."""

    played_days: int
    hours: float
    busy_curve: list[tuple[int, float]]
    halves: list[SeatsOut]


class FinishWord(Schema):
    """When a list will be finished, as far as can be said."""

    remaining: int
    pace: float
    finish: date | None
    earliest: date | None
    latest: date | None


class FinishNow(FinishWord):
    """What would be said now. ``first_day``: it rests on nothing but today so far."""

    first_day: bool


class FinishSaid(FinishWord):
    """What was said on a day, and by how many days it was too late (negative: too early): against the day on which the
    list was finished, or, while it is not, against what would be said now."""

    on: date
    error_days: int | None


class FinishOut(Schema):
    """A campaign's list and its end. ``mean_error_days`` is known once it is finished."""

    campaign: UUID
    name: str
    state: str
    finished: date | None
    now: FinishNow | None
    mean_error_days: float | None
    said: list[FinishSaid]
