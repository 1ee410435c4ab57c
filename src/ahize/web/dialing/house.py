"""A whole house as a gate must know it: trunks, phones, recordings, flows, and what is said where nobody is free.

Plain JSON of the shape of ``telephony/house.py``, read from rows; whoever runs a gate turns it into a ``House``. It
holds secrets: nobody but dialerd asks, and nothing of it is logged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from ahize.calls.recording import announcement
from ahize.flows.merging import merged
from ahize.web.dialing import inbound
from ahize.web.lines import house as lines

Cursor = psycopg.Cursor[tuple[Any, ...]]

TEXT_MAX = 2000
"""What a gate takes; one campaign's words must not keep the whole house from telephoning."""

_WORDS = """
    SELECT k.id, k.abandon_message, k.language, k.setup, k.name, k.product, s.name, s.brand, s.phone_e164,
           coalesce(i.e164, '')
    FROM campaigns_campaign k JOIN tenants_seller s ON s.id = k.seller_id
    LEFT JOIN tenants_callerid i ON i.id = k.caller_id_id
    WHERE k.tenant_id = %s AND k.state IN ('running', 'paused') AND k.abandon_message <> '' ORDER BY k.id"""

_FLOWS = """
    SELECT DISTINCT f.sha256, f.yaml FROM campaigns_flowversion f JOIN campaigns_campaign k ON k.flow_id = f.id
    WHERE k.tenant_id = %s AND k.state IN ('running', 'paused') AND f.approved_at IS NOT NULL ORDER BY f.sha256"""


def house_of(cursor: Cursor, tenant: UUID, now: datetime) -> dict[str, Any]:
    """Everything in use at ``now``. Raises: Unavailable where a secret was sealed with another key."""
    return {
        "trunks": lines.trunks(cursor, tenant),
        "phones": lines.phones(cursor, tenant, now),
        "words": _words(cursor, tenant),
        "sounds": lines.sounds(cursor, tenant),
        "flows": _flows(cursor, tenant),
        "inbound": inbound.numbers(cursor, tenant, now),
    }


def _flows(cursor: Cursor, tenant: UUID) -> list[dict[str, Any]]:
    """Those that a campaign plays, as their authors wrote them."""
    cursor.execute(_FLOWS, (tenant,))
    return [{"sha256": sha256, "yaml": yaml} for sha256, yaml in cursor.fetchall()]


def _words(cursor: Cursor, tenant: UUID) -> list[dict[str, Any]]:
    """The message of each campaign, with the seller's name and number in it."""
    cursor.execute(_WORDS, (tenant,))
    return [
        {
            "campaign": str(campaign),
            "text": merged(
                message,
                {
                    **{"campaign_name": name, "product": product, "seller_name": seller, "brand": brand or seller},
                    **{"seller_phone": phone, "caller_id": shown},
                },
            )[:TEXT_MAX],
            "language": language,
            "records": setup.get("records_call") is True,
            "announces": setup.get("announces_recording") is True,
            "asks": setup.get("asks_recording_consent") is True,
            "announcement": announcement(language),
        }
        for campaign, message, language, setup, name, product, seller, brand, phone, shown in cursor.fetchall()
    ]
