"""One question to the rulebook: these facts, at that instant. And the three answers a test can give.

Rule 1: a test that lacks a fact answers MAYBE and can name the fact. MAYBE never turns into a yes or a no by itself.
Rule 2: this file knows no rule.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ahize.compliance.facts import UNKNOWN, CallFacts, Consent
from ahize.kernel.windows import day_start, zone_of

_DAY = timedelta(days=1)
_EARLIEST_ZONE, _LATEST_ZONE = timedelta(hours=-12), timedelta(hours=14)
"""No place on earth is further from UTC."""


class Truth(enum.Enum):
    """Yes, no, or: a fact is missing."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"

    def __bool__(self) -> bool:
        raise TypeError("MAYBE is neither true nor false; compare with `is`")


YES, NO, MAYBE = Truth.YES, Truth.NO, Truth.MAYBE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a test found.

    Args:
        gaps: of a MAYBE, the facts that are missing.
        edge: when the clock may change the answer, if it can.
    """

    truth: Truth
    gaps: tuple[str, ...] = ()
    edge: datetime | None = None


class Ask:
    """The facts at one instant, with what was already worked out about them.

    Args:
        zones: of the callee; empty where they are Unknown.
        first_day, last_day: the earliest and the latest calendar day it may be at the callee's place.
    """

    __slots__ = ("_known", "at", "facts", "first_day", "last_day", "memo", "relied", "zones")

    def __init__(self, facts: CallFacts, at: datetime) -> None:
        self.facts = facts
        self.at = at
        self.zones: tuple[str, ...] = () if facts.callee.zones is UNKNOWN else facts.callee.zones
        if len(self.zones) == 1:
            self.first_day = self.last_day = at.astimezone(zone_of(self.zones[0])).date()
        elif self.zones:
            days = [at.astimezone(zone_of(zone)).date() for zone in self.zones]
            self.first_day, self.last_day = min(days), max(days)
        else:
            self.first_day, self.last_day = (at + _EARLIEST_ZONE).date(), (at + _LATEST_ZONE).date()
        self.memo: dict[Any, Truth] = {}
        self.relied: list[Consent] = []
        self._known: dict[Any, Any] = {}

    def once(self, key: Any, work: Any) -> Any:
        """The result of ``work(self)``, done once for this question."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = work(self)
        return found

    def starts(self, day: date) -> datetime:
        """The first instant at which it is that day at the callee's place, in any of the zones."""
        if not self.zones:
            return day_start(day, "Etc/GMT-14")
        return min(day_start(day, zone) for zone in self.zones)

    def begins(self, day: date) -> datetime | None:
        """When that day next begins in one more of the callee's zones; None where it has begun in all."""
        zones = self.zones or ("Etc/GMT-14",)
        return earliest(*(start for zone in zones if (start := day_start(day, zone)) > self.at))

    def days_since(self, day: date) -> tuple[int, int]:
        """How many days ago that day is, at least and at most."""
        return (self.first_day - day).days, (self.last_day - day).days

    def still(self, last_day: date) -> Answer:
        """Is it, at the callee's place, that day or before it? On two days at once the later counts."""
        if self.last_day <= last_day:
            return Answer(YES, edge=self.starts(last_day + _DAY))
        if not self.zones and self.first_day <= last_day:
            return Answer(MAYBE, ("callee.zones",))
        return Answer(NO)


def earliest(*edges: datetime | None) -> datetime | None:
    """The first of the instants that are there."""
    found = [edge for edge in edges if edge is not None]
    return min(found) if found else None


def names(*gaps: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order."""
    return tuple(dict.fromkeys(name for some in gaps for name in some))
