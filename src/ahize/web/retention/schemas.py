"""What goes in and out of the doors of retention."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field


class HoldLineIn(Schema):
    """One line: all that is named in it must fit. Span ``[since, until)``."""

    number: str = Field("", max_length=60)
    region: str = Field("", max_length=2)
    contact: UUID | None = None
    case: UUID | None = None
    campaign: UUID | None = None
    list: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class HoldScopeIn(Schema):
    """The lines of a scope; one that fits is enough."""

    scope: list[HoldLineIn] = Field(max_length=50)


class HoldIn(HoldScopeIn):
    name: str = Field(max_length=120)
    reference: str = Field("", max_length=120)
    reason: str = Field(max_length=4_000)
    ordered_by: str = Field(max_length=200)
    from_on: date


class HoldReasonIn(Schema):
    reason: str = Field(max_length=4_000)


class HoldCountOut(Schema):
    """Rows of one class; ``more``: it was counted no further."""

    code: str
    count: int
    more: bool


class HoldScopeOut(Schema):
    number: str
    contact: UUID | None
    case: UUID | None
    case_number: int | None
    campaign: UUID | None
    campaign_name: str
    list: UUID | None
    list_name: str
    since: datetime | None
    until: datetime | None


class HoldOut(Schema):
    id: UUID
    name: str
    reference: str
    reason: str
    ordered_by: str
    from_on: date
    placed_at: datetime
    placed_by: UUID
    placed_by_name: str
    lift_asked_at: datetime | None
    lift_asked_by: UUID | None
    lift_asked_by_name: str
    lift_reason: str
    lifted_at: datetime | None
    lifted_by: UUID | None
    lifted_by_name: str
    scope: list[HoldScopeOut]


class TermSpanOut(Schema):
    months: int
    days: int


class TermFloorOut(Schema):
    """The law that asks for the longest, here and now."""

    country: str
    months: int
    days: int
    rule: str
    citation: str


class TermOut(Schema):
    """How long a class is kept; ``chosen``: the house says."""

    code: str
    deed: str
    months: int
    days: int
    default: TermSpanOut
    most: TermSpanOut
    chosen: bool
    driver: str
    floor: TermFloorOut | None


class TermIn(Schema):
    months: int = Field(ge=0, le=1_200)
    days: int = Field(ge=0, le=3_660)
    reason: str = Field(max_length=4_000)


class TermChangeOut(Schema):
    id: UUID
    code: str
    before: TermSpanOut
    after: TermSpanOut
    shortens: bool
    reason: str
    asked_at: datetime
    asked_by: UUID
    asked_by_name: str
    in_force_at: datetime | None
    refused_at: datetime | None
    decided_by: UUID | None
    decided_by_name: str


class PlannedOut(Schema):
    """Rows ``due`` to go and rows beyond their term that a hold keeps; records of days before ``before_on`` go."""

    code: str
    deed: str
    before_on: date | None
    due: int
    held: int
    oldest: date | None


class PurgePlanOut(Schema):
    """``next_at``: when the next purge begins at the earliest; ``under_way_since`` where one is."""

    classes: list[PlannedOut]
    next_at: datetime
    under_way_since: datetime | None


class ReceiptClassOut(Schema):
    """What became of one class: said to be ``due`` before, rows ``gone``, ``problem`` where it was not finished."""

    code: str
    due: int
    held: int
    gone: int
    problem: str


class PurgeReceiptOut(Schema):
    """Signed and chained; ``facts`` are what was hashed."""

    number: int
    at: datetime
    gone: int
    held: int
    classes: list[ReceiptClassOut]
    facts: dict[str, object]
    previous: str
    hash: str
    key: str
    signature: str


class ReceiptsCheckOut(Schema):
    """How many receipts fit, from the first on; ``number`` and ``why`` of the first that does not."""

    receipts: int
    number: int | None
    why: str
