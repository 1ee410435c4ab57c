"""The laws' definitions of abandonment for one campaign, as the engine takes them: caps, periods, counts so far; and
the house's own for each day, which campaigns share.

The cap of each law is the smallest of the law's, the house's for that country and the campaign's. A day of the house
goes from midnight to midnight by its own clock (``Tenant.zone``), whomever it calls: it is one sum over people in many
zones. Refuses to say whom a campaign calls: the engine applies a definition with the first call to somebody whom it
protects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from ahize.compliance.house.document import default_of
from ahize.compliance.rulebook import Rulebook
from ahize.dialer.values import Counted, Limit
from ahize.web.dialing import abandoned

Cursor = psycopg.Cursor[tuple[Any, ...]]

MEASURE: Final = "abandonment"
A_DAY: Final = "abandonment_day"
_HOUSE: Final = """
    SELECT DISTINCT ON (name) name, after FROM policies_change
    WHERE tenant_id = %s AND subject = 'measure' AND name = ANY(%s) AND version IS NOT NULL
    ORDER BY name, version DESC"""
_COUNTED: Final = f"({abandoned.ABANDONED} OR ({abandoned.LIVE_ANSWER}))"
_OF_THE_DAY: Final = f"""
    SELECT c.seller_id, count(*) FILTER (WHERE ({abandoned.LIVE_ANSWER}) OR a.mistaken),
           count(*) FILTER (WHERE {abandoned.ABANDONED})
    FROM dialing_attempt a JOIN campaigns_campaign c ON c.id = a.campaign_id
    WHERE a.tenant_id = %s AND a.at >= %s AND {_COUNTED} GROUP BY 1 ORDER BY 1"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class House:
    """What the house asks of itself.

    Args:
        caps: by country, over the period of the law there; ``day``: for each day, of the ``house`` and of a ``seller``.
        zone: by whose clock its days are.
        counts: live answers and abandoned calls of this day, by seller.
    """

    caps: Mapping[str, float]
    day: Mapping[str, float]
    zone: str
    counts: Mapping[UUID, tuple[int, int]]

    def limits(self, seller: UUID, now: datetime) -> tuple[Limit, ...]:
        """Those for each day, of which all campaigns that share one bring the same account."""
        until = _midnight(now, self.zone, 1)
        return tuple(
            Limit(
                layer=whose,
                countries=(),
                cap=share,
                days=1,
                live_answers=sum(live for live, _ in counts),
                abandoned=sum(lost for _, lost in counts),
                until=until,
                shared=f"day:{whose}" if whose == "house" else f"day:{whose}:{seller}",
                zone=self.zone,
            )
            for whose, share in self.day.items()
            for counts in [self._counts_of(whose, seller)]
        )

    def _counts_of(self, whose: str, seller: UUID) -> Sequence[tuple[int, int]]:
        return tuple(self.counts.values()) if whose == "house" else (self.counts.get(seller, (0, 0)),)


def house_of(cursor: Cursor, tenant: UUID, now: datetime) -> House:
    """The house's own limits, its defaults where it said nothing, and what came of its day so far."""
    cursor.execute(_HOUSE, (tenant, [MEASURE, A_DAY]))
    said = {MEASURE: default_of(MEASURE), A_DAY: default_of(A_DAY), **dict(cursor.fetchall())}
    cursor.execute("SELECT zone FROM tenants_tenant WHERE id = %s", (tenant,))
    row = cursor.fetchone()
    zone = row[0] if row else "UTC"
    day = said[A_DAY] or {}
    return House(said[MEASURE] or {}, day, zone, _day_counts(cursor, tenant, _midnight(now, zone, 0)) if day else {})


def _day_counts(cursor: Cursor, tenant: UUID, since: datetime) -> Mapping[UUID, tuple[int, int]]:
    cursor.execute(_OF_THE_DAY, (tenant, since))
    return {seller: (live, lost) for seller, live, lost in cursor.fetchall()}


def _midnight(now: datetime, zone: str, days: int) -> datetime:
    clock = ZoneInfo(zone)
    return datetime.combine(now.astimezone(clock).date() + timedelta(days=days), time(), clock).astimezone(UTC)


def limits_of(
    cursor: Cursor, campaign: UUID, *, seller: UUID, created_at: datetime, cap: float, house: House, now: datetime
) -> tuple[Limit, ...]:
    """Every definition that may apply to a campaign.

    Args:
        cap: the campaign's own; ``house``: of ``house_of``.
    """
    found = list(_defined(house.caps, now))
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
    return (*limits, *house.limits(seller, now))


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
