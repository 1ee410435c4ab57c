"""The measures of a house: what a value of each looks like, and whether one value is stricter than another.

Answers: is this a value, in the one form we keep; does a change loosen anything; which values of a rule it makes.
Refuses to know who may change it and when it was changed.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from ahize.compliance.calendars import WEEKDAYS
from ahize.compliance.parameters import read_parameters
from ahize.compliance.terms import BadLaw
from ahize.compliance.timetable import Span

Values = Mapping[str, tuple[str, Any]]
"""The values of an entry: unit and value by name."""

_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_REGISTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,12}){1,2}\Z")
_MINUTES = 24 * 60


class BadMeasure(ValueError):
    """A value that a measure cannot have.

    Args:
        problem: which sentence says so, as a word.
        facts: what it names.
    """

    def __init__(self, problem: str, **facts: object) -> None:
        super().__init__(f"{problem}: {facts}")
        self.problem = problem
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Part:
    """One entry that a measure makes: what tells it from its like, whom it binds besides, and its values."""

    name: str
    values: Values
    also_when: tuple[Any, ...] = ()
    extra: Mapping[str, Any] | None = None


class Measure(ABC):
    """One kind of value. None is no measure at all, the loosest."""

    @abstractmethod
    def read(self, given: Any) -> Any:
        """The value as we keep it (plain JSON), or None where it asks for nothing. Raises: BadMeasure."""

    @abstractmethod
    def is_as_strict(self, before: Any, after: Any) -> bool:
        """Would every call that ``before`` bars be barred by ``after`` too?"""

    @abstractmethod
    def parts(self, value: Any) -> Iterator[Part]:
        """The entries that say so."""


@dataclass(frozen=True, slots=True)
class Number(Measure):
    """A whole number of something.

    Args:
        less_is_stricter: as of attempts; else more is, as of a pause.
        values: what the entry gets, by name: its unit, and the value (None: this number).
    """

    least: int
    most: int
    less_is_stricter: bool
    values: Values

    def read(self, given: Any) -> int | None:
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, int):
            raise BadMeasure("whole_number", given=given)
        if not self.least <= given <= self.most:
            raise BadMeasure("range", given=given, least=self.least, most=self.most)
        return given

    def is_as_strict(self, before: int | None, after: int | None) -> bool:
        if before is None or after is None:
            return before is None
        return after <= before if self.less_is_stricter else after >= before

    def parts(self, value: int) -> Iterator[Part]:
        yield Part("", {name: (unit, value if fixed is None else fixed) for name, (unit, fixed) in self.values.items()})


@dataclass(frozen=True, slots=True)
class Week(Measure):
    """Hours by weekday, as ``"09:00-12:00, 13:00-20:00"`` or ``none``; a weekday that is not named is open all day."""

    def read(self, given: Any) -> dict[str, str] | None:
        if given is None:
            return None
        if not isinstance(given, Mapping):
            raise BadMeasure("hours", given=given)
        for name in given:
            if name not in WEEKDAYS:
                raise BadMeasure("weekday", given=name)
        return {day: _week_text(given[day]) for day in WEEKDAYS if day in given} or None

    def is_as_strict(self, before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> bool:
        return all(_open((after or {}).get(day)) <= _open((before or {}).get(day)) for day in WEEKDAYS)

    def parts(self, value: Mapping[str, str]) -> Iterator[Part]:
        whole = {"hours": ("local hours", "00:00-24:00")}
        yield Part("", whole | {day: ("local hours", hours) for day, hours in value.items()})


def _spans(given: Any) -> tuple[Span, ...]:
    try:
        lines = [{"from": "unknown", "value": given}]
        read = read_parameters({"h": {"unit": "local hours", "lines": lines}}, cites=(), mark="memory", where="hours")
    except BadLaw as bad:
        raise BadMeasure("hours", given=given) from bad
    spans: tuple[Span, ...] = read["h"].lines[0].value
    return spans


def _week_text(given: Any) -> str:
    return ", ".join(str(span).replace("–", "-") for span in _spans(given)) or "none"


def _open(hours: str | None) -> frozenset[int]:
    """The minutes of a day on which calls may be made."""
    if hours is None:
        return frozenset(range(_MINUTES))
    spans = _spans(hours)
    return frozenset(
        minute
        for span in spans
        for minute in range(_minute(span.opens), _MINUTES if span.closes is None else _minute(span.closes))
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True)
class Countries(Measure):
    """Some countries, each with a calendar of its own in the template."""

    known: tuple[str, ...]

    def read(self, given: Any) -> list[str] | None:
        if given is None:
            return None
        if not isinstance(given, list):
            raise BadMeasure("countries", known=", ".join(self.known))
        for one in given:
            if one not in self.known:
                raise BadMeasure("countries", known=", ".join(self.known), given=one)
        return sorted(set(given)) or None

    def is_as_strict(self, before: list[str] | None, after: list[str] | None) -> bool:
        return set(before or ()) <= set(after or ())

    def parts(self, value: list[str]) -> Iterator[Part]:
        for country in value:
            values = {"hours": ("local hours", "00:00-24:00"), "holiday": ("local hours", "none")}
            yield Part(country, values, ({"callee.country": country},), {"holidays": country})


@dataclass(frozen=True, slots=True)
class Shares(Measure):
    """A share by country, 0 to 1, over the period of the law there."""

    def read(self, given: Any) -> dict[str, float] | None:
        if given is None:
            return None
        if not isinstance(given, Mapping):
            raise BadMeasure("shares", given=given)
        for country, share in given.items():
            if not isinstance(country, str) or not _COUNTRY.match(country):
                raise BadMeasure("country", given=country)
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
                raise BadMeasure("share", country=country)
        return {country: float(given[country]) for country in sorted(given)}

    def is_as_strict(self, before: Mapping[str, float] | None, after: Mapping[str, float] | None) -> bool:
        mine = after or {}
        return all(country in mine and mine[country] <= share for country, share in (before or {}).items())

    def parts(self, value: Mapping[str, float]) -> Iterator[Part]:
        for country, share in value.items():
            yield Part(country, {"share_max": ("share", share)}, ({"callee.country": country},))


@dataclass(frozen=True, slots=True)
class DayShares(Measure):
    """A share for each day by the house's clock: of all campaigns together, and of those of each seller together.

    It makes no entry of the house's law: a day's share is not a fact of a call, and the dialler alone keeps it.
    """

    of: tuple[str, ...] = ("house", "seller")

    def read(self, given: Any) -> dict[str, float] | None:
        if given is None:
            return None
        if not isinstance(given, Mapping):
            raise BadMeasure("day_shares", given=given)
        for whose, share in given.items():
            if whose not in self.of:
                raise BadMeasure("whose_day", given=whose)
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
                raise BadMeasure("day_share", given=share)
        return {whose: float(given[whose]) for whose in self.of if whose in given} or None

    def is_as_strict(self, before: Mapping[str, float] | None, after: Mapping[str, float] | None) -> bool:
        mine = after or {}
        return all(whose in mine and mine[whose] <= share for whose, share in (before or {}).items())

    def parts(self, value: Mapping[str, float]) -> Iterator[Part]:  # noqa: ARG002 - one shape for all measures
        yield from ()


@dataclass(frozen=True, slots=True)
class Ages(Measure):
    """Days by registry."""

    most: int

    def read(self, given: Any) -> dict[str, int] | None:
        if given is None:
            return None
        if not isinstance(given, Mapping):
            raise BadMeasure("ages", given=given)
        for code, days in given.items():
            if not isinstance(code, str) or not _REGISTRY.match(code):
                raise BadMeasure("registry", given=code)
            if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= self.most:
                raise BadMeasure("days", registry=code, most=self.most)
        return {code: given[code] for code in sorted(given)} or None

    def is_as_strict(self, before: Mapping[str, int] | None, after: Mapping[str, int] | None) -> bool:
        mine = after or {}
        return all(code in mine and mine[code] <= days for code, days in (before or {}).items())

    def parts(self, value: Mapping[str, int]) -> Iterator[Part]:
        for code, days in value.items():
            yield Part(code, {"age_days_max": ("days", days)}, extra={"registry": code})


@dataclass(frozen=True, slots=True)
class Switch(Measure):
    """On, or not."""

    def read(self, given: Any) -> bool | None:
        if given not in (None, True, False):
            raise BadMeasure("switch", given=given)
        return True if given else None

    def is_as_strict(self, before: bool | None, after: bool | None) -> bool:
        return bool(after) or not before

    def parts(self, value: bool) -> Iterator[Part]:
        assert value, "a switch that is off makes no rule"
        yield Part("", {})


def _attempts(within: int | None) -> Number:
    span = {} if within is None else {"span_days": ("days", within)}
    return Number(1, 100, True, {"attempts_max": ("attempts", None), **span})


MEASURES: Final[Mapping[str, Measure]] = {
    "hours": Week(),
    "holidays": Countries(
        ("AU", "BR", "CA", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "MX", "NL", "NZ", "PH", "TR", "US")
    ),
    "attempts_day": _attempts(None),
    "attempts_7_days": _attempts(7),
    "attempts_30_days": _attempts(30),
    "pause_hours": Number(1, 720, False, {"attempts_max": ("attempts", 1), "span_hours": ("hours", None)}),
    "abandonment": Shares(),
    "abandonment_day": DayShares(),
    "registry_age": Ages(90),
    "ring_s_min": Number(1, 60, False, {"ring_s_min": ("seconds", None)}),
    "ring_s_max": Number(10, 120, True, {"ring_s_max": ("seconds", None)}),
    "announce_recording": Switch(),
}
"""By the name under ``measures`` of the template."""
