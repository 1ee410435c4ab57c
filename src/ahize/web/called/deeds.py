"""What somebody who proved their number asks for on the page: a correction, an erasure, an answer to a complaint.

Requests go to ``rights`` with their clock. A complaint is left here for whoever handles complaints (``take``), with a
hint to their screens; it carries the receipt's hash, so that both sides mean the same words.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.called.models import Complaint
from ahize.web.rights import receipts
from ahize.web.rights import services as rights
from ahize.web.rights.models import Came, Kind

COMPLAINT = "complaint"
TOPIC = "complaints"
_NEEDS_WORDS = (Kind.CORRECTION, COMPLAINT)


def ask(kind: str, *, tenant: UUID, e164: str, said: str, language: str, now: datetime) -> receipts.Given:
    """Take it down. Raises: BadInput where it is nothing that can be asked for, or lacks its words."""
    if kind not in (Kind.ACCESS, Kind.CORRECTION, Kind.ERASURE, COMPLAINT):
        raise BadInput(_("Please choose what you ask for."), code="bad_kind", field="kind")
    if kind in _NEEDS_WORDS and not said:
        raise BadInput(_("Please write what this is about."), code="words_needed", field="said")
    if kind == COMPLAINT:
        return _complain(tenant=tenant, e164=e164, said=said, language=language, now=now)
    opened = rights.open_request(
        kind, tenant=tenant, e164=e164, came=Came.PAGE, proven=True, said=said, language=language, now=now
    )
    return opened.receipt


def _complain(*, tenant: UUID, e164: str, said: str, language: str, now: datetime) -> receipts.Given:
    with transaction.atomic():
        given = receipts.give(COMPLAINT, tenant=tenant, e164=e164, now=now)
        complaint = Complaint.objects.create(
            id=draw_id(now), tenant_id=tenant, e164=e164, said=said, language=language, at=now, digest=given.digest
        )
        audit.record(
            tenant=tenant,
            by=None,
            action="complain",
            subject_kind="called_complaint",
            subject_id=complaint.pk,
            after={"receipt": given.digest},
            now=now,
        )
        notices.tell_browsers(tenant, TOPIC, complaint.pk, now=now)
    return given


# ── for whoever handles complaints ──────────────────────────────────────────────────────────────────────────────


def take(*, now: datetime, most: int = 100) -> list[Complaint]:
    """Complaints from the page that nobody has taken yet, taken now; call it where they are written down."""
    waiting = list(
        Complaint.objects.select_for_update(skip_locked=True).filter(taken_at=None).order_by("at", "id")[:most]
    )
    Complaint.objects.filter(pk__in=[one.pk for one in waiting]).update(taken_at=now)
    return waiting
