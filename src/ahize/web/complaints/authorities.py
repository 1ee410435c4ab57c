"""Authorities: who may complain of calls, by when an answer is due, and what a wrong call may cost, as dated data.

Reads ``authorities.yaml``. A deadline is the first instant that is too late. Refuses to know cases.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from ahize.compliance.calendars import Calendar
from ahize.kernel.plain_yaml import read_yaml
from ahize.kernel.windows import add_months, day_start, local_day

STOP: Final = "stop"
UNITS: Final = ("days", "business_days", "months")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """By when something must be done, counted from the day after a complaint came."""

    id: str
    what: str
    unit: str
    lines: tuple[tuple[date, int], ...]
    title: str
    title_tr: str
    cites: tuple[str, ...]
    mark: str
    zone: str
    calendar: str

    def days(self, on: date) -> int | None:
        """How many on that day; None: it did not hold yet."""
        return next((value for since, value in sorted(self.lines, reverse=True) if since <= on), None)

    def due_at(self, received_at: datetime, *, home: str) -> datetime | None:
        """The first instant that is too late; None where it did not hold yet.

        Args:
            home: the house's zone, for terms that name none.
        """
        zone = self.zone or home
        day = local_day(received_at, zone)
        count = self.days(day)
        if count is None:
            return None
        if self.unit == "business_days":
            last = _calendar(self.calendar).business_day(day, count)
        elif self.unit == "months":
            last = add_months(day, count)
        else:
            last = day + count * _DAY
        return day_start(last + _DAY, zone)


@dataclass(frozen=True, slots=True)
class Amount:
    """What one violation may cost over ``[since, until)``."""

    since: date
    until: date | None
    least: int
    most: int
    mark: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """What an authority may impose for which violations; ``per`` is ``call``, ``period`` or ``once``."""

    id: str
    authority: str
    title: str
    title_tr: str
    rules: tuple[str, ...]
    kinds: tuple[str, ...]
    countries: tuple[str, ...]
    per: str
    currency: str
    amounts: tuple[Amount, ...]
    cites: tuple[str, ...]

    def reaches(self, rule: str, kind: str, country: str) -> bool:
        """Is a violation of that rule, of that kind, of a person there, one of these?"""
        return (
            country in self.countries
            and (not self.kinds or kind in self.kinds)
            and any(_begins(rule, start) for start in self.rules)
        )

    def amount(self, on: date) -> Amount | None:
        """What held on that day; None where we know of none."""
        held = (one for one in self.amounts if one.since <= on and (one.until is None or on < one.until))
        return max(held, key=lambda one: one.since, default=None)


def _begins(rule: str, start: str) -> bool:
    """``US-FL`` reaches ``US-FL-HOURS`` and not ``US-FLX``; ``CA-`` reaches every rule that begins so."""
    return rule.startswith(start) and (start.endswith("-") or rule[len(start) :][:1] in ("", "-"))


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority."""

    id: str
    name: str
    name_tr: str
    country: str
    mail: tuple[str, ...]
    words: tuple[str, ...]
    terms: tuple[Term, ...]
    penalties: tuple[Penalty, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All of them, at one version."""

    version: str
    authorities: Mapping[str, Authority]
    persons: Mapping[str, tuple[Term, ...]]
    house: tuple[Term, ...]
    unproven: Mapping[str, tuple[str, ...]]
    """By country, the rules that a call stands under whose lawfulness nobody can show."""

    @property
    def penalties(self) -> Iterator[Penalty]:
        for authority in self.authorities.values():
            yield from authority.penalties

    def stop_terms(self) -> dict[str, Term]:
        """By country, within which time its law wants a stop to be kept."""
        return {country: term for country, terms in self.persons.items() for term in terms if term.what == STOP}

    def deadlines(
        self, *, authority: str, countries: Iterable[str], received_at: datetime, home: str
    ) -> list[dict[str, Any]]:
        """What is due and when, the soonest first: the authority's, and those of the countries of the numbers."""
        known = self.authorities.get(authority)
        terms = {term.id: term for term in known.terms} if known is not None else {}
        for country in countries:
            for term in self.persons.get(country, ()):
                # What an authority has asked for is answered in its own time; a person's own rights run beside it.
                if term.what == STOP or not authority:
                    terms[term.id] = term
        if not any(term.what == "answer" for term in terms.values()):
            terms |= {term.id: term for term in self.house}
        due = [(term.due_at(received_at, home=home), term) for term in terms.values()]
        found = [(at, term) for at, term in due if at is not None]
        return [
            {
                **{"id": term.id, "what": term.what, "due_at": at.isoformat(), "title": term.title},
                **{"title_tr": term.title_tr, "cites": list(term.cites), "mark": term.mark},
            }
            for at, term in sorted(found, key=lambda one: (one[0], one[1].id))
        ]


@cache
def book() -> Book:
    """What comes with this version."""
    return read(read_yaml(importlib.resources.files(__package__).joinpath("authorities.yaml").read_text("utf-8")))


def read(given: Mapping[str, Any]) -> Book:
    """Raises: KeyError, ValueError where it is not such a document."""
    calendars = given["calendars"]
    for name, rule in calendars.items():
        _calendars.setdefault(name, Calendar(rule, f"authorities.yaml: {name}"))
    authorities = {}
    for one in given["authorities"]:
        authorities[one["id"]] = Authority(
            id=one["id"],
            name=one["name"],
            name_tr=one["name_tr"],
            country=one["country"],
            mail=tuple(one["mail"]),
            words=tuple(one["words"]),
            terms=_terms(one),
            penalties=tuple(_penalty(each, one["id"]) for each in one["penalties"]),
        )
    return Book(
        version=str(given["version"]),
        authorities=authorities,
        persons={country: _terms(one) for country, one in given["persons"].items()},
        house=_terms(given["house"]),
        unproven={country: tuple(rules) for country, rules in given["unproven"].items()},
    )


_calendars: dict[str, Calendar] = {}


def _calendar(name: str) -> Calendar:
    return _calendars[name]


def _terms(given: Mapping[str, Any]) -> tuple[Term, ...]:
    found = []
    for one in given["deadlines"]:
        if one["unit"] not in UNITS:
            raise ValueError(f"{one['id']}: the unit is {one['unit']!r}; it must be one of {', '.join(UNITS)}")
        if one["unit"] == "business_days" and given["calendar"] not in _calendars:
            raise ValueError(f"{one['id']}: business days need a calendar, and there is no {given['calendar']!r}")
        found.append(
            Term(
                **{name: one[name] for name in ("id", "what", "unit", "title", "title_tr", "mark")},
                lines=tuple((line["from"], int(line["value"])) for line in one["lines"]),
                cites=tuple(one["cites"]),
                zone=given["zone"],
                calendar=given["calendar"],
            )
        )
    return tuple(found)


def _penalty(given: Mapping[str, Any], authority: str) -> Penalty:
    return Penalty(
        **{name: given[name] for name in ("id", "title", "title_tr", "per", "currency")},
        authority=authority,
        rules=tuple(given["rules"]),
        kinds=tuple(given["kinds"]),
        countries=tuple(given["countries"]),
        amounts=tuple(
            Amount(line["from"], line.get("until"), int(line["least"]), int(line["most"]), line["mark"])
            for line in given["lines"]
        ),
        cites=tuple(given["cites"]),
    )
