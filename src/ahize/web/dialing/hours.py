"""A campaign's own hours, on the clock of the called person: open now, until when, and when again.

A week as campaigns keep it (``{"mon": [["09:30", "19:30"]], …}``), half-open, read in every zone the number may be in:
it is open only where it is open in all of them. Refuses to know the law's hours; they bind besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = Mapping[str, Any]

AHEAD_DAYS = 8


def is_open(week: Week, zones: Sequence[str], at: datetime) -> bool:
    """True where ``at`` lies in the week's hours in each of the zones. A week without hours is closed."""
    return bool(zones) and closes(week, zones, at) is not None


def closes(week: Week, zones: Sequence[str], at: datetime) -> datetime | None:
    """When the present opening ends in the first of the zones; None where it is closed."""
    ends = [_in_span(week, zone, at) for zone in zones]
    return None if not ends or any(end is None for end in ends) else min(end for end in ends if end is not None)


def next_open(week: Week, zones: Sequence[str], at: datetime) -> datetime | None:
    """The first instant from ``at`` on at which all zones are open; None where there is none within a week."""
    starts = sorted({start for zone in zones for start, _ in _spans(week, zone, at) if start > at})
    for start in starts:
        if is_open(week, zones, start):
            return start
    return None


def _in_span(week: Week, zone: str, at: datetime) -> datetime | None:
    """The end of the span that ``at`` lies in, or None."""
    return next((end for start, end in _spans(week, zone, at) if start <= at < end), None)


def _spans(week: Week, zone: str, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    clock = ZoneInfo(zone)
    today = at.astimezone(clock).date()
    for ahead in range(AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        for opens, shuts in week.get(DAYS[day.weekday()]) or ():
            yield _instant(day, opens, clock), _instant(day, shuts, clock)


def _instant(day: date, text: str, clock: ZoneInfo) -> datetime:
    if text == "24:00":
        return datetime.combine(day + timedelta(days=1), time(), clock).astimezone(UTC)
    return datetime.combine(day, time.fromisoformat(text), clock).astimezone(UTC)
