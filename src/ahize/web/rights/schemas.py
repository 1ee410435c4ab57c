"""What goes in and out of the doors of rights."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field


class RightsRequestIn(Schema):
    """A request that came by letter, mail, telephone or another program."""

    kind: str = Field(max_length=10)
    number: str = Field(max_length=60)
    region: str = Field("", max_length=2)
    seller: UUID | None = None
    said: str = Field("", max_length=4_000)
    received_at: AwareDatetime | None = None


class RightsWhyIn(Schema):
    reason: str = Field(max_length=4_000)


class RightsDecisionIn(Schema):
    grant: bool
    reason: str = Field(max_length=4_000)
    answer: str = Field("", max_length=4_000)


class RightsErasureOut(Schema):
    """How far an erasure is; ``counts`` and ``kept`` by class of record."""

    step: int
    steps: int
    counts: dict[str, int]
    kept: list[dict[str, str | int]]
    began_at: datetime
    done_at: datetime | None
    digest: str


class RightsRequestOut(Schema):
    """A request with its clock: whose rule it is, and how late it is."""

    id: UUID
    kind: str
    came: str
    number: str
    seller: UUID | None
    seller_name: str
    proven: bool
    language: str
    said: str
    country: str
    region: str
    clock: str
    citation: str
    at: datetime
    due_at: datetime
    overdue: bool
    extended_at: datetime | None
    may_extend: bool
    state: str
    reason: str
    answer: str
    decided_at: datetime | None
    erasure: RightsErasureOut | None


class RightsOpenedOut(Schema):
    """A request taken down; the receipt's code is shown this once, for the person."""

    request: RightsRequestOut
    receipt: str
    receipt_sha256: str
