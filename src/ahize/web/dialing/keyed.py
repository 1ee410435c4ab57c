"""Somebody opted out in the call itself, by a key or a word: their number is suppressed with the event's journal line.

Answers nothing; it writes the suppression that ``consents`` would, under the same lock, so that no permit is sealed for
the number after that commit. What else follows a withdrawal (consents that end, registries that hear of it, the
audit's entry) the worker does within a minute: ``consents/keyed.py``. dialerd must know no keys of agencies.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from ahize.web.base import draw_id
from ahize.web.consents.locks import number_key
from ahize.web.consents.models import Covers, Door
from ahize.web.consents.receipts import receipt_of
from ahize.web.notices import DIALER

Cursor = psycopg.Cursor[tuple[Any, ...]]

_STOPPED = """
    INSERT INTO consents_suppression (id, tenant_id, seller_id, e164, channel, covers, at, source, reason, receipt,
                                      end_reason)
    VALUES (%s, %s, %s, %s, NULL, %s, %s, %s, '', %s, '') ON CONFLICT DO NOTHING"""

_STANDING = """
    UPDATE consents_suppression SET end_asked_at = NULL, end_asked_by = NULL, end_reason = ''
    WHERE tenant_id = %s AND seller_id = %s AND e164 = %s AND channel IS NULL AND covers = %s AND ended_at IS NULL
    RETURNING receipt"""

_DEED = """
    WITH told AS (
        INSERT INTO dialing_deed (tenant_id, at, kind, payload) VALUES (%s, %s, 'number_suppressed', %s)
        RETURNING tenant_id, seq
    ) SELECT pg_notify(%s, tenant_id || ' ' || seq) FROM told"""


def stop(cursor: Cursor, tenant: UUID, call: UUID, now: datetime) -> None:
    """Call it in the transaction of the event, before anything else in it. Again for the same call changes nothing."""
    cursor.execute("SELECT seller_id, e164 FROM dialing_attempt WHERE id = %s", (call,))
    row = cursor.fetchone()
    if row is None:
        return
    seller, number = row
    receipt = suppress(cursor, tenant, seller=seller, number=number, now=now)
    cursor.execute("UPDATE dialing_attempt SET stop_receipt = %s WHERE id = %s", (receipt, call))


def suppress(cursor: Cursor, tenant: UUID, *, seller: UUID, number: str, now: datetime) -> str:
    """Nobody calls this number for this seller any more; answers the receipt, the first one where it was so already."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (number_key(number, seller),))
    made, everything = draw_id(now), Covers.EVERYTHING.value
    given = (made, tenant, seller, number, everything, now, Door.KEY_PRESS.value, receipt_of(made))
    cursor.execute(_STOPPED, given)
    # Whoever says "never again" a second time has answered whoever asked to lift it, and keeps the first receipt.
    cursor.execute(_STANDING, (tenant, seller, number, everything))
    (receipt,) = cursor.fetchone() or ("",)
    payload = json.dumps({"seller": str(seller), "numbers": [number]})
    cursor.execute(_DEED, (tenant, now, payload, DIALER))
    return str(receipt)
