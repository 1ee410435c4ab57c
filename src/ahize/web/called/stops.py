"""Stop calling me: at once, for every seller of the house, without proof, and without a word on whether we knew you."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from ahize.web.base import draw_id
from ahize.web.called.models import Stop
from ahize.web.consents import unseen
from ahize.web.consents.models import Suppression
from ahize.web.rights import receipts

SOURCE = "called_page"
CHUNK = 500


def stop(*, tenant: UUID, e164: str, now: datetime) -> receipts.Given:
    """From this commit on no permit is sealed for the number. Each time a fresh receipt: an old one would tell."""
    with transaction.atomic():
        suppression = unseen.stop(tenant=tenant, e164=e164, source=SOURCE, now=now)
        Stop.objects.create(id=draw_id(now), tenant_id=tenant, suppression_id=suppression, at=now)
        return receipts.give("stop", tenant=tenant, e164=e164, now=now)


def follow_up(*, now: datetime) -> int:
    """What follows each withdrawal that is not yet followed up; how many there were. Inside the house's wall."""
    waiting = list(Stop.objects.filter(followed_at=None).order_by("at", "id")[:CHUNK])
    for one in waiting:
        with transaction.atomic():
            suppression = Suppression.objects.filter(pk=one.suppression_id, ended_at=None).first()
            if suppression is not None:
                unseen.follow_up(suppression, said_at=one.at, now=now)
            Stop.objects.filter(pk=one.pk).update(followed_at=now)
    return len(waiting)
