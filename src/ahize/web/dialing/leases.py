"""Which contacts may be dialled next: promised callbacks first, then due rows in list order.

Answers with candidates, each with the one phone to dial now. Two engines never get one contact: rows are taken with
SKIP LOCKED and held by a lease of one epoch. Whether a call is lawful is asked later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from ahize.dialer.values import Candidate
from ahize.kernel.ids import CampaignId, ContactId, PhoneId, SeatId, SellerId

LEASE = timedelta(hours=3)
"""Longer than the longest talk and its wrap-up; an engine that dies loses its leases at once, by its epoch."""

_PROMISED = """
    SELECT cb.id, cb.contact_id, cb.phone_id, p.e164, d.attempts, cb.at, s.id, c.seller_id, o.country,
           d.list_position
    FROM dialing_callback cb
    JOIN dialing_due d ON d.campaign_id = cb.campaign_id AND d.contact_id = cb.contact_id AND d.leased_until IS NULL
    JOIN campaigns_campaign c ON c.id = cb.campaign_id
    JOIN contacts_phone p ON p.id = cb.phone_id AND p.state = 'usable' AND NOT p.do_not_dial
    JOIN contacts_contact o ON o.id = cb.contact_id
    LEFT JOIN dialing_seat s ON s.user_id = cb.owner_id AND s.state = 'ready' AND s.campaign_id = cb.campaign_id
    WHERE cb.campaign_id = %(campaign)s AND cb.state = 'waiting' AND cb.at <= %(now)s AND d.due_at <= %(now)s
      AND (cb.owner_id IS NULL OR cb.anyone_after <= %(now)s OR s.id IS NOT NULL)
    ORDER BY cb.at, cb.id LIMIT %(n)s FOR UPDATE OF d SKIP LOCKED"""

_HOLD = """
    UPDATE dialing_due SET leased_until = %(until)s, lease_epoch = %(epoch)s
    WHERE campaign_id = %(campaign)s AND contact_id = ANY(%(contacts)s)"""

_DUE = """
    WITH picked AS (
        SELECT d.contact_id, d.attempts, d.due_at, d.front, d.list_position, d."row", d.phone_position
        FROM dialing_due d
        WHERE d.campaign_id = %(campaign)s AND NOT d.done AND d.leased_until IS NULL AND d.due_at <= %(now)s
          AND NOT EXISTS (SELECT FROM dialing_callback cb WHERE cb.campaign_id = d.campaign_id
                          AND cb.contact_id = d.contact_id AND cb.state = 'waiting')
        ORDER BY d.front DESC, d.due_at, d.list_position, d."row" LIMIT %(n)s FOR UPDATE OF d SKIP LOCKED
    ), held AS (
        UPDATE dialing_due d SET leased_until = %(until)s, lease_epoch = %(epoch)s FROM picked
        WHERE d.campaign_id = %(campaign)s AND d.contact_id = picked.contact_id
    )
    SELECT k.contact_id, p.id, p.e164, k.attempts, k.due_at, k.front, o.country, k.list_position,
           CASE WHEN o.fields->>'answer_chance' ~ '^(0?[.][0-9]{1,9}|1([.]0+)?)$'
                THEN nullif((o.fields->>'answer_chance')::float8, 0) END
    FROM picked k
    JOIN contacts_contact o ON o.id = k.contact_id
    LEFT JOIN LATERAL (
        SELECT ph.id, ph.e164 FROM contacts_phone ph
        WHERE ph.contact_id = k.contact_id AND ph.state = 'usable' AND NOT ph.do_not_dial
        ORDER BY ph.position < k.phone_position, ph.position LIMIT 1
    ) p ON true
    ORDER BY k.front DESC, k.due_at, k.list_position, k."row" """

_NO_PHONE = """
    UPDATE dialing_due SET leased_until = NULL, lease_epoch = NULL, done = true, done_reason = 'no_usable_phone'
    WHERE campaign_id = %(campaign)s AND contact_id = ANY(%(contacts)s)"""


def lease(
    cursor: psycopg.Cursor[tuple[Any, ...]], *, campaign: CampaignId, n: int, now: datetime, epoch: int
) -> list[Candidate]:
    """Up to ``n`` candidates of a campaign, held for this epoch."""
    given: dict[str, Any] = {"campaign": campaign, "n": n, "now": now, "until": now + LEASE, "epoch": epoch}
    promised = _promised(cursor, campaign, given)
    if promised:
        cursor.execute(_HOLD, {**given, "contacts": [candidate.contact for candidate in promised]})
    if len(promised) >= n:
        return promised
    cursor.execute("SELECT seller_id FROM campaigns_campaign WHERE id = %s", (campaign,))
    row = cursor.fetchone()
    if row is None:
        return promised
    due: list[Candidate] = []
    unreachable: list[UUID] = []
    while len(promised) + len(due) < n:
        cursor.execute(_DUE, {**given, "n": n - len(promised) - len(due)})
        rows = cursor.fetchall()
        for contact, phone, number, attempts, due_at, front, country, place, chance in rows:
            if phone is None:
                unreachable.append(contact)
                continue
            due.append(
                Candidate(
                    contact=ContactId(contact),
                    campaign=campaign,
                    seller=SellerId(row[0]),
                    phone=PhoneId(phone),
                    number=number,
                    attempts=attempts,
                    due_at=due_at,
                    origin="callback" if front else "dialer",
                    country=country,
                    place=place,
                    chance=chance,
                )
            )
        if not rows or all(row[1] is not None for row in rows):
            break
    if unreachable:
        cursor.execute(_NO_PHONE, {**given, "contacts": unreachable})
    return [*promised, *due]


def _promised(cursor: psycopg.Cursor[tuple[Any, ...]], campaign: CampaignId, given: dict[str, Any]) -> list[Candidate]:
    cursor.execute(_PROMISED, given)
    return [
        Candidate(
            contact=ContactId(contact),
            campaign=campaign,
            seller=SellerId(seller),
            phone=PhoneId(phone),
            number=number,
            attempts=attempts,
            due_at=at,
            origin="callback",
            seat=SeatId(seat) if seat else None,
            callback=callback,
            country=country,
            place=place,
        )
        for callback, contact, phone, number, attempts, at, seat, seller, country, place in cursor.fetchall()
    ]
