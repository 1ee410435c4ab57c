"""What stood open when the last engine stopped, and what a campaign is set to: rows, read as the engine's words.

Reads, and two things that only a new owner may do: void the leases of the old one and end attempts that were allowed
but never dialled (the journal says so: an originate is journaled before it is done).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from ahize.dialer.events import Disposed, OpenCall, OpenSeat, Recovered
from ahize.dialer.values import CampaignSettings, Candidate, RecycleRule
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, PhoneId, SeatId, SellerId
from ahize.web.dialing.abandoned import counted, paced_days, period
from ahize.web.dialing.limits import House, house_of, limits_of

Cursor = psycopg.Cursor[tuple[Any, ...]]

ALIVE = timedelta(seconds=10)

_CAMPAIGNS = """
    SELECT c.id, c.seller_id, c.version, c.state = 'running', c.mode, c.ratio, c.ring_s_max, c.connect_s, c.wrap_up_s,
           c.preview_s, c.abandon_cap, c.max_attempts, c.recycling, c.created_at,
           c.detect, coalesce(f.sha256, ''), c.flow_agents, c.broadcast_lines, c.broadcast_per_s, c.on_machine,
           c.ai_voice, c.person_cost, c.confidence, c.join_while_ringing
    FROM campaigns_campaign c LEFT JOIN campaigns_flowversion f ON f.id = c.flow_id AND f.approved_at IS NOT NULL
    WHERE c.tenant_id = %s AND c.state <> 'draft'
      AND (%s::uuid[] IS NULL OR c.id = ANY(%s)) AND (c.state <> 'ended' OR %s::uuid[] IS NOT NULL) ORDER BY c.id"""

_CANDIDATE = """
    a.contact_id, a.campaign_id, a.seller_id, a.phone_id, a.e164, coalesce(d.attempts, 0),
    coalesce(d.due_at, a.at), a.origin, a.callback_id,
    (SELECT o.country FROM contacts_contact o WHERE o.id = a.contact_id)"""

_CALLS = f"""
    SELECT a.id, {_CANDIDATE},
           CASE WHEN a.connected_at IS NOT NULL THEN 'talking' WHEN a.answered_at IS NOT NULL THEN 'answered'
                WHEN a.ringing_at IS NOT NULL THEN 'ringing' ELSE 'dialed' END,
           coalesce(a.connected_at, a.answered_at, a.ringing_at, a.originated_at, a.at), a.seat_id
    FROM dialing_attempt a LEFT JOIN dialing_due d ON d.campaign_id = a.campaign_id AND d.contact_id = a.contact_id
    WHERE a.tenant_id = %s AND a.live ORDER BY a.id"""  # noqa: S608 - our own text

_SAID = """
    SELECT DISTINCT ON (a.id) a.id, a.seat_id, e.payload
    FROM dialing_attempt a JOIN dialing_dispositionrecord r ON r.attempt_id = a.id
    JOIN dialing_deed e ON e.tenant_id = a.tenant_id AND e.at >= a.at AND e.kind = 'disposed'
     AND e.payload->>'attempt' = a.id::text AND e.payload->>'code' = a.disposition
    WHERE a.tenant_id = %s AND a.live AND e.taken_at IS NOT NULL ORDER BY a.id, e.seq DESC"""
"""What was said of calls that are still open, and heard by the last engine, which took it with it."""

_SEATS = f"""
    SELECT s.id, s.campaign_id, s.state, s.alive_at, s.attempt_id, s.deadline, s.pause_code, s.finish_after,
           s.shift_ends_at, s.since, {_CANDIDATE}
    FROM dialing_seat s LEFT JOIN dialing_attempt a ON a.id = s.attempt_id
    LEFT JOIN dialing_due d ON d.campaign_id = a.campaign_id AND d.contact_id = a.contact_id
    WHERE s.tenant_id = %s AND s.state <> 'closed' ORDER BY s.id"""  # noqa: S608 - our own text


def void_leases(cursor: Cursor, tenant: UUID) -> None:
    """What the last engine held is free again."""
    cursor.execute(
        "UPDATE dialing_due d SET leased_until = NULL, lease_epoch = NULL"
        " WHERE d.tenant_id = %s AND d.leased_until IS NOT NULL AND NOT EXISTS ("
        " SELECT FROM dialing_attempt a WHERE a.campaign_id = d.campaign_id AND a.contact_id = d.contact_id AND a.live"
        " AND a.originated_at IS NOT NULL)",
        (tenant,),
    )


def end_undialled(cursor: Cursor, tenant: UUID, now: datetime) -> None:
    """Allowed, but no originate was ever journaled: nothing rang, and its permit is void."""
    cursor.execute(
        "UPDATE dialing_attempt SET live = false, outcome = 'withdrawn', ended_at = %s"
        " WHERE tenant_id = %s AND live AND originated_at IS NULL RETURNING id",
        (now, tenant),
    )
    ended = [row[0] for row in cursor.fetchall()]
    cursor.execute(
        "UPDATE dialing_permit SET voided_at = %s, void_reason = 'engine_lost'"
        " WHERE attempt_id = ANY(%s) AND spent_at IS NULL AND voided_at IS NULL",
        (now, ended),
    )
    cursor.execute(
        "UPDATE dialing_callback SET state = 'waiting' WHERE tenant_id = %s AND state = 'dialled'"
        " AND NOT EXISTS (SELECT FROM dialing_attempt a WHERE a.callback_id = dialing_callback.id"
        " AND a.originated_at IS NOT NULL)",
        (tenant,),
    )


def recovered(
    cursor: Cursor,
    *,
    tenant: UUID,
    epoch: int,
    stopped: bool,
    now: datetime,
    seed: int,
    lines: int,
    phones: bool = False,
) -> Recovered:
    """The first event of every engine's life."""
    cursor.execute(_SAID, (tenant,))
    said = {row[0]: disposed_of(row[2], SeatId(UUID(str(row[2].get("seat") or row[1])))) for row in cursor.fetchall()}
    cursor.execute(_CALLS, (tenant,))
    calls = tuple(
        OpenCall(
            AttemptId(row[0]),
            candidate_of(row[1:11]),
            row[11],
            row[12],
            SeatId(row[13]) if row[13] else None,
            said.get(row[0]),
        )
        for row in cursor.fetchall()
    )
    cursor.execute(_SEATS, (tenant,))
    seats = tuple(
        OpenSeat(
            seat=SeatId(row[0]),
            campaign=CampaignId(row[1]) if row[1] else None,
            state=row[2],
            alive=row[3] is not None and now - row[3] < ALIVE,
            attempt=AttemptId(row[4]) if row[4] else None,
            deadline=row[5],
            pause_code=row[6],
            finish_after=row[7],
            candidate=candidate_of(row[10:20]) if row[10] is not None else None,
            until=row[8],
            since=row[9],
        )
        for row in cursor.fetchall()
    )
    campaigns = tuple(campaign_settings(cursor, tenant, now))
    return Recovered(epoch, campaigns, seats, calls, stopped, seed, lines, phones)


