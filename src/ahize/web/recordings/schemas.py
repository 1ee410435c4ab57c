"""Recordings as the screens and everybody's programs see them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

from ahize.web.recordings.services import REASON_MAX


class Gap(Schema):
    """A pause, as for card data: ``at_s`` into the file, ``lasted_s`` of the call are not in it."""

    at_s: float
    lasted_s: float


class RecordingLine(Schema):
    """``not_kept`` says why there is nothing to hear; ``cut_short`` that part of the talk is missing."""

    id: UUID
    attempt: UUID
    campaign: UUID
    campaign_name: str
    agent: UUID | None
    agent_name: str
    began_at: datetime
    seconds: float
    expected_s: float
    cut_short: bool
    not_kept: str
    paused_s: float
    keep_until: datetime
    held_at: datetime | None
    deleted_at: datetime | None
    deleted_why: str


class RecordingOut(RecordingLine):
    """``peaks``: the loudest moments of the person and of what they heard, base64 of one byte each."""

    channels: int
    rate: int
    gaps: list[Gap]
    peaks: list[str]
    size: int
    sha256: str
    held_by: UUID | None
    hold_reason: str
    deleted_by: UUID | None
    deleted_reason: str


class RecordingPage(Schema):
    """``next`` is the cursor of the following page; ``None`` on the last."""

    recordings: list[RecordingLine]
    next: str | None


class RecordingFilter(Schema):
    """``cursor`` is the ``next`` of the page before; times are ``[since, until)``; ``faulty``: cut short, not kept."""

    attempt: UUID | None = None
    campaign: UUID | None = None
    agent: UUID | None = None
    contact: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    held: bool | None = None
    faulty: bool = False
    cursor: str = Field("", max_length=80)
    limit: int = Field(50, ge=1, le=200)


class ReasonIn(Schema):
    reason: str = Field(min_length=1, max_length=REASON_MAX)


class ListenOut(Schema):
    """Where the sound is, for this person in this session, until ``until``."""

    address: str
    until: datetime


class RetentionOut(Schema):
    """Of a campaign, of a seller, or (both ``None``) of the house."""

    id: UUID
    seller: UUID | None
    seller_name: str
    campaign: UUID | None
    campaign_name: str
    days: int


class RetentionsOut(Schema):
    """``otherwise``: how many days where no rule says."""

    rules: list[RetentionOut]
    otherwise: int


class RetentionIn(Schema):
    seller: UUID | None = None
    campaign: UUID | None = None
    days: int
