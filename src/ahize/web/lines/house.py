"""Trunks, phones and recordings as a gate must know them: plain JSON of the shape of ``telephony/house.py``.

The part of a house that this app holds; ``dialing/house.py`` puts the whole together. Opens secrets, so that nobody but
dialerd asks, and nothing of it is ever logged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from ahize.web.lines import vault
from ahize.web.lines.sounds import FOLDER

Cursor = psycopg.Cursor[tuple[Any, ...]]

_TRUNKS = """
    SELECT id, name, kind, host, port, transport, username, secret, codecs, channels_max, per_second_max, prices,
           caller_ids, attestation, stir_key, certificate_url, watched,
           spend_max
    FROM lines_trunk WHERE tenant_id = %s AND enabled ORDER BY name, id"""

_PHONES = """
    SELECT p.seat_id, p.kind, p.ha1, p.number FROM lines_seatphone p
    JOIN accounts_user u ON u.id = p.user_id AND u.is_active AND u.session_epoch = p.session_epoch
    WHERE p.tenant_id = %s AND p.until > %s ORDER BY p.seat_id"""

_SOUNDS = """
    SELECT id, path FROM lines_sound WHERE tenant_id = %s AND approved_at IS NOT NULL AND archived_at IS NULL
    ORDER BY id"""


def trunks(cursor: Cursor, tenant: UUID) -> list[dict[str, Any]]:
    """Those in use, secrets opened. Raises: Unavailable where a secret was sealed with another key."""
    cursor.execute(_TRUNKS, (tenant,))
    return [
        {
            "id": str(row[0]),
            **dict(zip(("name", "kind", "host", "port", "transport", "username"), row[1:7], strict=True)),
            "secret": vault.unseal(row[7], of=row[0], field="secret"),
            "codecs": row[8],
            "channels_max": row[9],
            "per_second_max": float(row[10]),
            "rates": [{"prefix": one["prefix"], "per_minute": float(one["per_minute"])} for one in row[11]],
            "caller_ids": row[12],
            "attestation": row[13],
            "stir_key": vault.unseal(row[14], of=row[0], field="stir_key"),
            "certificate_url": row[15],
            "watched": row[16],
            "spend_max": None if row[17] is None else float(row[17]),
        }
        for row in cursor.fetchall()
    ]


def phones(cursor: Cursor, tenant: UUID, now: datetime) -> list[dict[str, Any]]:
    """Those whose login still holds."""
    cursor.execute(_PHONES, (tenant, now))
    return [
        {"seat": str(seat), "kind": kind, "ha1": ha1, "number": number} for seat, kind, ha1, number in cursor.fetchall()
    ]


def sounds(cursor: Cursor, tenant: UUID) -> list[dict[str, Any]]:
    """Those a second person has approved, by the path under ``AHIZE_HOME/files/sounds``, without its ending."""
    cursor.execute(_SOUNDS, (tenant,))
    return [
        {"id": str(row[0]), "path": row[1].removeprefix(f"{FOLDER}/").removesuffix(".wav")} for row in cursor.fetchall()
    ]