def disposed_of(payload: dict[str, Any], seat: SeatId) -> Disposed:
    """The deed of a disposition as the engine's event."""
    again_at = payload.get("again_at")
    return Disposed(
        AttemptId(UUID(payload["attempt"])),
        seat,
        payload["code"],
        bool(payload.get("final")),
        datetime.fromisoformat(again_at) if again_at else None,
    )


def candidate_of(row: Sequence[Any]) -> Candidate:
    """The columns of ``_CANDIDATE`` as a candidate."""
    contact, campaign, seller, phone, number, attempts, due_at, origin, callback, country = row
    return Candidate(
        contact=ContactId(contact),
        campaign=CampaignId(campaign),
        seller=SellerId(seller),
        phone=PhoneId(phone),
        number=number,
        attempts=attempts,
        due_at=due_at,
        origin=origin,
        callback=callback,
        country=country or "",
    )


def _learned(cursor: Cursor, tenant: UUID) -> dict[str, str]:
    """What the last engine's pacers knew, by campaign; a new engine alone wants it."""
    cursor.execute("SELECT learned FROM dialing_floor WHERE tenant_id = %s", (tenant,))
    row = cursor.fetchone()
    return row[0] if row else {}


def campaign_settings(
    cursor: Cursor, tenant: UUID, now: datetime, only: Sequence[UUID] | None = None
) -> list[CampaignSettings]:
    """What the engine needs of each campaign that is not a draft (and, unless asked for, not ended)."""
    ids = list(only) if only is not None else None
    cursor.execute(_CAMPAIGNS, (tenant, ids, ids, ids))
    rows = cursor.fetchall()
    house = house_of(cursor, tenant, now) if rows else House({}, {}, "UTC", {})
    learned = _learned(cursor, tenant) if only is None else {}
    found = []
    for row in rows:
        start, until = period(row[13], now)
        live_answers, abandoned = counted(cursor, row[0], [start])[0]
        found.append(
            CampaignSettings(
                campaign=CampaignId(row[0]),
                seller=SellerId(row[1]),
                version=row[2],
                running=row[3],
                mode=row[4],
                ratio=float(row[5]),
                ring_s_max=row[6],
                connect_s=float(row[7]),
                wrap_up_s=row[8],
                preview_s=row[9],
                abandon_cap=float(row[10]),
                max_attempts=row[11],
                recycling={name: RecycleRule(rule["wait_s"], rule["max"]) for name, rule in row[12].items()},
                live_answers=live_answers,
                abandoned=abandoned,
                period_until=until,
                detect=row[14],
                flow=row[15] if row[4] == "broadcast" else "",
                flow_agents=row[16],
                broadcast_lines=row[17],
                broadcast_per_s=float(row[18]),
                on_machine=row[19],
                ai_voice=row[20],
                person_cost=float(row[21]),
                period_days=paced_days(now),
                limits=limits_of(
                    cursor, row[0], seller=row[1], created_at=row[13], cap=float(row[10]), house=house, now=now
                ),
                confidence=None if row[22] is None else float(row[22]),
                learned=learned.get(str(row[0]), ""),
                join_while_ringing=row[23],
            )
        )
    return found
