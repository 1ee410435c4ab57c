"""Calls that read a code out to whoever asked for it: the only calls that somebody else than a campaign has us make.

The page for people who are called asks for one, clearance rules on it and seals its permit or says why not
(``clearance.seal_code_call``), the gate speaks, dialerd writes what came of it. No law of telemarketing is asked, for
the call sells nothing and its owner wants it; what is ruled is what keeps it from being a tool against others. Digits
are kept sealed, until the gate has them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
from django.db.models import QuerySet

from ahize.web import notices
from ahize.web.base import draw_id
from ahize.web.dialing import keyed
from ahize.web.dialing.models import CodeCall
from ahize.web.lines import vault

Cursor = psycopg.Cursor[tuple[Any, ...]]

ASKED: Final = "code_call_asked"
"""The deed that wakes dialerd for it."""
DUTY: Final = "asked_code"
"""The one duty of such a permit; no ruling of a campaign's call ever names it."""
RULED: Final = "rule_on_code_call"
"""The audit's word for what clearance decided."""
WAITS: Final = timedelta(minutes=1)
"""An older ask is dialled no more: whoever asked has gone on to something else."""
RUNG_WITHIN: Final = timedelta(days=731)
A_DAY: Final = timedelta(days=1)
CALLS_A_DAY: Final = 3
DAY_BEGINS, DAY_ENDS = 8, 21


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What is known of a number when its owner asks to be called with a code.

    Attributes:
        waited_s: since it was asked.
        rung: this house has rung it within two years, so that nobody has a stranger called.
        zones: every time zone it may be in.
        calls_today: calls with a code to it in the last 24 hours, this one not counted.
        in_call: another call of ours to it is up.
        suppressed: its owner wants no calls. It does not bar this one, which they asked for after that.
        caller_id: there is a number to show.
    """

    waited_s: float
    rung: bool
    zones: tuple[str, ...]
    calls_today: int
    in_call: bool
    suppressed: bool
    caller_id: bool


def grounds(facts: CodeFacts, now: datetime) -> tuple[str, ...]:
    """Why the call may not be made; empty where it may. A zone that is not known bars."""
    objections = (
        ("too_late", facts.waited_s > WAITS.total_seconds()),
        ("never_rung", not facts.rung),
        ("night", not facts.zones or not all(is_day(zone, now) for zone in facts.zones)),
        ("too_many", facts.calls_today >= CALLS_A_DAY),
        ("in_call", facts.in_call),
        ("caller_id", not facts.caller_id),
    )
    return tuple(word for word, holds in objections if holds)


def as_ruled(facts: CodeFacts, why: Sequence[str]) -> dict[str, Any]:
    """The ruling as it stands in the chain: no number and no digit is in it."""
    told = {**asdict(facts), "zones": sorted(facts.zones), "waited_s": round(facts.waited_s, 3)}
    return {"verdict": "block" if why else "allow", "grounds": list(why), "basis": "asked_by_its_owner", "facts": told}


def is_day(zone: str, now: datetime) -> bool:
    """Whether nobody is woken there now; a zone that nobody knows has no day."""
    try:
        return DAY_BEGINS <= now.astimezone(ZoneInfo(zone)).hour < DAY_ENDS
    except (ZoneInfoNotFoundError, ValueError):
        return False


def ask(*, tenant: UUID, e164: str, code: str, house: str, language: str, now: datetime) -> CodeCall:
    """Have the number called and the code read out, where clearance lets it. The worker's; inside the house's wall."""
    made = draw_id(now)
    words = vault.seal(json.dumps({"seller_name": house, "field.code": code}), of=made, field="words")
    row = CodeCall.objects.create(id=made, tenant_id=tenant, e164=e164, language=language, words=words, at=now)
    notices.tell_dialer(tenant, ASKED, {"code_call": str(made)}, now=now)
    return row


def sweep(*, now: datetime) -> int:
    """No digit outlives the minute in which its call could be made. How many were left."""
    return CodeCall.objects.filter(at__lt=now - WAITS).exclude(words=b"").update(words=b"")


def forget(e164: str, mark: str) -> int:
    """The number is erased: what stays of its calls stands under the pseudonym, without the permit's text."""
    return CodeCall.objects.filter(e164=e164).update(e164=mark, payload="", words=b"", heard="")


