"""Calling hours: in which hours of the callee's own wall clock a call may begin, by kind of day.

Where the callee may be in several zones, all of them must be open. The start belongs to the window, the end does not.
A consent opens an early or late hour only through hours the person asked for, on the day asked for. Grounds: a weekday
without hours is `day`, a holiday without hours or the closed end of a half holiday `holiday`, the rest `hours`; each
that holds is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Final

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.calendars import WEEKDAYS
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.appointment import holds, marks
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.rules.lifting import Lifting
from ahize.compliance.ruling import Bar, Finding
from ahize.compliance.timetable import Spans, Timetable
from ahize.kernel.windows import next_change, zone_of

_DAY: Final = timedelta(days=1)
_LOOK_AHEAD: Final = 30
"""Days. No law closes for longer; beyond, we only ask again."""


class CallingHours(Rule):
    """Only in the hours of the timetable, on the callee's clocks and on those under ``also_by``."""

    kind: ClassVar[str] = "calling_hours"
    ground: ClassVar[str] = "hours"
    hours: Timetable
    asked_for: Agreement | None
    lifting: Lifting
    also_by: tuple[str, ...]

    def setup(self, given: Given) -> None:
        calendar = given.law.calendar(given.entry["holidays"], self.id) if "holidays" in given.entry else None
        self.hours = Timetable(given.values, calendar, self.id)
        opened_by = given.entry["opened_by"]
        self.asked_for = None if opened_by == "nothing" else given.law.agreement(opened_by, self.id)
        self.lifting = Lifting(given)
        self.also_by = tuple(given.entry.get("also_by", ()))

    def _clocks(self, ask: Ask) -> tuple[str, ...]:
        return ask.zones + self.also_by

    def _closed(self, ask: Ask) -> list[Bar]:
        """What the clocks say against it, each ground once."""
        found: dict[str, Bar] = {}
        for zone in self._clocks(ask):
            wall = ask.at.astimezone(zone_of(zone))
            day = self.hours.on(wall.date())
            holiday = day.half if day.is_cut_short(wall.time()) else day.holiday
            if holiday is not None and "holiday" not in found:
                found["holiday"] = self.bar("holiday", "holiday", day=wall.date().isoformat(), name=holiday, zone=zone)
            if day.closed and "day" not in found:
                found["day"] = self.bar("day", "day", weekday=WEEKDAYS[wall.weekday()], zone=zone)
            hours = day.hours_at(wall.time())
            if hours and "hours" not in found and not any(span.has(wall.time()) for span in hours):
                found["hours"] = self._outside(wall, zone, hours)
        return list(found.values())

    def _outside(self, wall: datetime, zone: str, spans: Spans) -> Bar:
        clock = f"{wall:%H:%M:%S}" if wall.second else f"{wall:%H:%M}"
        if len(spans) > 1:
            return self.bar("hours.several", clock=clock, zone=zone, hours=", ".join(map(str, spans)))
        opens, closes = str(spans[0]).split("–")
        return self.bar("hours", clock=clock, zone=zone, opens=opens, closes=closes)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        closed = self._closed(ask) if ask.zones else []
        if ask.zones and not closed:
            return
        lifted, asked = self.lifting.held(ask), self._asked_for(ask)
        if YES in (lifted.truth, asked.truth):
            return
        gaps = names(lifted.gaps, asked.gaps, () if ask.zones else ("callee.zones",))
        if gaps:
            yield self.gap(*gaps)
        else:
            yield from closed

    def _asked_for(self, ask: Ask) -> Answer:
        """Did the person ask to be called at this hour of this day?"""
        if self.asked_for is None or not ask.zones:
            return Answer(NO)
        held = self.asked_for.held(ask)
        if held.truth is not YES:
            windows = ask.facts.consents is UNKNOWN or any(one.window is not None for one in ask.facts.consents)
            return Answer(MAYBE, held.gaps) if held.truth is MAYBE and windows else Answer(NO)
        gaps: list[tuple[str, ...]] = []
        for consent in held.consents:
            if consent.window is None:
                continue
            asked = [holds(consent.window, ask, zone) for zone in ask.zones]
            if all(one is YES for one in asked):
                ask.relied.append(consent)
                return Answer(YES)
            if NO not in asked:
                gaps.append(("consents.window",))
        return Answer(MAYBE, names(*gaps)) if gaps else Answer(NO)

    def edge(self, ask: Ask) -> datetime | None:
        edges: list[datetime | None] = [self._next_change(ask.at, zone) for zone in self._clocks(ask) if ask.zones]
        edges.append(self.lifting.held(ask).edge)
        if self.asked_for is not None and ask.facts.consents is not UNKNOWN and ask.facts.consents:
            edges.append(self.asked_for.held(ask).edge)
            for consent in ask.facts.consents:
                edges.extend(marks(consent, ask))
        return earliest(*edges)

    def _next_change(self, at: datetime, zone: str) -> datetime | None:
        """The first instant after ``at`` at which hours begin or end there."""
        if self.hours.never_changes:
            return None
        ahead = at + _LOOK_AHEAD * _DAY
        return next_change(at, zone, lambda day: self.hours.on(day).spans, _LOOK_AHEAD) or ahead
