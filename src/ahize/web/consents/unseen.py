"""A stop by somebody who must not learn whether the number was known: the same statements, whatever is on record.

It writes what ``services.suppress`` writes, for every seller of the house, under the same lock, so that no permit is
sealed after its commit. What follows a withdrawal (consents that end, tokens of agencies, registries) is done soon
after by whoever calls ``follow_up``: how long that takes would tell what was on record.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents import checks, ledger
from ahize.web.consents.locks import number_lock
from ahize.web.consents.models import CheckToken, Covers, Door, Suppression
from ahize.web.consents.receipts import receipt_of

_STOPPED = """
    INSERT INTO consents_suppression (id, tenant_id, seller_id, e164, channel, covers, at, source, reason, receipt,
                                      end_reason)
    VALUES (%s, %s, NULL, %s, NULL, %s, %s, %s, '', %s, '') ON CONFLICT DO NOTHING"""

_STANDING = """
    UPDATE consents_suppression SET end_asked_at = NULL, end_asked_by = NULL, end_reason = ''
    WHERE tenant_id = %s AND seller_id IS NULL AND e164 = %s AND channel IS NULL AND covers = %s AND ended_at IS NULL
    RETURNING id"""


def stop(*, tenant: UUID, e164: str, source: str, now: datetime) -> UUID:
    """Stop all calls to a number for every seller of the house; call it inside the house's wall and a transaction.

    Returns:
        The suppression in force, new or old; nobody outside the house may be told which.
    """
    number_lock(e164, None)
    made, everything = draw_id(now), Covers.EVERYTHING.value
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED, (made, tenant, e164, everything, now, source, receipt_of(made)))
        # Whoever says "never again" a second time has answered whoever asked to lift it.
        cursor.execute(_STANDING, (tenant, e164, everything))
        ((standing,),) = cursor.fetchall()
    notices.tell_dialer(tenant, "number_suppressed", {"seller": None, "numbers": [e164]}, now=now)
    audit.record(
        tenant=tenant,
        by=None,
        action="suppress",
        subject_kind="suppression",
        subject_id=standing,
        after={"seller": None, "channel": None, "covers": everything, "source": source},
        now=now,
    )
    return UUID(str(standing))


def follow_up(suppression: Suppression, *, said_at: datetime, now: datetime) -> None:
    """End what the person had agreed to, give agencies their tokens, tell registries. May run twice."""
    if not CheckToken.objects.filter(suppression=suppression).exists():
        checks.add_tokens([suppression])
    ledger.revoke(
        tenant=suppression.tenant_id,
        seller=None,
        e164=suppression.e164,
        door=Door.WEB,
        by=None,
        now=now,
        covers=Covers.EVERYTHING,
        said_at=said_at,
    )
