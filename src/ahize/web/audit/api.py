"""The ledger over HTTP: pages, filters, and a walk along the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from ahize.web.audit import queries, services
from ahize.web.base import Request
from ahize.web.permissions import Verb, requires

router = Router(tags=["audit"])


class EntryOut(Schema):
    id: int
    number: int | None
    at: datetime
    by: UUID | None
    action: str
    subject_kind: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str
    hash: str


class EntryPage(Schema):
    """``next`` is the cursor of the following page; ``None`` on the last."""

    entries: list[EntryOut]
    next: int | None


class EntryFilter(Schema):
    """``cursor`` is the ``next`` of the page before; times are ``[since, until)``."""

    cursor: int | None = Field(None, ge=1, le=2**63 - 1)
    limit: int = Field(50, ge=1, le=200)
    action: str = Field("", max_length=60)
    subject_kind: str = Field("", max_length=40)
    subject_id: str = Field("", max_length=64)
    by: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class Verified(Schema):
    """``number`` is the first entry that does not fit."""

    whole: bool
    entries: int
    head: str
    number: int | None
    why: str


@router.get("/audit", response=EntryPage, auth=requires(Verb.SEE_AUDIT))
def entries(request: Request, asked: Query[EntryFilter]) -> EntryPage:
    """Who did what, latest first."""
    found = list(
        queries.entries(
            before=asked.cursor,
            action=asked.action,
            subject_kind=asked.subject_kind,
            subject_id=asked.subject_id,
            by=asked.by,
            since=asked.since,
            until=asked.until,
        )[: asked.limit + 1]
    )
    page = found[: asked.limit]
    return EntryPage(
        entries=[EntryOut.from_orm(entry) for entry in page], next=page[-1].id if len(found) > len(page) else None
    )


@router.get("/audit/verification", response=Verified, auth=requires(Verb.SEE_AUDIT))
def verification(request: Request) -> queries.Verdict:
    """Walk the whole chain now."""
    services.seal(request.tenant)
    return queries.verify()
