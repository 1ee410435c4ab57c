"""Whose turn may come in a campaign: one due row for each contact of its lists.

Set-based, and safe to repeat: new contacts are added in list order, those whose list left are taken out (unless
leased), and nobody's history is touched. Leasing is the store's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

OF_THE_LAW = frozenset(
    {
        *("hours", "day", "holiday", "registry", "registry_stale", "registry_unpaid", "suppression", "consent_missing"),
        *("consent_revoked", "consent_scope", "consent_form", "consent_unregistered", "frequency", "method"),
        *("line_type", "purpose", "sector", "caller_id", "registration", "abandonment", "ring_time", "disclosure"),
        *("recording", "reassigned", "emergency", "protected_person", "data_protection", "barred", "campaign_hours"),
        *("campaign_state", "list_state", "phone_state", "in_call", "number_changed", "suppressed", "no_usable_phone"),
    }
)
"""Why a due row may be done although nobody finished it: clearance said so then. It may say otherwise now."""

_ADD = """
    INSERT INTO dialing_due (tenant_id, campaign_id, contact_id, list_position, "row", due_at, front, attempts, done,
                             done_reason, last_outcome, phone_position)
    SELECT c.tenant_id, cl.campaign_id, c.id, cl.position, c."row", %(now)s, false, 0, false, '', '', 0
    FROM campaigns_campaignlist cl
    JOIN contacts_contactlist l ON l.id = cl.list_id AND l.state = 'published'
    JOIN contacts_contact c ON c.list_id = l.id AND c.erased_at IS NULL
    WHERE cl.campaign_id = %(campaign)s
      AND NOT EXISTS (SELECT FROM dialing_due d WHERE d.campaign_id = cl.campaign_id AND d.contact_id = c.id)
    ORDER BY cl.position, c."row"
    ON CONFLICT DO NOTHING"""
_ADD_SOME = _ADD.replace("cl.campaign_id = %(campaign)s", "c.id = ANY(%(contacts)s)")
_MOVE = """
    UPDATE dialing_due d SET list_position = cl.position
    FROM contacts_contact c JOIN campaigns_campaignlist cl ON cl.list_id = c.list_id
    WHERE d.campaign_id = %(campaign)s AND c.id = d.contact_id AND cl.campaign_id = d.campaign_id
      AND d.list_position <> cl.position"""
_DROP = """
    DELETE FROM dialing_due d WHERE d.campaign_id = %(campaign)s AND d.leased_until IS NULL AND d.attempts = 0
      AND NOT EXISTS (
        SELECT FROM contacts_contact c
        JOIN contacts_contactlist l ON l.id = c.list_id AND l.state = 'published'
        JOIN campaigns_campaignlist cl ON cl.list_id = c.list_id AND cl.campaign_id = d.campaign_id
        WHERE c.id = d.contact_id AND c.erased_at IS NULL)
      AND NOT EXISTS (SELECT FROM dialing_callback cb WHERE cb.campaign_id = d.campaign_id
        AND cb.contact_id = d.contact_id AND cb.state = 'waiting')"""
_PUT_ASIDE = _DROP.replace(
    "DELETE FROM dialing_due d WHERE d.campaign_id = %(campaign)s",
    "UPDATE dialing_due d SET done = true, done_reason = 'list_removed'"
    " WHERE d.campaign_id = %(campaign)s AND NOT d.done",
).replace("d.attempts = 0", "d.attempts > 0")

_REOPEN = """
    UPDATE dialing_due d SET done = false, done_reason = ''
    WHERE d.done AND d.leased_until IS NULL AND (d.done_reason = ANY(%(reasons)s) OR d.done_reason LIKE 'unknown %%')
      AND d.campaign_id IN (SELECT id FROM campaigns_campaign k WHERE k.id = coalesce(%(campaign)s::uuid, k.id)
                            AND k.seller_id = coalesce(%(seller)s::uuid, k.seller_id))
      AND (%(numbers)s::text[] IS NULL
           OR d.contact_id IN (SELECT p.contact_id FROM contacts_phone p WHERE p.e164 = ANY(%(numbers)s)))"""


def reopened(
    *, campaign: UUID | None = None, seller: UUID | None = None, numbers: Sequence[str] | None = None
) -> tuple[str, dict[str, Any]]:
    """The statement that puts back in play whom only a ruling had taken out: the facts may have changed since.

    Of one campaign, of a seller's, or of all; the owners of some numbers, or everybody.
    """
    named = None if numbers is None else list(numbers)
    return _REOPEN, {"reasons": sorted(OF_THE_LAW), "campaign": campaign, "seller": seller, "numbers": named}


def grown(contacts: Sequence[UUID], *, now: datetime) -> tuple[str, dict[str, Any]]:
    """The statement that makes new contacts of published lists due wherever their list is called."""
    return _ADD_SOME, {"contacts": list(contacts), "now": now}


def restock(campaign: UUID, *, now: datetime, using: str = DEFAULT_DB_ALIAS) -> int:
    """Bring a campaign's due rows in line with its lists; how many contacts are new."""
    given: dict[str, Any] = {"campaign": campaign, "now": now}
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(_DROP, given)
        cursor.execute(_PUT_ASIDE, given)
        cursor.execute(_MOVE, given)
        cursor.execute(*reopened(campaign=campaign))
        cursor.execute(_ADD, given)
        return int(cursor.rowcount)
