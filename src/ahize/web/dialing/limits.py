"""The laws' definitions of abandonment for one campaign, as the engine takes them: caps, periods, counts so far.

The cap of each is the smallest of the law's, the house's for that country and the campaign's. Refuses to say whom a
campaign calls: the engine applies a definition with the first call to somebody whom it protects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from ahize.compliance.house.document import default_of
from ahize.compliance.rulebook import Rulebook
from ahize.dialer.values import Counted, Limit
from ahize.web.dialing import abandoned

Cursor = psycopg.Cursor[tuple[Any, ...]]

MEASURE: Final = "abandonment"
_HOUSE: Final = """
    SELECT after FROM policies_change
    WHERE tenant_id = %s AND subject = 'measure' AND name = %s AND version IS NOT NULL ORDER BY version DESC LIMIT 1"""


def house_caps(cursor: Cursor, tenant: UUID) -> Mapping[str, float]:
    """The house's own caps by country; its default where it said nothing."""
    cursor.execute(_HOUSE, (tenant, MEASURE))
    row = cursor.fetchone()
    return (default_of(MEASURE) if row is None else row[0]) or {}


def limits_of(
    cursor: Cursor, campaign: UUID, *, created_at: datetime, cap: float, house: Mapping[str, float], now: datetime
) -> tuple[Limit, ...]:
    """Every definition that may apply to a campaign.

    Args:
        cap: the campaign's own; ``house``: of ``house_caps``.
    """
    found = list(_defined(house, now))
    since = [abandoned.begins(days, created_at, now) for _, _, _, days in found]
    counts = abandoned.counted(cursor, campaign, since) if found else []
    limits = []
    for (layer, countries, most, days), start, (live, lost) in zip(found, since, counts, strict=True):
        moves = abandoned.way_of(days) == "rolling"
        limits.append(
            Limit(
                layer=layer,
                countries=countries,
                cap=min(most, cap),
                days=days,
                live_answers=live,
                abandoned=lost,
                until=None if moves else _end(days, start),
                past=_by_hour(cursor, campaign, start) if moves else (),
            )
        )
    return tuple(limits)


def _defined(house: Mapping[str, float], now: datetime) -> Iterator[tuple[str, tuple[str, ...], float, int]]:
    """Layer, countries, cap and days: of each law that has a cap, and of each country for which the house has one."""
    by_country = Rulebook.load().by_country
    known = {one.layer: one for one in abandoned.definitions(now)}
    laws = {law.layer: law for law in by_country.values()}
    for layer, one in known.items():
        yield layer, tuple(laws[layer].countries), min(one.share_max, house.get(layer, 1.0)), one.period_days
    for country, share in house.items():
        if country not in known:
            countries = tuple(laws[country].countries) if country in laws else (country,)
            yield country, countries, share, abandoned.paced_days(now)


def _end(days: int, start: datetime) -> datetime:
    if abandoned.way_of(days) == "month":
        return (start.astimezone(UTC) + timedelta(days=days)).replace(day=1)
    return start + timedelta(days=days)


def _by_hour(cursor: Cursor, campaign: UUID, since: datetime) -> tuple[Counted, ...]:
    cursor.execute(
        f"SELECT date_trunc('hour', a.at), count(*) FILTER (WHERE ({abandoned.LIVE_ANSWER}) OR a.mistaken),"  # noqa: S608
        f" count(*) FILTER (WHERE {abandoned.ABANDONED}) FROM dialing_attempt a"
        f" WHERE a.campaign_id = %s AND a.at >= %s AND ({abandoned.ABANDONED} OR ({abandoned.LIVE_ANSWER}))"
        " GROUP BY 1 ORDER BY 1",
        (campaign, since),
    )
    return tuple(Counted(at, live, lost) for at, live, lost in cursor.fetchall())
