"""What goes over the wire about complaints."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field, StringConstraints

Words = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=500)]
DoorWord = Literal["voice", "sms", "email", "web", "letter", "agent", "registry"]
StateWord = Literal["received", "investigating", "needs_counsel", "answered", "closed"]


class ComplaintIn(Schema):
    """A complaint as somebody types it or a program sends it."""

    numbers: Annotated[list[Line], Field(min_length=1, max_length=2_000)]
    received_at: AwareDatetime | None = None
    door: DoorWord = "agent"
    seller: UUID | None = None
    every_seller: bool = False
    who: Line = ""
    contact: Line = ""
    said: Words = ""
    happened_at: AwareDatetime | None = None
    authority: Annotated[str, StringConstraints(max_length=24)] = ""
    authority_reference: Annotated[str, StringConstraints(max_length=120)] = ""
    due_at: AwareDatetime | None = None
    region: Annotated[str, StringConstraints(pattern="^([A-Za-z]{2})?$")] = ""
    by_program: bool = False


class ComplaintChange(Schema):
    """What became known later; what is left out stays."""

    seller: UUID | None = None
    who: Line | None = None
    contact: Line | None = None
    happened_at: AwareDatetime | None = None
    authority: Annotated[str, StringConstraints(max_length=24)] | None = None
    authority_reference: Annotated[str, StringConstraints(max_length=120)] | None = None
    due_at: AwareDatetime | None = None


class DeadlineOut(Schema):
    id: str
    what: str
    due_at: datetime
    title: str
    cites: list[str]
    mark: str
    met_at: datetime | None
    overdue: bool


class ComplaintLine(Schema):
    id: UUID
    number: int
    state: str
    source: str
    who: str
    authority: str
    authority_name: str
    authority_reference: str
    received_at: datetime
    due_at: datetime | None
    overdue: bool
    assigned: UUID | None
    assigned_name: str
    seller: UUID | None
    seller_name: str
    numbers: list[str]
    to_confirm: int


class StopReceipt(Schema):
    seller: UUID | None
    receipt: str
    at: datetime


class ComplaintNumberOut(Schema):
    id: UUID
    e164: str
    raw: str
    standing: str
    called: bool
    receipts: list[StopReceipt]
    stopped_at: datetime | None
    reason: str
    by: str


class ComplaintNote(Schema):
    id: UUID
    at: datetime
    kind: str
    text: str
    facts: dict[str, Any]
    by: str


class CounselOut(Schema):
    at: datetime
    kind: str
    attempt: UUID | None
    what: str


class RedecisionFinding(Schema):
    """One difference between a ruling as it was kept and as it is decided now."""

    attempt: UUID | None
    kind: str
    what: str
    kept: str
    now: str


class RedecisionOut(Schema):
    id: UUID
    at: datetime
    attempts: int
    same: int
    findings: list[RedecisionFinding]


class NotInBundle(Schema):
    path: str
    code: str


class EvidenceBundle(Schema):
    id: UUID
    asked_at: datetime
    language: str
    recordings: bool
    state: str
    done: int
    total: int
    problem: str
    notes: list[NotInBundle]
    size: int
    sha256: str
    ended_at: datetime | None
    by: str


class ComplaintOut(ComplaintLine):
    door: str
    contact: str
    said: str
    happened_at: datetime | None
    mail_name: str
    mail_notes: list[str]
    mail_sha256: str
    counsel: list[CounselOut]
    acknowledged_at: datetime | None
    answered_at: datetime | None
    answer: str
    closed_at: datetime | None
    created_at: datetime
    deadlines: list[DeadlineOut]
    case_numbers: list[ComplaintNumberOut]
    notes: list[ComplaintNote]
    redecision: RedecisionOut | None
    bundles: list[EvidenceBundle]
    related: list[ComplaintLine]


class OpenedComplaint(Schema):
    """The case, whether it was there before, and what to know at once."""

    complaint: ComplaintOut
    repeated: bool
    told: list[str]


class ComplaintsOut(Schema):
    complaints: list[ComplaintLine]
    open: int
    overdue: int


class ComplaintNumberIn(Schema):
    number: Line
    every_seller: bool = False


class ConfirmNumberIn(Schema):
    every_seller: bool = False


class DismissIn(Schema):
    reason: Words


class ComplaintNoteIn(Schema):
    text: Words


class AssignComplaintIn(Schema):
    user: UUID | None


class ComplaintStateIn(Schema):
    state: StateWord
    text: Words = ""


class EvidenceBundleIn(Schema):
    language: Literal["en", "tr"] = "en"
    recordings: bool = True


class ComplaintTerm(Schema):
    id: str
    what: str
    unit: str
    title: str
    cites: list[str]
    mark: str
    count: int | None


class ComplaintAuthority(Schema):
    id: str
    name: str
    country: str
    deadlines: list[ComplaintTerm]


class MeterIn(Schema):
    since: AwareDatetime
    until: AwareDatetime


class PenaltyOut(Schema):
    """What one authority may ask: ``count`` times, of which ``unknown`` without an amount on record."""

    id: str
    authority: str
    authority_name: str
    title: str
    currency: str
    per: str
    least: int
    most: int
    count: int
    unknown: int
    mark: str
    cites: list[str]


class ViolationLine(Schema):
    kind: str
    rules: list[str]
    country: str
    count: int
    attempts: list[UUID]
    what: list[str]
    first_at: datetime
    last_at: datetime
    penalties: list[PenaltyOut]


class ExposureTotal(Schema):
    currency: str
    least: int
    most: int


class MeterOut(Schema):
    """One reading of the meter."""

    id: UUID
    asked_at: datetime
    since: datetime
    until: datetime
    state: str
    done: int
    total: int
    problem: str
    version: str
    ended_at: datetime | None
    violations: int
    lines: list[ViolationLine]
    penalties: list[PenaltyOut]
    totals: list[ExposureTotal]


class ExposureOut(Schema):
    last: MeterOut | None
    running: MeterOut | None


class HistoryAttempt(Schema):
    """One attempt or refusal, whole."""

    id: UUID
    at: datetime
    method: str
    origin: str
    verdict: str
    outcome: str
    disposition: str
    caller_id: str
    talk_s: float | None
    campaign_version: int
    originated_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    campaign: UUID
    campaign_name: str
    seller: UUID
    seller_name: str
    agent_name: str
    contact: UUID
    list_id: UUID
    list_name: str
    list_source: str
    script: str
    rulebook: str
    has_ruling: bool
    sentences: list[str]
    bars: list[dict[str, Any]]
    unknown: list[str]
    duties: list[str]
    registries: dict[str, Any]
    recording: UUID | None
    recording_state: str


class HistoryMoment(Schema):
    """What somebody agreed to, took back, or asked not to happen."""

    at: datetime
    kind: str
    seller: UUID | None
    channels: list[str]
    form: str
    level: str
    words: str
    words_version: str
    snapshot: UUID | None
    snapshot_sha256: str
    source: str
    door: str
    said: str
    registry: str
    registry_state: str
    covers: str
    by: str


class HistorySuppression(Schema):
    at: datetime
    seller: UUID | None
    covers: str
    source: str
    receipt: str
    reason: str
    ended_at: datetime | None


class HistoryList(Schema):
    contact: UUID
    list_id: UUID
    name: str
    supplier: str
    source: str
    row: int
    acquired_on: date | None
    since: datetime
    state: str


class HistoryRegistry(Schema):
    seller: UUID
    registry: str
    channel: str
    status: str
    reference: str
    said_at: datetime | None
    checked_at: datetime | None


class HistoryInbound(Schema):
    at: datetime
    called: str
    outcome: str
    receipt: str


class HistorySeller(Schema):
    id: UUID
    name: str


class HistoryOut(Schema):
    """All that happened between this house and one number."""

    number: str
    country: str
    attempts_count: int
    attempts: list[HistoryAttempt]
    moments: list[HistoryMoment]
    suppressions: list[HistorySuppression]
    lists: list[HistoryList]
    registries: list[HistoryRegistry]
    inbound: list[HistoryInbound]
    complaints: list[ComplaintLine]
    sellers: list[HistorySeller]
