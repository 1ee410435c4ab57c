"""When a campaign's list will be finished, said once a day, and how wrong that was.

The pace is what was finished for good in the last seven whole days, closed days included, for they will come again; on
a campaign's first day it is that day's so far, and nothing is written down yet. What was said is never changed; when
the list is finished, each word is held against that day. Refuses to plan seats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS, connections

from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign, CampaignState
from ahize.web.staffing.models import FinishForecast
from ahize.web.tenants.models import Tenant

WINDOW_DAYS: Final = 7
LONGEST_DAYS: Final = 3650
"""What would take ten years is said to have no end."""
Z: Final = 1.96
SHOWN: Final = 60

_STANDING = """
    SELECT count(*) FILTER (WHERE NOT done), count(*) FILTER (WHERE done), max(last_at) FILTER (WHERE done),
           min(last_at)
    FROM dialing_due WHERE campaign_id = %(campaign)s"""

_DONE_BY_DAY = """
    SELECT (last_at AT TIME ZONE %(zone)s)::date, count(*) FROM dialing_due
    WHERE campaign_id = %(campaign)s AND done AND last_at >= %(since)s AND last_at < %(until)s GROUP BY 1"""


def house_zone(using: str = DEFAULT_DB_ALIAS) -> ZoneInfo:
    """The clock by which this house counts its days."""
    return ZoneInfo(Tenant.objects.using(using).get().zone)


def foretell(tenant: UUID, *, now: datetime, using: str = DEFAULT_DB_ALIAS) -> int:
    """Say today's word of each campaign that runs or pauses, where it was not said yet; how many were said."""
    zone = house_zone(using)
    today = now.astimezone(zone).date()
    open_ones = Campaign.objects.using(using).filter(state__in=(CampaignState.RUNNING, CampaignState.PAUSED))
    said = set(FinishForecast.objects.using(using).filter(on=today).values_list("campaign_id", flat=True))
    words = []
    for campaign in open_ones.exclude(pk__in=said).order_by("id"):
        word = forecast(campaign.pk, now=now, zone=zone, using=using)
        if word is not None and not word.pop("first_day"):
            given = {"id": draw_id(now), "tenant_id": tenant, "campaign_id": campaign.pk, "on": today, "at": now}
            words.append(FinishForecast(**given, **word))
    FinishForecast.objects.using(using).bulk_create(words, ignore_conflicts=True)
    return len(words)


def forecast(campaign: UUID, *, now: datetime, zone: ZoneInfo, using: str = DEFAULT_DB_ALIAS) -> dict[str, Any] | None:
    """What may be said now; None for a list that is finished, or has nobody in it, or was never dialled."""
    today = now.astimezone(zone).date()
    with connections[using].cursor() as cursor:
        cursor.execute(_STANDING, {"campaign": campaign})
        remaining, _done, _last, first = cursor.fetchone()
        if not remaining or first is None:
            return None
        began = first.astimezone(zone).date()
        window = min(WINDOW_DAYS, (today - began).days)
        days = [today - timedelta(days=n + 1) for n in range(window)] or [today]
        since = datetime.combine(days[-1], time(), zone)
        cursor.execute(_DONE_BY_DAY, {"campaign": campaign, "zone": zone.key, "since": since, "until": now})
        by_day = dict(cursor.fetchall())
    return {**ends(remaining, [by_day.get(day, 0) for day in days], today), "first_day": not window}


def ends(remaining: int, finished: Sequence[int], today: date) -> dict[str, Any]:
    """The finish of so many contacts, when so many were finished on each of the last days (one at least)."""
    pace = sum(finished) / len(finished)
    spread = sum((n - pace) ** 2 for n in finished) / max(len(finished) - 1, 1)
    error = Z * math.sqrt(spread / len(finished))

    def by(rate: float) -> date | None:
        days = remaining / rate if rate > 0 else math.inf
        return today + timedelta(days=math.ceil(days)) if days <= LONGEST_DAYS else None

    return {
        "remaining": remaining,
        "pace": pace,
        "finish": by(pace),
        "earliest": by(pace + error),
        "latest": by(pace - error),
    }


def standings(*, now: datetime) -> list[dict[str, Any]]:
    """Each campaign with what was said of it, newest first, and how wrong that was or seems to be today."""
    zone = house_zone()
    found = []
    for campaign in Campaign.objects.exclude(state=CampaignState.DRAFT).order_by("name", "id"):
        words = list(FinishForecast.objects.filter(campaign=campaign).order_by("-on")[:SHOWN])
        today = forecast(campaign.pk, now=now, zone=zone)
        finished = _finished_on(campaign.pk, zone)
        if not words and today is None and finished is None:
            continue
        against = finished or (today["finish"] if today else None)
        errors = [_days(word.finish, against) for word in words]
        known = [abs(error) for error in errors if error is not None] if finished else []
        found.append(
            {
                "campaign": campaign.pk,
                "name": campaign.name,
                "state": campaign.state,
                "finished": finished,
                "now": today,
                "mean_error_days": sum(known) / len(known) if known else None,
                "said": [
                    {
                        "on": word.on,
                        "remaining": word.remaining,
                        "pace": word.pace,
                        "finish": word.finish,
                        "earliest": word.earliest,
                        "latest": word.latest,
                        "error_days": error,
                    }
                    for word, error in zip(words, errors, strict=True)
                ],
            }
        )
    return found


def _finished_on(campaign: UUID, zone: ZoneInfo) -> date | None:
    """The day on which the last contact was finished; None while any is left."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_STANDING, {"campaign": campaign})
        remaining, done, last, _first = cursor.fetchone()
    return last.astimezone(zone).date() if done and not remaining and last is not None else None


def _days(said: date | None, happened: date | None) -> int | None:
    """How many days too late (or, negative, too early) a word was."""
    return (said - happened).days if said is not None and happened is not None else None
