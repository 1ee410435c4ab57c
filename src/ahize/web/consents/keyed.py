"""What follows when somebody opted out in a call by a key: all that any other withdrawal does, soon after.

The suppression itself was written by dialerd with the key's event (``dialing/keyed.py``); from then on nobody is
dialled. May run twice: whoever was followed up stands in the audit.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ahize.web.audit.models import Entry
from ahize.web.consents import checks, ledger
from ahize.web.consents.models import CheckToken, Covers, Door, Suppression

LATE = timedelta(days=7)
"""A worker that was away for longer than this is a matter for people."""


def follow_up(tenant: UUID, *, now: datetime) -> int:
    """End what the person had agreed to, give agencies their tokens, tell registries; how many there were."""
    done = Entry.objects.filter(action="revoke_consents", subject_kind="suppression", at__gt=now - LATE)
    followed = set(done.values_list("subject_id", flat=True))
    keyed = Suppression.objects.filter(source=Door.KEY_PRESS, by=None, at__gt=now - LATE, ended_at=None)
    waiting = [one for one in keyed.order_by("at", "id") if str(one.pk) not in followed]
    for suppression in waiting:
        with transaction.atomic():
            if not CheckToken.objects.filter(suppression=suppression).exists():
                checks.add_tokens([suppression])
            ledger.revoke(
                tenant=tenant,
                seller=suppression.seller_id,
                e164=suppression.e164,
                door=Door.KEY_PRESS,
                by=None,
                now=now,
                covers=Covers.EVERYTHING,
                said_at=suppression.at,
            )
    return len(waiting)
