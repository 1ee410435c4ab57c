"""Callable inventory: how many contacts of a campaign may be called, hour by hour, if nothing changes but the clock.

Counted from the same rulings that clearance makes: for each different situation the stretches of time in which one
ruling holds, so that a week is a few decisions and not 168. Contacts that the campaign has finished with are left out.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ahize.web.dialing import why_not
from ahize.web.dialing.lawful import access_campaign

HOUR = timedelta(hours=1)
HOURS = 7 * 24


def inventory(campaign_id: UUID, *, now: datetime, hours: int = HOURS) -> dict[str, Any]:
    """The inventory as ``InventoryOut`` says: now, and at each full hour after it.

    A reason is the first one at the beginning of its stretch of time.
    """
    campaign = access_campaign(campaign_id)
    first = now.replace(minute=0, second=0, microsecond=0) + HOUR
    instants = [now, *(first + ahead * HOUR for ahead in range(hours - 1))]
    able: list[Counter[str]] = [Counter() for _ in instants]
    barred: list[Counter[str]] = [Counter() for _ in instants]
    sentences: dict[str, str] = {}
    total = 0
    sheet = why_not.sheet_of(campaign, now)
    for person, people, stretches in sheet.stretches(now, instants[-1] + HOUR):
        total += people
        zone = " + ".join(person.zones) or "?"
        place = 0
        for stretch in stretches:
            code, sentence = why_not.first_reason(stretch.ruling)
            sentences.setdefault(code, sentence)
            while place < len(instants) and instants[place] < stretch.until:
                (able if code == why_not.CALLABLE else barred)[place][zone if code == why_not.CALLABLE else code] += (
                    people
                )
                place += 1
    sentences.pop(why_not.CALLABLE, None)
    return {
        "campaign": campaign.pk,
        "at": now,
        "total": total,
        "reasons": [{"code": code, "sentence": sentences[code]} for code in sorted(sentences)],
        "hours": [
            {"at": at, "callable": sum(zones.values()), "by_zone": dict(zones), "barred": dict(reasons)}
            for at, zones, reasons in zip(instants, able, barred, strict=True)
        ],
    }
