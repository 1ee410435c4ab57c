"""How lines stand, as the gate reports it: rows for the screens. dialerd writes them; nobody else may.

The report is what a gate says under ``switch``:

    {"state": "up" | "stale" | "away", "reason": "", "version": "22.10.1", "up_since": <RFC 3339> or null,
     "trunks": [{"id": <uuid>, "state": "registered" | "reachable" | "unreachable" | "rejected" | "unknown",
                 "reason": "401 Unauthorized", "channels": 3}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from ahize.web.base import draw_id
from ahize.web.notices import BROWSERS

Cursor = psycopg.Cursor[tuple[Any, ...]]

_NOTE = """
    INSERT INTO lines_linestate AS l (id, tenant_id, trunk_id, state, reason, since, channels, version, up_since,
                                      seen_at)
    SELECT %(id)s, %(tenant)s, %(trunk)s::uuid, %(state)s, %(reason)s, %(now)s, %(channels)s, %(version)s, %(up)s,
           %(now)s
    WHERE %(trunk)s::uuid IS NULL OR EXISTS (SELECT FROM lines_trunk t WHERE t.id = %(trunk)s::uuid)
    ON CONFLICT {key} DO UPDATE SET
        since = CASE WHEN l.state = excluded.state THEN l.since ELSE excluded.since END,
        state = excluded.state, reason = excluded.reason, channels = excluded.channels, version = excluded.version,
        up_since = excluded.up_since, seen_at = excluded.seen_at"""
_OF_TRUNK = _NOTE.format(key="(trunk_id)")
_OF_SWITCH = _NOTE.format(key="(tenant_id) WHERE trunk_id IS NULL")

_TOLD = f"""
    WITH told AS (
        INSERT INTO notices_outbox (tenant_id, at, topic, subject_id) VALUES (%s, %s, 'lines', '')
        RETURNING tenant_id, seq, topic, subject_id, audience
    ) SELECT pg_notify('{BROWSERS}', json_build_array(tenant_id, seq, topic, subject_id, audience)::text)
    FROM told"""  # noqa: S608 - a constant of ours

SWITCH_STATES = ("up", "stale", "away")
TRUNK_STATES = ("registered", "reachable", "unreachable", "rejected", "unknown")


def note(cursor: Cursor, tenant: UUID, report: Mapping[str, Any], now: datetime) -> None:
    """Write down what the gate says of switch and trunks, and tell the screens. A strange word is ``unknown``.

    Call it in a transaction inside the tenant's wall, when a report differs from the last one or every few seconds.
    """
    given = {"tenant": tenant, "now": now}
    cursor.execute(_OF_SWITCH, given | {"trunk": None} | _read(report, SWITCH_STATES, "away", now))
    for trunk in report.get("trunks", ()):
        of = {"trunk": UUID(str(trunk["id"]))}
        cursor.execute(_OF_TRUNK, given | of | _read(trunk, TRUNK_STATES, "unknown", now))
    cursor.execute(_TOLD, (tenant, now))


def _read(said: Mapping[str, Any], known: tuple[str, ...], otherwise: str, now: datetime) -> dict[str, Any]:
    state = str(said.get("state", otherwise))
    up_since = said.get("up_since")
    return {
        "id": draw_id(now),
        "state": state if state in known else otherwise,
        "reason": str(said.get("reason", "")).replace("\0", "")[:200],
        "channels": max(0, int(said.get("channels", 0))),
        "version": str(said.get("version", "")).replace("\0", "")[:60],
        "up": datetime.fromisoformat(str(up_since)) if up_since else None,
    }
