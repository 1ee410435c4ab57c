"""Half-open intervals, local days and hours, months, rolling windows.

Rule 1: ``[start, until)``, in aware UTC. Local time is spoken only where a caller names a zone.
Rule 2: a local hour is what the wall clock there shows, on days with a clock change too: an hour that is skipped never
shows, an hour that comes twice shows twice.
Rule 3: this file knows no law and no clock.
"""

from __future__ import annotations

import calendar
import importlib
import importlib.resources
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from zoneinfo import ZoneInfo

Hours = tuple[time, time | None]

OUTERMOST_ZONES = ("Etc/GMT-14", "Etc/GMT+12")
"""Where a day begins first on earth, and last."""
_DAY = timedelta(days=1)
_ZONE_PART = re.compile(r"[A-Za-z0-9_+-]+\Z")
_INSTANT = timedelta(microseconds=1)
_SHORTEST_RULE = timedelta(seconds=1)
"""Clock changes happen on whole seconds."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """``[start, until)``; never empty."""

    start: datetime
    until: datetime

    def __post_init__(self) -> None:
        assert self.start < self.until, f"an empty window: {self.start} to {self.until}"

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.until


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name, read from the package tzdata, whatever the machine has: its version is in every ruling.

    Raises: KeyError where there is no such zone.
    """
    return ZoneInfo.from_file(BytesIO(zone_data(name)), key=name)


def zone_data(name: str) -> bytes:
    """The zone as IANA's compiler wrote it (TZif). Raises: KeyError where there is no such zone."""
    parts = name.split("/")
    if all(_ZONE_PART.match(part) for part in parts):
        file = importlib.resources.files("tzdata").joinpath("zoneinfo", *parts)
        if file.is_file():
            return file.read_bytes()
    raise KeyError(f"no time zone is called {name}")


@lru_cache(maxsize=1)
def zone_data_version() -> str:
    """Of which release of the IANA data the zones are, like 2026f."""
    return str(importlib.import_module("tzdata").IANA_VERSION)


def local(at: datetime, zone: str) -> datetime:
    """What calendar and clock show there."""
    return at.astimezone(zone_of(zone))


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(zone_of(zone)).date()


@lru_cache(maxsize=8192)
def day_start(day: date, zone: str) -> datetime:
    """The first instant of that calendar day there; where midnight is skipped, the first instant after."""
    place = zone_of(zone)
    early = datetime.combine(day, time(), tzinfo=place).astimezone(UTC)
    if early.astimezone(place).date() != day or (early - _INSTANT).astimezone(place).date() == day:
        # Midnight is skipped or comes twice: look for the change of date around it.
        before, after = early - _DAY / 2, early + _DAY / 2
        while after - before > _SHORTEST_RULE:
            middle = before + (after - before) / 2
            before, after = (middle, after) if middle.astimezone(place).date() < day else (before, middle)
        early = after.replace(microsecond=0)
    return early


def day_window(day: date, zone: str) -> Window:
    """That calendar day there: 23, 24 or 25 hours, more or less."""
    return Window(day_start(day, zone), day_start(day + _DAY, zone))


@lru_cache(maxsize=65536)
def open_windows(day: date, zone: str, opens: time, closes: time | None) -> tuple[Window, ...]:
    """When, on that calendar day there, the wall clock shows ``[opens, closes)``; in order, not touching.

    Args:
        closes: None stands for the end of the day. Must be after ``opens``.

    Returns:
        One window on nearly all days; none or two where a clock change cuts into it.
    """
    assert closes is None or opens < closes, f"opens {opens}, closes {closes}"
    whole = day_window(day, zone)
    place = zone_of(zone)
    cuts = {whole.start, whole.until}
    for wall in (opens, closes):
        if wall is not None:
            for fold in (0, 1):
                cuts.add(datetime.combine(day, wall, tzinfo=place).replace(fold=fold).astimezone(UTC))
    if whole.start.astimezone(place).utcoffset() != whole.until.astimezone(place).utcoffset():
        cuts.add(_clock_change(whole, place))
    marks = sorted(cut for cut in cuts if whole.start <= cut <= whole.until)
    found: list[Window] = []
    for start, until in pairwise(marks):
        shown = start.astimezone(place)
        wall = shown.time()
        if shown.date() == day and opens <= wall and (closes is None or wall < closes):
            if found and found[-1].until == start:
                found[-1] = Window(found[-1].start, until)
            else:
                found.append(Window(start, until))
    return tuple(found)


def _clock_change(whole: Window, place: ZoneInfo) -> datetime:
    """The instant in that day at which the clocks change, by halving."""
    before, after = whole.start, whole.until
    offset = before.astimezone(place).utcoffset()
    while after - before > _SHORTEST_RULE:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            break
        before, after = (middle, after) if middle.astimezone(place).utcoffset() == offset else (before, middle)
    return after


def next_change(at: datetime, zone: str, hours: Callable[[date], Iterable[Hours]], days: int) -> datetime | None:
    """The first instant after ``at`` at which the wall clock there enters or leaves the hours of its day.

    Args:
        hours: of a local day, as ``(opens, closes)``; ``closes`` None: the end of the day.
        days: how many local days to look through; None where nothing changes in them.
    """
    day = local_day(at, zone)
    for _ in range(days):
        for opens, closes in hours(day):
            for window in open_windows(day, zone, opens, closes):
                if window.start > at:
                    return window.start
                if window.until > at:
                    return window.until
        day += _DAY
    return None


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where there is no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def count_within(instants: Iterable[datetime], at: datetime, span: timedelta) -> int:
    """How many lie in ``(at - span, at]``: one of exactly ``span`` ago has rolled out."""
    since = at - span
    return sum(1 for one in instants if since < one <= at)


def room_at(instants: Sequence[datetime], at: datetime, span: timedelta, most: int) -> datetime:
    """The first instant, ``at`` or later, from which fewer than ``most`` lie within the span before.

    ``most`` is at least 1; nothing new is added meanwhile.
    """
    assert most >= 1, "a cap of none has no room ever"
    within = sorted(one for one in instants if at - span < one <= at)
    if len(within) < most:
        return at
    return within[len(within) - most] + span
