"""Timetable: the hours of a law by kind of day: every day, Monday to Friday, one weekday, a holiday, a half day.

The most special word wins: a holiday before a weekday by its name, that before Monday to Friday, that before every day.
A value is windows of local time or ``none``. This file knows no zone and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, NamedTuple

from ahize.compliance.calendars import WEEKDAYS, Calendar
from ahize.compliance.terms import BadLaw

_WORKING_DAYS = 5
_OF_CALENDAR = ("holiday", "holiday_monday_to_friday", "half_day")
_WORDS = frozenset({"hours", "opens", "closes", "monday_to_friday", *WEEKDAYS, *_OF_CALENDAR})


class Span(NamedTuple):
    """Local hours ``[opens, closes)``; ``closes`` None: the end of the day."""

    opens: time
    closes: time | None

    def has(self, wall: time) -> bool:
        return self.opens <= wall and (self.closes is None or wall < self.closes)

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–" + ("24:00" if self.closes is None else f"{self.closes:%H:%M}")


Spans = tuple[Span, ...]
WHOLE_DAY: Spans = (Span(time(), None),)


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day.

    Args:
        spans: the hours that hold; none where the day is closed.
        usual: the hours of such a weekday, were it no holiday.
        holiday: the name of the holiday that closes it, or None.
        half: the name of the half holiday that shortens it, or None.
        closed: the weekday has no hours at all.
    """

    spans: Spans
    usual: Spans
    holiday: str | None
    closed: bool
    half: str | None = None

    def is_cut_short(self, wall: time) -> bool:
        """Has a half holiday begun by then?"""
        return self.half is not None and all(span.closes is not None and span.closes <= wall for span in self.spans)

    def hours_at(self, wall: time) -> Spans:
        """The hours to keep by then, the holiday aside: until a half holiday begins its own, from then on the usual."""
        return self.spans if self.half is not None and not self.is_cut_short(wall) else self.usual


class Timetable:
    """The hours of one rule. Raises: BadLaw where the words cannot be read."""

    def __init__(self, values: Mapping[str, Any], calendar: Calendar | None, where: str) -> None:
        words = {name: value for name, value in values.items() if name in _WORDS}
        if "opens" in words or "closes" in words:
            words["hours"] = (Span(values["opens"], values["closes"]),)
        if any(word in words for word in _OF_CALENDAR) and calendar is None:
            raise BadLaw(f"{where}: hours of holidays need `holidays`, the name of a calendar")
        self._calendar = calendar
        self._words = words
        self._week = tuple(self._of_weekday(number, where) for number in range(len(WEEKDAYS)))
        self.never_changes = all(spans == WHOLE_DAY for spans in self._week) and not any(
            word in words for word in _OF_CALENDAR
        )

    def _of_weekday(self, number: int, where: str) -> Spans:
        names = [WEEKDAYS[number], *(["monday_to_friday"] if number < _WORKING_DAYS else []), "hours"]
        for name in names:
            if name in self._words:
                spans: Spans = self._words[name]
                return spans
        raise BadLaw(f"{where}: it needs 'opens' and 'closes', or `hours`, for {WEEKDAYS[number]}")

    def on(self, day: date) -> Day:
        usual = self._week[day.weekday()]
        special, holiday, half = self._special(day)
        if half is not None and usual and special is not None:
            return Day(special, usual, None, closed=False, half=half)
        if special is None:
            return Day(usual, usual, None, not usual)
        spans = special if usual else ()
        return Day(spans, special or usual, None if special else holiday, not usual)

    def _special(self, day: date) -> tuple[Spans | None, str | None, str | None]:
        """The hours of a holiday or half day, and the name of either; None where the law makes no difference."""
        if self._calendar is None:
            return None, None, None
        name = self._calendar.holiday(day)
        if name is not None:
            if "holiday" in self._words:
                return self._words["holiday"], name, None
            if day.weekday() < _WORKING_DAYS and "holiday_monday_to_friday" in self._words:
                return self._words["holiday_monday_to_friday"], name, None
            return None, None, None
        if "half_day" in self._words:
            name = self._calendar.half_day(day)
            if name is not None:
                return self._words["half_day"], None, name
        return None, None, None
