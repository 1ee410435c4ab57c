"""Contact pause: once the person was spoken to, whole business days pass before the next call.

Neither the day of the talk nor a half holiday counts. Only talks of this seller count, by the channels named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar

from ahize.compliance.ask import MAYBE, YES, Ask, earliest, names
from ahize.compliance.calendars import Calendar
from ahize.compliance.facts import UNKNOWN, PastAttempt
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding
from ahize.kernel.windows import day_start, local_day

_DAY = timedelta(days=1)


class ContactPause(Rule):
    """``pause`` business days of the calendar under ``holidays``, unless the agreement under ``unless`` is held."""

    kind: ClassVar[str] = "contact_pause"
    ground: ClassVar[str] = "frequency"
    pause: int
    calendar: Calendar
    agreement: Agreement
    channels: frozenset[str]

    def setup(self, given: Given) -> None:
        self.pause = given.values["pause"]
        self.calendar = given.law.calendar(given.entry["holidays"], self.id)
        self.agreement = given.law.agreement(given.entry["unless"], self.id)
        self.channels = frozenset(given.entry.get("channels", ("voice",)))

    def _over_on(self, spoken_on: date) -> date:
        """The first day on which the next call may be made."""
        day, passed = spoken_on, 0
        while passed < self.pause:
            day += _DAY
            passed += self.calendar.is_business_day(day) and self.calendar.half_day(day) is None
        return day + _DAY

    def _ends(self, at: datetime, ask: Ask) -> datetime:
        return max(day_start(self._over_on(local_day(at, zone)), zone) for zone in ask.zones)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        attempts = ask.facts.history.attempts
        if attempts is UNKNOWN or (attempts and not ask.zones):
            missing = "history.attempts" if attempts is UNKNOWN else "callee.zones"
            held = self.agreement.held(ask)
            if held.truth is not YES:
                yield self.gap(missing, *held.gaps)
            return
        ends: list[datetime] = []
        gaps: list[tuple[str, ...]] = []
        for one in attempts:
            if one.at is not UNKNOWN and (one.at >= ask.at or self._ends(one.at, ask) <= ask.at):
                continue
            missing_of_it = self._missing(one, ask)
            if missing_of_it:
                gaps.append(missing_of_it)
            elif missing_of_it is not None and one.at is not UNKNOWN:
                ends.append(one.at)
        if not ends and not gaps:
            return
        held = self.agreement.held(ask)
        if held.truth is YES:
            ask.relied.extend(held.consents)
        elif held.truth is MAYBE or not ends:
            yield self.gap(*names(held.gaps, *([] if ends else gaps)))
        else:
            spoken_on = max(local_day(max(ends), zone) for zone in ask.zones)
            yield self.bar("pause", day=spoken_on.isoformat(), days=str(self.pause))

    def _missing(self, one: PastAttempt, ask: Ask) -> tuple[str, ...] | None:
        """What is missing to count this talk; None where it does not count."""
        seller = ask.facts.principal.id
        if one.reached is False or (one.channel is not UNKNOWN and one.channel not in self.channels):
            return None
        if UNKNOWN not in (one.principal, seller) and one.principal != seller:
            return None
        known = [
            ("history.attempts.at", one.at),
            ("history.attempts.reached", one.reached),
            ("history.attempts.channel", one.channel),
            ("history.attempts.principal", one.principal),
            ("principal.id", seller),
        ]
        return tuple(path for path, value in known if value is UNKNOWN)

    def edge(self, ask: Ask) -> datetime | None:
        attempts = ask.facts.history.attempts
        if attempts is UNKNOWN or not attempts:
            return None
        edges = [self.agreement.held(ask).edge]
        for one in attempts:
            if one.at is not UNKNOWN and ask.zones:
                marks = (one.at + timedelta(microseconds=1), self._ends(one.at, ask))
                edges += [mark for mark in marks if mark > ask.at]
        return earliest(*edges)
