"""Which dates can no law tell apart, on a day or through a week? And which instants of attempts, at one instant?

A law reads a date as so long ago, or so long ahead: a purchase within eighteen months, a request within ten business
days. So at one instant two dates between which none of its spans ends, and on which no law changed, come to the same.
Dates near such an end are kept as they are: time zones, lengths of months and holidays move it by a few days. Only a
contact with a single dated record is seen this way; where there are several, their order may count.

Of an earlier attempt a law reads how long ago it was, to the second, or on which day at the callee's place. So at one
instant two attempts of the same day, between which no such time ago lies, come to the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from ahize.compliance.facts import UNKNOWN, Appointment, Consent, History
from ahize.kernel.windows import day_start, local_day

DAYS_OF: Final = {
    **{"days": (1.0, 1.0), "hours": (1 / 24, 1 / 24), "minutes": (0.0, 1 / 1440), "seconds": (0.0, 1 / 86_400)},
    **{"months": (30.4, 30.5), "years": (365.2, 365.3), "business days": (1.0, 3.0)},
}
"""The shortest and the longest that one of a unit can last on average, in days; the margin holds what is left."""
MARGIN: Final = timedelta(days=5)
_DAY: Final = timedelta(days=1)
DAYS_BACK: Final = 100
"""An attempt before that is left as it is."""

Spans = frozenset[tuple[timedelta, timedelta]]
"""Lengths of time: the shortest and the longest that each can be."""


class Alike:
    """The dates that the law can tell apart at some instants.

    Args:
        spans: that the laws name.
        changes: the days on which any of them changes.
        at, until: the first and the last instant that is asked about.
    """

    def __init__(self, spans: Spans, changes: Iterable[date], at: datetime, until: datetime) -> None:
        ends = [(at - MARGIN, until + MARGIN)]
        ends += [(noon - MARGIN, noon + MARGIN) for noon in map(_instant, changes)]
        for least, most in spans:
            ends += [(at - most - MARGIN, until - least + MARGIN), (at + least - MARGIN, until + most + MARGIN)]
        self._edges = [edge for end in _united(ends) for edge in end]
        """Ascending; an odd place lies within an end, an even one between two."""
        self._soon = min((least for least, _ in spans if least >= _DAY), default=_DAY)
        """Who registers a consent sooner than that has kept any term of days for it."""

    def seen(self, value: tuple[Any, ...]) -> Hashable:
        """Equal for records that no law can tell apart."""
        if len(value) != 1:
            return value
        record = value[0]
        if isinstance(record, Consent) and not self._is_recorded_soon(record):
            return value  # Which days lie between may count.
        return (type(record), *(self._field(getattr(record, field.name)) for field in fields(record)))

    def _is_recorded_soon(self, consent: Consent) -> bool:
        given_at, recorded_at = consent.given_at, consent.registry_at
        if recorded_at is UNKNOWN or given_at is UNKNOWN:
            return recorded_at is UNKNOWN
        return timedelta() <= recorded_at - given_at < self._soon

    def _field(self, found: Any) -> Hashable:
        if isinstance(found, Appointment) or not isinstance(found, date):
            return found if isinstance(found, Hashable) else repr(found)
        place = bisect_right(self._edges, _instant(found))
        return found if place % 2 else ("between", place)


class Moments:
    """The instants of attempts that the law can tell apart at one instant, of callees in some zones.

    Args:
        spans: that the laws name.
        at: the instant that is asked about.
        zones: of the callee; where they are not known, every time is left as it is.
    """

    def __init__(self, spans: Spans, at: datetime, zones: Iterable[str]) -> None:
        today = {zone: local_day(at, zone) for zone in zones}
        days = (
            day_start(day - timedelta(days=back), zone) for zone, day in today.items() for back in range(DAYS_BACK + 1)
        )
        self._edges = sorted({at, *(at - end for span in spans for end in span), *days})
        oldest = (day_start(day - timedelta(days=DAYS_BACK), zone) for zone, day in today.items())
        self._oldest = max(oldest, default=None)

    def seen(self, history: History) -> Hashable:
        """Equal for histories that no law can tell apart. What was refused is left as it is."""
        if history.attempts is UNKNOWN or history.abandoned is UNKNOWN or history.refusals not in ((), UNKNOWN):
            return (history,)
        attempts = tuple(
            (self._place(one.at), one.principal, one.channel, one.method, one.reached, one.prerecorded, one.product)
            for one in history.attempts
        )
        return attempts, tuple(map(self._place, history.abandoned)), history.refusals

    def _place(self, at: Any) -> Any:
        """Between which edges, or at which one: a span may end with its last instant or before it."""
        if at is UNKNOWN or self._oldest is None or at < self._oldest:
            return at
        place = bisect_right(self._edges, at)
        return -place if self._edges[place - 1] == at else place


def _instant(day: date) -> datetime:
    """A date as the noon of it."""
    return day if isinstance(day, datetime) else datetime.combine(day, time(12), UTC)


def spans_of(document: Any) -> Spans:
    """Every length of time that a law names."""
    return frozenset(_spans(document))


def _spans(document: Any) -> Iterator[tuple[timedelta, timedelta]]:
    if isinstance(document, Mapping):
        if "within_days" in document:
            yield timedelta(days=document["within_days"]), timedelta(days=document["within_days"])
        if document.get("unit") in DAYS_OF and "lines" in document:
            short, long = DAYS_OF[document["unit"]]
            for line in document["lines"]:
                if isinstance(line["value"], int | float):
                    yield timedelta(days=short * line["value"]), timedelta(days=long * line["value"])
        for inner in document.values():
            yield from _spans(inner)
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for inner in document:
            yield from _spans(inner)


def _united(ends: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches that are covered, ascending and apart."""
    first = last = None
    for starts, stops in sorted(ends):
        if last is not None and starts <= last:
            last = max(last, stops)
            continue
        if first is not None and last is not None:
            yield first, last
        first, last = starts, stops
    if first is not None and last is not None:
        yield first, last
