"""What a day's half hours will bring, learned from the tenant's own calls of the same weekday.

Means over the days of the last eight weeks on which anything was heard at all, so that a holiday dilutes nothing; by
the house's own clock. Refuses to guess where there is no such day: then people enter it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

WEEKS: Final = 8
HALVES: Final = 48
LONGEST_WRAP_S: Final = 600
PATIENCE_S: Final = 180.0
"""How long a caller waits in the mean before they hang up, until somebody says otherwise."""
HANDLE_S: Final = 240.0
"""Talk and wrap-up in the mean, where there was no talk yet."""

_INBOUND = """
    SELECT floor(extract(epoch FROM (c.at AT TIME ZONE %(zone)s)::time) / 1800)::int,
           count(*), count(DISTINCT (c.at AT TIME ZONE %(zone)s)::date)
    FROM dialing_inboundcall c
    WHERE c.at >= %(since)s AND c.at < %(until)s AND extract(isodow FROM c.at AT TIME ZONE %(zone)s) = %(weekday)s
    GROUP BY GROUPING SETS ((1), ())"""

_TALKS = """
    SELECT floor(extract(epoch FROM (a.connected_at AT TIME ZONE %(zone)s)::time) / 1800)::int,
           count(*), count(DISTINCT (a.connected_at AT TIME ZONE %(zone)s)::date)
    FROM dialing_attempt a
    WHERE a.campaign_id = %(campaign)s AND a.at >= %(since)s AND a.at < %(until)s AND a.connected_at IS NOT NULL
      AND extract(isodow FROM a.connected_at AT TIME ZONE %(zone)s) = %(weekday)s
    GROUP BY GROUPING SETS ((1), ())"""

_HANDLE = """
    SELECT avg(a.talk_s) + coalesce(avg(least(%(wrap)s, greatest(0, extract(epoch FROM a.disposed_at - a.ended_at)))),
                                    0), count(*)
    FROM dialing_attempt a
    WHERE a.at >= %(since)s AND a.at < %(until)s AND a.connected_at IS NOT NULL AND a.talk_s IS NOT NULL
      AND (%(campaign)s::uuid IS NULL OR a.campaign_id = %(campaign)s)"""


@dataclass(frozen=True, slots=True)
class Learned:
    """Of each half hour of the day (48 of them, from midnight), the mean; and on how many days it rests.

    ``handle_s`` rests on ``talks`` talks; with none it is a usual figure.
    """

    calls: list[float]
    days: int
    talks_wanted: list[float]
    talk_days: int
    handle_s: float
    talks: int


def learned(*, campaign: UUID | None, inbound: bool, day: date, zone: ZoneInfo) -> Learned:
    """What is known of such a day."""
    until = datetime.combine(day, time(), zone)
    given: dict[str, Any] = {
        "zone": zone.key,
        "since": until - timedelta(weeks=WEEKS),
        "until": until,
        "weekday": day.isoweekday(),
        "campaign": campaign,
        "wrap": LONGEST_WRAP_S,
    }
    with connection.cursor() as cursor:
        calls, days = _means(cursor, _INBOUND, given) if inbound else ([0.0] * HALVES, 0)
        talks, talk_days = _means(cursor, _TALKS, given) if campaign else ([0.0] * HALVES, 0)
        cursor.execute(_HANDLE, given)
        handle_s, seen = cursor.fetchone()
    return Learned(calls, days, talks, talk_days, float(handle_s) if seen else HANDLE_S, seen)


def _means(cursor: Any, query: str, given: dict[str, Any]) -> tuple[list[float], int]:
    cursor.execute(query, given)
    counts = [0] * HALVES
    days = 0
    for half, count, of_days in cursor.fetchall():
        if half is None:
            days = of_days
        else:
            counts[half] = count
    return [round(count / days, 1) if days else 0.0 for count in counts], days
