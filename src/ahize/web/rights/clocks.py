"""By when must somebody be answered, and says who? Dated data with its citations stands in ``clocks.yaml``.

Refuses to know what was asked, and of whom.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from ahize.kernel.plain_yaml import read_yaml

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO".split()  # noqa: SIM905
)
"""The Union, and the rest of the European Economic Area, where its Regulation holds too."""


@dataclass(frozen=True, slots=True)
class Span:
    """So many calendar months and days."""

    months: int = 0
    days: int = 0

    def after(self, at: datetime) -> datetime:
        """The same day that many months on, or the month's last where it has no such day; then the days."""
        month = at.month - 1 + self.months
        year, month = at.year + month // 12, month % 12 + 1
        day = min(at.day, calendar.monthrange(year, month)[1])
        return at.replace(year=year, month=month, day=day) + timedelta(days=self.days)

    def __bool__(self) -> bool:
        return bool(self.months or self.days)


@dataclass(frozen=True, slots=True)
class Clock:
    """One law's time to answer, in force from a day on.

    Attributes:
        country: ISO 3166-1, ``EU``, or ``*`` for wherever nothing else holds.
        region: ISO 3166-2 where it holds in a part of the country only.
        longer: by how much it may be extended once; empty where it may not.
    """

    code: str
    country: str
    region: str
    since: date
    span: Span
    longer: Span
    citation: str


@cache
def clocks() -> tuple[Clock, ...]:
    """All that are on record."""
    rows = read_yaml((Path(__file__).parent / "clocks.yaml").read_text(encoding="utf-8"))
    return tuple(
        Clock(
            code=row["code"],
            country=row["country"],
            region=row.get("region", ""),
            since=row["from"],
            span=Span(row.get("months", 0), row.get("days", 0)),
            longer=Span(**row.get("longer", {})),
            citation=row["citation"],
        )
        for row in rows
    )


def clock_for(country: str, region: str, on: date) -> Clock:
    """The clock of a person there: the part of the country's before the country's, the newest in force of it.

    Args:
        country: ISO 3166-1, or empty where it is not known.
    """
    wanted = ((country, region), (country, ""), ("EU" if country in EU else country, ""), ("*", ""))
    for asked in wanted:
        found = [one for one in clocks() if (one.country, one.region) == asked and one.since <= on]
        if found:
            return max(found, key=lambda one: one.since)
    raise AssertionError("the house's own promise holds everywhere")


def named(code: str) -> Clock:
    """A clock by its code; its newest line."""
    return max((one for one in clocks() if one.code == code), key=lambda one: one.since)
