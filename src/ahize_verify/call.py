"""One attempt as a rule sees it: its facts by path, and what day it is where the person is.

A fact that is absent, null, or (of zones and regions) empty is not known: ``None``. Tests answer ``True``, ``False``
or, where a fact is missing, ``None``; then they say which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)

Zones = Callable[[str], ZoneInfo]


class Said(NamedTuple):
    """What a test came to; ``gaps``: the facts that are missing where it came to nothing."""

    truth: bool | None
    gaps: tuple[str, ...] = ()


YES, NO = Said(True), Said(False)


def missing(*gaps: str) -> Said:
    return Said(None, gaps)


def each_once(*some: Iterable[str]) -> tuple[str, ...]:
    """Every name once, in order."""
    return tuple(dict.fromkeys(name for names in some for name in names))


def instant(text: str) -> datetime:
    """Raises: ValueError where there is no offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {text}")
    return at.astimezone(UTC)


def wall_time(text: str) -> time | None:
    """``24:00`` is the end of the day, for which there is no time."""
    return None if text == "24:00" else time.fromisoformat(text)


def later_by_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - DAY).day))


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant at which calendars there show that day; where midnight is skipped, the first after."""
    at = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).date() == day and (at - timedelta(microseconds=1)).astimezone(zone).date() != day:
        return at
    early, late = at - DAY / 2, at + DAY / 2
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        early, late = (middle, late) if middle.astimezone(zone).date() < day else (early, middle)
    return late.replace(microsecond=0)


class Call:
    """The facts at one instant.

    Args:
        facts: as a ruling keeps them.
        at: the instant to decide for; the facts' own where it is not given.
        zones: finds a time zone by its name.
    """

    def __init__(self, facts: Mapping[str, Any], zones: Zones, at: datetime | None = None) -> None:
        self.facts = facts
        self.at = instant(facts["at"]) if at is None else at
        self.zone_of = zones
        self.zones = tuple(sorted(set(self.fact("callee.zones") or ())))
        days = [self.at.astimezone(zones(zone)).date() for zone in self.zones]
        self.first_day = min(days) if days else (self.at + _WEST).date()
        self.last_day = max(days) if days else (self.at + _EAST).date()
        self.relied: list[Mapping[str, Any]] = []
        """The consents that a rule stood on so far."""

    def fact(self, path: str) -> Any:
        """By its path in the contract; sets come as they are written, lists of entries too."""
        found: Any = self.facts
        for part in path.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(part)
        return None if path in ("callee.zones", "callee.regions") and not found else found

    def day_of(self, path: str) -> date | None:
        text = self.fact(path)
        return None if text is None else date.fromisoformat(text)

    def known(self, pairs: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
        """Of named values, the names of those that nobody knows."""
        return tuple(name for name, value in pairs if value is None)

    def until_the_end_of(self, day: date) -> Said:
        """Is it that day or before it there? Between two days the later counts."""
        if self.last_day <= day:
            return YES
        return missing("callee.zones") if not self.zones and self.first_day <= day else NO

    def day_begins(self, day: date) -> datetime:
        """When that day begins in the first of the zones."""
        return min(day_begins(day, self.zone_of(zone)) for zone in self.zones or ("Etc/GMT-14",))

    def days_since(self, day: date) -> tuple[int, int]:
        """At least and at most."""
        return (self.first_day - day).days, (self.last_day - day).days

    def local(self, zone: str) -> datetime:
        return self.at.astimezone(self.zone_of(zone))


_NANP = re.compile(r"\+1(\d{3})\d{7}\Z")


@lru_cache(maxsize=4096)
def area_code(number: str | None) -> str | None:
    """The three digits after +1; None for every other number."""
    found = _NANP.match(number or "")
    return found[1] if found else None
