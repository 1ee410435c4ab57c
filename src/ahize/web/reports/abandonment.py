"""Abandoned calls of each campaign by every definition side by side, from the same events.

Answers what the laws' definitions and the plain day of the house come to. Refuses to decide: clearance does.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from ahize.web.campaigns.models import Campaign, CampaignState
from ahize.web.dialing import abandoned
from ahize.web.policies import queries as policies
from ahize.web.tenants.models import Tenant

DAY = "day"
"""The house's own: today, on its own clock; no law counts so."""


def abandonment(now: datetime) -> dict[str, Any]:
    """As ``AbandonmentOut`` says."""
    zone = ZoneInfo(Tenant.objects.get().zone)
    caps: dict[str, float] = policies.policy().values["abandonment"] or {}
    laws = abandoned.definitions(now)
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    found = []
    for campaign in Campaign.objects.exclude(state=CampaignState.DRAFT).order_by("name", "id"):
        since = [*(abandoned.begins(one.period_days, campaign.created_at, now, zone) for one in laws), today]
        with connection.cursor() as cursor:
            counts = abandoned.counted(cursor, campaign.pk, since)
        found.append(
            {
                "id": campaign.pk,
                "name": campaign.name,
                "counts": [
                    {"key": key, "since": start, "live": live, "abandoned": lost, "share": lost / live if live else 0.0}
                    for key, start, (live, lost) in zip([*(one.layer for one in laws), DAY], since, counts, strict=True)
                ],
            }
        )
    return {
        "at": now,
        "zone": zone.key,
        "definitions": [
            *(
                {
                    "key": one.layer,
                    "rule": one.rule.id,
                    "title": one.rule.title,
                    "title_tr": one.rule.title_tr,
                    "cites": one.rule.cites,
                    "share_max": one.share_max,
                    "house_share": caps.get(one.layer),
                    "period_days": one.period_days,
                    "counted": abandoned.way_of(one.period_days),
                }
                for one in laws
            ),
            {
                **{"key": DAY, "rule": "", "title": "", "title_tr": "", "cites": [], "share_max": None},
                **{"house_share": None, "period_days": 1, "counted": "day"},
            },
        ],
        "campaigns": found,
    }
