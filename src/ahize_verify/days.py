"""Hours by kind of day, and holidays: the timetable of a rule, the calendar of a place.

A bundle names each holiday by its date, so that no library is needed that knows how they are reckoned.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from ahize_verify.call import wall_time

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKING = 5

Span = tuple[time, time | None]


class NoSuchDay(Exception):
    """A day was asked for of which the bundle's calendar does not speak."""


class Calendar:
    """Holidays and half days of one place, over the years that the bundle gives.

    Args:
        told: ``first_year``, ``until_year`` (half-open), ``days`` and ``half_days``: names by date.
        weekend: the weekdays on which nobody works.
    """

    def __init__(self, told: Mapping[str, Any], name: str, weekend: tuple[str, ...]) -> None:
        self.name = name
        self.years = range(told["first_year"], told["until_year"])
        self.holidays = {date.fromisoformat(day): what for day, what in told["days"].items()}
        self.half_days = {date.fromisoformat(day): what for day, what in told.get("half_days", {}).items()}
        self.weekend = frozenset(WEEKDAYS.index(day) for day in weekend)

    def holiday(self, day: date) -> str | None:
        self._check(day)
        return self.holidays.get(day)

    def half_day(self, day: date) -> str | None:
        self._check(day)
        return self.half_days.get(day)

    def is_business_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and self.holiday(day) is None

    def business_day(self, day: date, count: int) -> date:
        """The so-manieth business day after that day."""
        while count:
            day += timedelta(days=1)
            count -= self.is_business_day(day)
        return day

    def _check(self, day: date) -> None:
        if day.year not in self.years:
            told = f"{self.years.start} to {self.years.stop - 1}"
            raise NoSuchDay(f"calendar {self.name} speaks of the years {told}, and {day} was asked for")


class Hours(NamedTuple):
    """What a rule's hours are on one day, and why they are not the usual ones.

    Args:
        spans: to be kept now.
        holiday: the whole or half holiday that closes it, at that wall time.
        closed: such a weekday has no hours at all.
    """

    spans: tuple[Span, ...]
    holiday: bool
    closed: bool


def in_spans(spans: tuple[Span, ...], wall: time) -> bool:
    return any(opens <= wall and (closes is None or wall < closes) for opens, closes in spans)


def spans_of(given: str) -> tuple[Span, ...]:
    """Of ``10:00-13:00, 14:00-20:00`` or ``none``."""
    if given == "none":
        return ()
    found = []
    for part in given.replace("–", "-").split(","):
        opens, closes = (wall_time(end.strip()) for end in part.split("-"))
        found.append((opens or time(), closes))
    return tuple(found)


def hours_at(values: Mapping[str, Any], calendar: Calendar | None, local: datetime) -> Hours:
    """The hours of a rule at a wall clock: a holiday goes before a weekday, that before Monday to Friday."""
    day, wall = local.date(), local.time()
    weekday = day.weekday()
    names = [WEEKDAYS[weekday], *(["monday_to_friday"] if weekday < _WORKING else []), "hours"]
    if "opens" in values or "closes" in values:
        values = {**values, "hours": ((values["opens"] or time(), values["closes"]),)}
    usual: tuple[Span, ...] = next(values[name] for name in names if name in values)
    if calendar is None:
        return Hours(usual, holiday=False, closed=not usual)
    if calendar.holiday(day) is not None:
        words = ("holiday", *(["holiday_monday_to_friday"] if weekday < _WORKING else []))
        special = next((values[word] for word in words if word in values), None)
        if special is not None:
            return Hours(special or usual, holiday=not special, closed=not usual)
    elif "half_day" in values and calendar.half_day(day) is not None:
        short: tuple[Span, ...] = values["half_day"]
        if not usual:
            return Hours(short, holiday=False, closed=True)
        cut = all(closes is not None and closes <= wall for _, closes in short)
        return Hours(usual if cut else short, holiday=cut, closed=False)
    return Hours(usual, holiday=False, closed=not usual)
