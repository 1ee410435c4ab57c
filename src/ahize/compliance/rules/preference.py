"""Preference: a public register in which a person bars kinds of goods, ways of calling, hours and days.

What the register names is barred, each by itself; where it says that the number is not listed, what it does not name
counts as nothing. A sector that has no category of its own is barred where the person barred all categories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, Final

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.calendars import WEEKDAYS, Calendar
from ahize.compliance.facts import UNKNOWN, Registry
from ahize.compliance.rules.kind import Given
from ahize.compliance.rules.registry import OfRegistry
from ahize.compliance.ruling import Finding
from ahize.compliance.sentences import Text
from ahize.kernel.windows import Window, day_start, local_day, open_windows

_DAY: Final = timedelta(days=1)
_BAND: Final = re.compile(r"(\d\d?)\s*-\s*(\d\d?)\Z")
_LAST_HOUR: Final = 24
_HOLIDAY: Final = "holiday"

WHAT: Final[Mapping[str, Text]] = {
    "categories": Text("such goods", "bu tür malları"),
    "modes": Text("this kind of call", "bu arama türünü"),
    "bands": Text("this hour", "bu saati"),
    "days": Text("this day", "bu günü"),
}


class Preference(OfRegistry):
    """Nothing that the register under ``registry`` names, unless ``lifted_by`` a relationship or an agreement.

    Args of the entry:
        categories: the category of each sector.
        modes: the mode of each method of a call; ``text_mode``: that of a text.
        holidays: the calendar of its day `holiday`.
    """

    kind: ClassVar[str] = "preference"
    ground: ClassVar[str] = "registry"
    categories: Mapping[str, str]
    modes: Mapping[str, str]
    text_mode: str
    calendar: Calendar

    def setup(self, given: Given) -> None:
        super().setup(given)
        self.categories, self.modes = given.entry["categories"], given.entry["modes"]
        self.text_mode = given.entry["text_mode"]
        self.calendar = given.law.calendar(given.entry["holidays"], self.id)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        copy = self.copy(ask)
        barred, gaps = [], list[tuple[str, ...]]()
        if copy is None:
            gaps.append((f"registries.{self.registry}",))
        else:
            for part in WHAT:
                answer = self._bars(part, copy, ask)
                if answer.truth is YES:
                    barred.append(WHAT[part])
                elif answer.truth is MAYBE:
                    gaps.append(answer.gaps)
            if copy.listed is UNKNOWN and (barred or gaps):
                barred, gaps = [], [(f"registries.{self.registry}.listed",), *gaps]
        if not barred and not gaps:
            return
        lifted = self.lifted(ask)
        if lifted.truth is YES:
            return
        if lifted.truth is MAYBE or not barred:
            yield self.gap(*names(() if barred else names(*gaps), lifted.gaps))
        else:
            yield self.bar("registry.preference", registry=self.registry, what=tuple(barred))

    def _bars(self, part: str, copy: Registry, ask: Ask) -> Answer:
        named: Any = getattr(copy, part)
        if named is UNKNOWN:
            return Answer(NO) if copy.listed is False else Answer(MAYBE, (f"registries.{self.registry}.{part}",))
        if not named:
            return Answer(NO)
        found: Answer = getattr(self, f"_{part}")(named, ask)
        return found

    def _categories(self, named: frozenset[str], ask: Ask) -> Answer:
        if named >= set(self.categories.values()):
            return Answer(YES)
        sector = ask.facts.principal.sector
        if sector is UNKNOWN:
            return Answer(MAYBE, ("principal.sector",))
        return Answer(YES if self.categories.get(sector) in named else NO)

    def _modes(self, named: frozenset[str], ask: Ask) -> Answer:
        channel, method = ask.facts.channel, ask.facts.method
        if channel is UNKNOWN:
            return Answer(MAYBE, ("channel",))
        if channel != "voice":
            return Answer(YES if self.text_mode in named else NO)
        if method is UNKNOWN:
            return Answer(MAYBE, ("method",))
        return Answer(YES if self.modes.get(method) in named else NO)

    def _bands(self, named: frozenset[str], ask: Ask) -> Answer:
        if not ask.zones:
            return Answer(MAYBE, ("callee.zones",))
        if any(ask.at in span for span in self._spans(named, ask)):
            return Answer(YES)
        unread = any(_band(one) is None for one in named)
        return Answer(MAYBE, (f"registries.{self.registry}.bands",)) if unread else Answer(NO)

    def _days(self, named: frozenset[str], ask: Ask) -> Answer:
        if not ask.zones:
            return Answer(MAYBE, ("callee.zones",))
        for zone in ask.zones:
            day = local_day(ask.at, zone)
            if WEEKDAYS[day.weekday()][:3] in named or (_HOLIDAY in named and self.calendar.holiday(day) is not None):
                return Answer(YES)
        return Answer(NO)

    def _spans(self, named: frozenset[str], ask: Ask) -> Iterator[Window]:
        """The barred hours of today and tomorrow, in each of the callee's zones."""
        for one in sorted(named):
            hours = _band(one)
            if hours is not None:
                for zone in ask.zones:
                    today = local_day(ask.at, zone)
                    for day in (today, today + _DAY):
                        yield from open_windows(day, zone, *hours)

    def edge(self, ask: Ask) -> datetime | None:
        copy, edges = self.copy(ask), [self.lifted(ask).edge]
        if copy is not None:
            if copy.bands is not UNKNOWN and copy.bands:
                edges += [mark for span in self._spans(copy.bands, ask) for mark in (span.start, span.until)]
            if copy.days is not UNKNOWN and copy.days:
                edges += [day_start(local_day(ask.at, zone) + _DAY, zone) for zone in ask.zones]
        return earliest(*(edge for edge in edges if edge is not None and edge > ask.at))


def _band(text: str) -> tuple[time, time | None] | None:
    """``18-21`` as hours of the day; None where it cannot be read."""
    ends = _BAND.match(text)
    opens, closes = (int(ends[1]), int(ends[2])) if ends else (0, 0)
    if not opens < closes <= _LAST_HOUR:
        return None
    return time(opens), None if closes == _LAST_HOUR else time(closes)
