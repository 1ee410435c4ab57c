"""Lists, imports and contacts as the API speaks of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

State = Literal["received", "reading", "ready", "accepted", "discarded", "undone", "cancelled", "failed"]
Duplicates = Literal["skip", "keep"]


class ColumnOut(Schema):
    """What one column is taken for."""

    index: int
    name: str
    field: str | None
    confidence: float
    because: str
    day_order: str | None
    day_order_assumed: bool | None
    decimal_mark: str | None


class MappingOut(Schema):
    preset: str | None
    columns: list[ColumnOut]


class CellProblem(Schema):
    code: str
    column: str
    value: str
    reason: str
    error: bool


class PreviewRow(Schema):
    """A row before and after."""

    row: int
    before: list[str]
    after: dict[str, Any]
    accepted: bool
    problems: list[CellProblem]


class PreviewOut(Schema):
    truth: dict[str, Any]
    mapping: MappingOut
    rows: list[PreviewRow]


class CodeCount(Schema):
    code: str
    count: int
    reason: str


class ImportRowOut(Schema):
    """An import in the overview."""

    id: UUID
    filename: str
    state: State
    seller: UUID
    supplier: str
    source: str
    region: str
    progress_rows: int
    total_rows: int | None
    list: UUID | None
    created_at: datetime


class ImportOut(ImportRowOut):
    """An import with what it is, how it is read and what was found."""

    size: int
    sha256: str
    name: str
    truth: dict[str, Any]
    mapping: dict[str, str | None]
    remembered: bool
    counts: dict[str, Any]
    refused: list[CodeCount]
    remarks: list[CodeCount]
    problem: dict[str, Any] | None


class PreviewIn(Schema):
    """A mapping to try: a column's place, counted from 0, to our field, or null to keep it under its own name."""

    mapping: dict[str, str | None] | None = None


class ReadIn(Schema):
    mapping: dict[str, str | None] | None = None
    region: str | None = Field(None, max_length=2)
    sheet: str | None = None


class AcceptIn(Schema):
    without_bad_rows: bool = False
    duplicates_in_file: Duplicates = "skip"
    duplicates_there: Duplicates = "keep"
    name: str = ""
    acquired_on: date | None = None
    price_cents: int | None = Field(None, ge=0)


class UndoIn(Schema):
    reason: str = ""


class RejectOut(Schema):
    row: int
    line: int | None
    column: str
    code: str
    value: str
    reason: str


class FieldOut(Schema):
    """One of our fields, to choose for a column."""

    key: str
    label: str
    kind: str
    feeds: str
    many: bool


class ListOut(Schema):
    id: UUID
    name: str
    seller: UUID
    supplier: str
    source: str
    acquired_on: date | None
    price_cents: int | None
    state: Literal["draft", "published", "undone"]
    contacts_count: int
    created_at: datetime
    by: UUID | None


class ListDetail(ListOut):
    """A list with the import that brought it."""

    imported: ImportOut | None
    in_use: str


class CorrectIn(Schema):
    """Field to its right value; ``fields.<column>`` names one of the list's own columns."""

    changes: dict[str, str]
    attempt: UUID | None = None


class FieldChangeOut(Schema):
    id: UUID
    field: str
    before: str
    after: str
    at: datetime
    by: UUID | None
    attempt_id: UUID | None


class PhoneStateIn(Schema):
    state: Literal["usable", "wrong_number", "disconnected", "fax", "retired"]
    reason: str = ""


class PhoneOut(Schema):
    id: UUID
    e164: str
    state: str
    state_reason: str
    state_at: datetime | None


class ReassignedLoadOut(Schema):
    """A result file of the Reassigned Numbers Database that was loaded, and what it said.

    ``too_late``: answers that say no, but were asked from a day after the consent that they should save.
    """

    at: datetime
    by_name: str
    answered_on: date
    sha256: str
    answers: int
    yes: int
    no: int
    no_data: int
    too_late: int
    phones: int


class ReassignedOut(Schema):
    """How far a seller's American numbers were asked about. ``due``: what the next query file asks.

    ``yes`` and ``no`` count phones with an answer; ``fresh`` of them are younger than ``good_for_days``.
    """

    seller: UUID
    seller_name: str
    good_for_days: int
    yes: int
    no: int
    fresh: int
    oldest: date | None
    newest: date | None
    due: int
    loads: list[ReassignedLoadOut]


class ReassignedLineOut(Schema):
    """What one result file says of a number that was asked about from ``asked_for`` on."""

    answered_on: date
    asked_for: date
    said: Literal["yes", "no", "no_data"]
    too_late: bool
    sha256: str


class IysStandingOut(Schema):
    """How a seller stands with İYS. ``brand`` empty: not registered there; no account: nothing goes up.

    ``overdue`` waits past its deadline; ``void`` answers count no more; ``to_ask`` Turkish numbers lack a fresh one.
    """

    seller: UUID
    seller_name: str
    has_account: bool
    brand: str
    waiting: int
    overdue: int
    refused: int
    accepted: int
    next_due_at: datetime | None
    granted: int
    refusals: int
    none: int
    void: int
    asked_at: datetime | None
    pulled_at: datetime | None
    to_ask: int