def heard(e164: str) -> QuerySet[CodeCall]:
    """What a made-up telephone of this number heard, the newest first."""
    return CodeCall.objects.filter(e164=e164).exclude(heard="").order_by("-at")


# ── for dialerd ─────────────────────────────────────────────────────────────────────────────────────────────────


def asked(cursor: Cursor, tenant: UUID, now: datetime) -> Sequence[UUID]:
    """Those that wait, the oldest first; clearance refuses what has waited too long."""
    cursor.execute(
        "SELECT id FROM dialing_codecall WHERE tenant_id = %s AND state = 'asked' AND at > %s ORDER BY at, id",
        (tenant, now - 2 * WAITS),
    )
    return [row[0] for row in cursor.fetchall()]


def take_words(cursor: Cursor, call: UUID) -> tuple[str, Mapping[str, str]]:
    """Language and merge fields of a call whose permit is sealed; they are gone from the row afterwards."""
    cursor.execute("SELECT language, words FROM dialing_codecall WHERE id = %s FOR UPDATE", (call,))
    row = cursor.fetchone()
    if row is None or not bytes(row[1]):
        return "", {}
    fields = json.loads(vault.unseal(row[1], of=call, field="words"))
    cursor.execute("UPDATE dialing_codecall SET words = '' WHERE id = %s", (call,))
    return str(row[0]), {str(name): str(value) for name, value in fields.items()}


def note(cursor: Cursor, tenant: UUID, report: Mapping[str, Any], now: datetime) -> None:
    """What came of it, as the gate says: ``ringing``, ``answered``, ``ended`` or ``refused``. Again changes nothing.

    Whoever pressed 9 is suppressed for every seller of the house, in the same transaction.
    """
    call, state = UUID(str(report["id"])), str(report["state"])
    if state not in ("ringing", "answered", "ended", "refused"):
        raise ValueError(f"a call with a code is ringing, answered, ended or refused, not {state!r}")
    why, outcome = (str(report.get(name, ""))[:30] for name in ("why", "outcome"))
    cursor.execute(
        _NOTE,
        {
            **{"id": call, "tenant": tenant, "state": state, "now": now, "why": why, "outcome": outcome},
            **{"cause": report.get("cause"), "heard": str(report.get("heard", ""))[:500]},
        },
    )
    row = cursor.fetchone()
    if row is not None and report.get("stopped") and row[0].startswith("+"):
        cursor.execute("SELECT id FROM tenants_seller WHERE tenant_id = %s ORDER BY id", (tenant,))
        for (seller,) in cursor.fetchall():
            keyed.suppress(cursor, tenant, seller=seller, number=row[0], now=now)


_NOTE = """
    UPDATE dialing_codecall c SET state = %(state)s::text, why = coalesce(nullif(%(why)s::text, ''), why),
        outcome = coalesce(nullif(%(outcome)s::text, ''), outcome), cause = coalesce(%(cause)s, cause),
        answered_at = CASE WHEN %(state)s::text = 'answered' THEN coalesce(answered_at, %(now)s) ELSE answered_at END,
        ended_at = CASE WHEN %(state)s::text IN ('ended', 'refused') THEN coalesce(ended_at, %(now)s) END,
        heard = CASE WHEN t.world = 'made_up' THEN coalesce(nullif(%(heard)s::text, ''), heard) ELSE heard END
    FROM tenants_tenant t WHERE c.id = %(id)s AND c.tenant_id = %(tenant)s AND t.id = c.tenant_id
      AND c.state NOT IN ('ended', 'refused') RETURNING c.e164"""
