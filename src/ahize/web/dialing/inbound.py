"""Who called a number that we show, and what came of it: heard who we are, or opted out.

The gate answers such calls by itself and reports them; dialerd writes them here, an opt-out with its suppression in one
transaction, for every seller who shows that number. A report may come again, and then changes nothing. The caller's
name is what a stranger's carrier said: kept short, never trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db.models import QuerySet

from ahize.kernel.phone import E164
from ahize.web.dialing import keyed
from ahize.web.dialing.models import InboundCall

Cursor = psycopg.Cursor[tuple[Any, ...]]

SHOWN = 500
LANGUAGES: Mapping[str, str] = {"TR": "tr", "CY": "tr"}
"""What is spoken to callers of a seller at home there; English elsewhere."""

_NUMBERS = """
    SELECT i.e164, s.id, s.name, s.address, s.phone_e164, s.opt_out_url, s.country
    FROM tenants_callerid i JOIN tenants_seller s ON s.id = i.seller_id
    WHERE i.tenant_id = %s AND i.valid_from <= %s ORDER BY i.e164, i.valid_from DESC, s.id"""

_SELLERS = "SELECT DISTINCT seller_id FROM tenants_callerid WHERE tenant_id = %s AND e164 = %s ORDER BY seller_id"

_NOTE = """
    INSERT INTO dialing_inboundcall AS c (id, tenant_id, seller_id, called, caller, name, at, outcome, stopped_at,
                                          stop_receipt, ended_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s)
    ON CONFLICT (id) DO UPDATE SET
        outcome = CASE WHEN excluded.outcome = '' THEN c.outcome ELSE excluded.outcome END,
        stopped_at = coalesce(c.stopped_at, excluded.stopped_at), ended_at = coalesce(c.ended_at, excluded.ended_at)
    RETURNING stop_receipt"""


def calls() -> QuerySet[InboundCall]:
    """The latest ones of the tenant, with their sellers."""
    return InboundCall.objects.select_related("seller").order_by("-at", "-id")[:SHOWN]


# ── for dialerd ─────────────────────────────────────────────────────────────────────────────────────────────────


def numbers(cursor: Cursor, tenant: UUID, now: datetime) -> list[dict[str, Any]]:
    """Every number that was ever shown, with what its callers hear; as ``telephony/house.py`` reads it.

    One that is shown no more is still called back. What a gate would not read is left out, never the whole house.
    """
    cursor.execute(_NUMBERS, (tenant, now))
    return [
        {
            "number": number,
            "seller": str(seller),
            "language": LANGUAGES.get(country, "en"),
            "name": name[:200],
            "address": address[:1000],
            "phone": phone if E164.fullmatch(phone) else "",
            "web": web[:500],
        }
        for number, seller, name, address, phone, web, country in cursor.fetchall()
        if E164.fullmatch(number)
    ]


def note(cursor: Cursor, tenant: UUID, report: Mapping[str, Any], now: datetime) -> None:
    """Write down one report. Whoever pressed the key is suppressed for every seller who shows that number."""
    number, caller = str(report["number"]), str(report["caller"])
    cursor.execute(_SELLERS, (tenant, number))
    sellers: list[UUID] = [row[0] for row in cursor.fetchall()]
    if not sellers:
        return  # The number was taken away meanwhile: there is nobody to be suppressed for.
    of = UUID(str(report["seller"]))
    stopped_at = _instant(report["stopped_at"]) if E164.fullmatch(caller) else None
    given = (
        *(UUID(str(report["id"])), tenant, of if of in sellers else sellers[0], number),
        *(caller if E164.fullmatch(caller) else "", str(report["name"]).replace("\0", "")[:200]),
        *(_instant(report["at"]) or now, str(report["outcome"])[:30], stopped_at, _instant(report["ended_at"])),
    )
    cursor.execute(_NOTE, given)
    (receipt,) = cursor.fetchone() or ("",)
    if stopped_at is None or receipt:
        return
    receipts = {seller: keyed.suppress(cursor, tenant, seller=seller, number=caller, now=now) for seller in sellers}
    cursor.execute(
        "UPDATE dialing_inboundcall SET stop_receipt = %s WHERE id = %s",
        (receipts.get(of) or receipts[sellers[0]], given[0]),
    )


def _instant(told: object) -> datetime | None:
    return datetime.fromisoformat(str(told)) if told else None
