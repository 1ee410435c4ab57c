"""Calendar: which days are holidays at a place, by what name, and which are business days.

The days come from the library ``holidays`` and from what a law adds or takes away; a law names its calendars in its
YAML (docs/reference/law.md). A day kept on another date is a holiday on both. This file knows no clock and no zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import holidays
from dateutil.easter import easter

from ahize.compliance.terms import BadLaw

_DAY = timedelta(days=1)
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)\Z")
_FORMS = ({"name", "day"}, {"name", "easter"}, {"name", "first", "on_or_after"})
_LOOK_AHEAD = 366
"""Ours: no place keeps more holidays in a row."""


def holiday_data_version() -> str:
    """Of which release of the library the holidays are."""
    return version("holidays")


class Calendar:
    """The holidays of one place.

    Args:
        given: ``library`` (``country``, and ``subdivision``, ``categories``, ``language``), ``also`` (days the library
            does not know), ``without`` (names that are none here), ``observed: nearest_weekday`` (a holiday on a
            Saturday is kept on the Friday before too, one on a Sunday on the Monday after), ``half_days`` (categories
            of the library), ``weekend`` (the days on which nobody works; Saturday and Sunday where it is not given);
            of a released rulebook also ``kept`` (``keep``): the days as the library had them then.

    Raises:
        BadLaw: where it cannot be read.
    """

    def __init__(self, given: Mapping[str, Any], where: str) -> None:
        self.given = given
        self.where = where
        self._nearest = given.get("observed") == "nearest_weekday"
        self._also = [self._form(one) for one in given.get("also", ())]
        self._without = frozenset(given.get("without", ()))
        self._weekend = frozenset(WEEKDAYS.index(day) for day in given.get("weekend", ("saturday", "sunday")))
        kept = given.get("kept")
        self._years: dict[int, dict[date, str]] = {} if kept is None else _kept_years(kept, kept["days"])
        self._half_years: dict[int, dict[date, str]] = {} if kept is None else _kept_years(kept, kept["half_days"])
        self.holiday(date(2026, 1, 1))  # What cannot be read is found now, not on the first call.

    def holiday(self, day: date) -> str | None:
        """What holiday it is, or None."""
        found = self._years.get(day.year)
        if found is None:
            found = self._years[day.year] = self._year(day.year)
        return found.get(day)

    def half_day(self, day: date) -> str | None:
        """Of what holiday it is the eve on which people work until noon, or None."""
        if "half_days" not in self.given:
            return None
        found = self._half_years.get(day.year)
        if found is None:
            found = self._half_years[day.year] = dict(self._of_library(day.year, tuple(self.given["half_days"])))
        return found.get(day)

    def is_business_day(self, day: date) -> bool:
        """Neither weekend nor a whole holiday."""
        return day.weekday() not in self._weekend and self.holiday(day) is None

    def keep(self, first: int, until: int) -> dict[str, Any]:
        """The days of these years, so that another release of the library changes none of them."""
        years = range(first, until)
        half = years if "half_days" in self.given else ()
        return {
            **{"version": holiday_data_version(), "first_year": first, "until_year": until},
            "days": {day.isoformat(): name for year in years for day, name in sorted(self._year(year).items())},
            "half_days": {
                day.isoformat(): name
                for year in half
                for day, name in sorted(self._of_library(year, tuple(self.given["half_days"])))
            },
        }

    def business_day(self, day: date, count: int) -> date:
        """The ``count``-th business day after that day, which is not counted itself."""
        assert count >= 0, "counts forward"
        for _ in range(count):
            day += _DAY
            for _ in range(_LOOK_AHEAD):
                if self.is_business_day(day):
                    break
                day += _DAY
        return day

    def business_days_between(self, first: date, last: date) -> int:
        """How many whole business days lie between two days, neither of them counted."""
        return sum(1 for n in range(1, (last - first).days) if self.is_business_day(first + n * _DAY))

    def _form(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        if set(given) - {"years"} not in _FORMS:
            raise BadLaw(f"{self.where}: a day needs `name` and `day`, `easter`, or `first` and `on_or_after`")
        for key in ("day", "on_or_after"):
            if key in given and not _MONTH_DAY.match(str(given[key])):
                raise BadLaw(f"{self.where}: {given[key]!r} is no day of the year like '06-14' (with quotes)")
        if "first" in given and given["first"] not in WEEKDAYS:
            raise BadLaw(f"{self.where}: {given['first']!r} is no weekday")
        if given.get("years", "even") not in ("even", "odd"):
            raise BadLaw(f"{self.where}: years are even or odd")
        return given

    def _year(self, year: int) -> dict[date, str]:
        """All holidays kept in that year; one of a neighbouring year may be kept in this."""
        found: dict[date, str] = {}
        for of in (year - 1, year, year + 1):
            for day, name in self._named(of):
                found.setdefault(day, name)
                if self._nearest and day.weekday() >= WEEKDAYS.index("saturday"):
                    kept = day - _DAY if day.weekday() == WEEKDAYS.index("saturday") else day + _DAY
                    found.setdefault(kept, name)
        return {day: name for day, name in found.items() if day.year == year}

    def _named(self, year: int) -> Iterator[tuple[date, str]]:
        library = self.given.get("library")
        if library is not None:
            for day, name in self._of_library(year, tuple(library.get("categories", ("public",)))):
                if name not in self._without:
                    yield day, name
        for one in self._also:
            if "years" in one and (year % 2 == 0) != (one["years"] == "even"):
                continue
            yield self._falls(one, year), one["name"]

    @staticmethod
    def _falls(one: Mapping[str, Any], year: int) -> date:
        if "easter" in one:
            day: date = easter(year)
            return day + timedelta(days=one["easter"])
        month, first = (int(part) for part in str(one.get("day", one.get("on_or_after"))).split("-"))
        day = date(year, month, first)
        if "first" in one:
            day += timedelta(days=(WEEKDAYS.index(one["first"]) - day.weekday()) % len(WEEKDAYS))
        return day

    def _of_library(self, year: int, categories: tuple[str, ...]) -> tuple[tuple[date, str], ...]:
        library = self.given["library"]
        try:
            place = (library["country"], library.get("subdivision"), library.get("language"))
            return _library_days(place, year, categories, observed=not self._nearest)
        except (KeyError, NotImplementedError, ValueError) as error:  # how the library says that it knows no country
            raise BadLaw(f"{self.where}: the library knows no such calendar ({error})") from error


def _kept_years(kept: Mapping[str, Any], days: Mapping[str, str]) -> dict[int, dict[date, str]]:
    years: dict[int, dict[date, str]] = {year: {} for year in range(kept["first_year"], kept["until_year"])}
    for day, name in days.items():
        years[int(day[:4])][date.fromisoformat(day)] = name
    return years


@lru_cache(maxsize=1024)
def _library_days(
    place: tuple[str, str | None, str | None], year: int, categories: tuple[str, ...], *, observed: bool
) -> tuple[tuple[date, str], ...]:
    country, subdivision, language = place
    found = holidays.country_holidays(
        country, subdiv=subdivision, years=year, observed=observed, categories=categories, language=language
    )
    return tuple(sorted((day, name) for day, name in found.items() if day.year == year))
