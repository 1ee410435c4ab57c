"""A rulebook as the bundle carries it, and the law of one day: rules with their values, terms, what rules share."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Self

from ahize_verify.call import NO, YES, Call, Said, each_once, missing, wall_time
from ahize_verify.days import Calendar, spans_of

Condition = Callable[[Call], Said]

CALLEE = ("callee",)
_CONDITIONS = ("when", "confirmation", "also_where", "opt_out_for")
_IS_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_WORKLESS = ("saturday", "sunday")


class UnknownLaw(Exception):
    """The rulebook says something that this program has not learned to read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry on one day.

    Args:
        entry: as it stands in the law.
        values: its dated values on that day.
        when: whom it binds.
        conditions: the further ones that it names, by key.
        law: what the rules of its law share.
    """

    entry: Mapping[str, Any]
    values: Mapping[str, Any]
    when: Condition
    conditions: Mapping[str, Condition]
    law: Shared

    @property
    def id(self) -> str:
        return str(self.entry["id"])

    @property
    def kind(self) -> str:
        return str(self.entry["kind"])

    @property
    def ring_s_min(self) -> float:
        """How long a call that it reaches must ring."""
        return float(self.values.get("ring_s_min", 0)) if self.kind == "ring_time" else 0.0

    @property
    def binds_at(self) -> frozenset[str]:
        return frozenset(self.entry.get("binds_at", CALLEE))


@dataclass(slots=True)
class Shared:
    """What the rules of a law share on a day, by name.

    Args:
        agreements: each as it stands, with its ``selling`` and its ``families`` of purposes.
        relationships: each as it stands; its ``months`` are those of that day, or spans of days.
        stops: ``lifted_by``, the agreement's name; ``marketing``, a condition.
    """

    agreements: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    relationships: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    stops: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Law:
    """One authority's law.

    Args:
        text: the document.
        base: the law that it builds on.
        told: the calendars of this law, by name, as the bundle names their days.
    """

    text: Mapping[str, Any]
    base: Self | None
    told: Mapping[str, Any]
    _stretches: dict[int, list[Rule]] = field(default_factory=dict)

    @property
    def layer(self) -> str:
        return str(self.text["layer"])

    @property
    def region(self) -> str | None:
        return self.text.get("region")

    def own_or_inherited(self, key: str) -> Any:
        if key in self.text:
            return self.text[key]
        if self.base is None:
            raise UnknownLaw(f"{self.layer}: there is no `{key}`")
        return self.base.own_or_inherited(key)

    @property
    def is_shared(self) -> bool:
        """Is it no country's own, but read with the law of each that builds on it?"""
        return bool(self.text.get("shared"))

    @property
    def countries(self) -> frozenset[str]:
        return frozenset(self.own_or_inherited("countries"))

    @property
    def places(self) -> frozenset[str]:
        """By whose place its rules bind."""
        rules = (entry for entry in self.text["rules"] if entry["kind"] != "note")
        return frozenset(place for entry in rules for place in entry.get("binds_at", CALLEE))

    def rules_on(self, day: date) -> list[Rule]:
        """Those in force, in the order of the law."""
        stretch = bisect_right(self.changes, day)
        if stretch not in self._stretches:
            terms, shared = self._shared_on(day)
            self._stretches[stretch] = list(_rules(self.text["rules"], day, terms, shared))
        return self._stretches[stretch]

    @cached_property
    def changes(self) -> list[date]:
        """Every day on which anything in it, or in what it builds on, may begin or end."""
        return sorted({*_days_in(self.text), *([] if self.base is None else self.base.changes)})

    def _shared_on(self, day: date) -> tuple[dict[str, Condition], Shared]:
        terms, shared = ({}, Shared()) if self.base is None else self.base._shared_on(day)
        for name, meaning in self.text.get("terms", {}).items():
            dated = isinstance(meaning, list) and meaning and isinstance(meaning[0], Mapping) and "from" in meaning[0]
            if dated:
                lines = [line for line in meaning if date.fromisoformat(line["from"]) <= day]
                meaning = lines[-1]["is"] if lines else {"any": []}  # noqa: PLW2901  the line that holds that day
            terms[name] = condition(meaning, terms)
        if "agreements" in self.text:
            families = self.own_or_inherited("consent_purposes")
            for name, given in self.text["agreements"].items():
                lapses = _dated(given["lapses_after"], day) if "lapses_after" in given else None
                named = {"selling": terms["selling"], "families": families, "lapses_after": lapses and lapses[0]}
                shared.agreements[name] = {**given, **named}
        for name, given in self.text.get("calendars", {}).items():
            weekend = tuple(given.get("weekend", _WORKLESS))
            shared.calendars[name] = Calendar(self.told[name], f"{self.layer}, {name}", weekend)
        if "stops" in self.text:
            given = self.text["stops"]
            shared.stops = {
                "lifted_by": shared.agreements[given["lifted_by"]],
                "marketing": condition(given["marketing"], terms),
            }
        for name, given in self.text.get("relationships", {}).items():
            months = {kind: _term(lasts, day) for kind, lasts in given["lasts"].items()}
            kept = {kind: term[0] for kind, term in months.items() if term is not None}
            stops = shared.stops if given.get("ended_by_a_stop") else None
            shared.relationships[name] = {**given, "months": kept, "stops": stops}
        return terms, shared


def _rules(
    entries: Sequence[Mapping[str, Any]], day: date, terms: Mapping[str, Condition], shared: Shared
) -> Iterable[Rule]:
    for entry in entries:
        if entry["kind"] == "note" or entry.get("status", "in force") != "in force":
            continue
        if day < _day(entry.get("in_force_on"), day) or day >= _day(entry.get("until"), day + timedelta(days=1)):
            continue
        values = {name: _dated(given, day) for name, given in entry.get("values", {}).items()}
        if any(value is None for value in values.values()):
            continue  # Not yet set on that day.
        known = {name: value[0] for name, value in values.items() if value is not None}
        named = {key: condition(entry[key], terms) for key in _CONDITIONS if key in entry}
        yield Rule(entry, known, named.pop("when"), named, shared)


def _days_in(text: Any) -> Iterator[date]:
    if isinstance(text, Mapping):
        for key, value in text.items():
            if key in ("from", "in_force_on", "until") and isinstance(value, str) and _IS_DAY.match(value):
                yield date.fromisoformat(value)
            else:
                yield from _days_in(value)
    elif isinstance(text, list):
        for one in text:
            yield from _days_in(one)


def _day(text: str | None, otherwise: date) -> date:
    return otherwise if text is None else date.fromisoformat(text)


def _dated(given: Any, day: date) -> tuple[Any] | None:
    """The value that holds that day, as the one thing in a tuple; None where the law has set none yet."""
    if given == "without end":
        return (None,)
    found = None
    for line in given["lines"]:
        if line.get("status", "in force") == "in force" and (
            line["from"] == "unknown" or date.fromisoformat(line["from"]) <= day
        ):
            found = (_value(line["value"], given["unit"]),)
    return found


def _term(given: Any, day: date) -> tuple[Any] | None:
    """How long a dealing lasts: months, or a span of days."""
    found = _dated(given, day)
    in_days = given != "without end" and given["unit"] == "days"
    return (timedelta(days=found[0]),) if found is not None and in_days else found


def _value(given: Any, unit: str) -> Any:
    if unit == "local time":
        return wall_time(given)
    if unit == "local hours":
        return spans_of(str(given))
    return frozenset(given) if isinstance(given, list) else given


# ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def condition(given: Any, terms: Mapping[str, Condition]) -> Condition:
    """A term by its name, a list (all of them), or an object of tests (all of them)."""
    if isinstance(given, str):
        return terms[given]
    if isinstance(given, list):
        return _all([condition(one, terms) for one in given])
    return _all([_test(key, wanted, terms) for key, wanted in given.items()])


def _test(key: str, wanted: Any, terms: Mapping[str, Condition]) -> Condition:
    if key == "not":
        return _not(condition(wanted, terms))
    if key in ("all", "any"):
        return (_all if key == "all" else _any)([condition(one, terms) for one in wanted])
    if isinstance(wanted, Mapping):
        if set(wanted) == {"has"}:
            named = wanted["has"]
            return _has_fact(key, named["fact"]) if isinstance(named, Mapping) else _has(key, named)
        if "within_days" in wanted:
            return _within(key, wanted["within_days"], NO if wanted.get("where_unknown") == "no" else missing(key))
        raise UnknownLaw(f"a condition on {key} that says {sorted(wanted)}")
    return _one_of(key, wanted if isinstance(wanted, list) else [wanted])


def _all(parts: Sequence[Condition]) -> Condition:
    return lambda call: both([part(call) for part in parts])


def both(said: Sequence[Said]) -> Said:
    """No where any says no; what is missing where any lacks a fact; else yes."""
    if any(one.truth is False for one in said):
        return NO
    gaps = each_once(*(one.gaps for one in said if one.truth is None))
    return YES if all(one.truth for one in said) else Said(None, gaps)


def _any(parts: Sequence[Condition]) -> Condition:
    def test(call: Call) -> Said:
        said = [part(call) for part in parts]
        if any(one.truth for one in said):
            return YES
        unsure = [one.gaps for one in said if one.truth is None]
        return Said(None, each_once(*unsure)) if unsure else NO

    return test


def _not(part: Condition) -> Condition:
    def test(call: Call) -> Said:
        said = part(call)
        return said if said.truth is None else NO if said.truth else YES

    return test


def _one_of(path: str, values: Sequence[Any]) -> Condition:
    def test(call: Call) -> Said:
        found = call.fact(path)
        return missing(path) if found is None else YES if found in values else NO

    return test


def _has(path: str, value: Any) -> Condition:
    def test(call: Call) -> Said:
        found: Any = call.fact(path)
        return missing(path) if found is None else YES if value in found else NO

    return test


def _has_fact(path: str, other: str) -> Condition:
    def test(call: Call) -> Said:
        found, value = call.fact(path), call.fact(other)
        if found is not None and not found:
            return NO
        if found is None or value is None:
            return missing(*call.known(((path, found), (other, value))))
        return YES if value in found else NO

    return test


def _within(path: str, days: int, unknown: Said) -> Condition:
    def test(call: Call) -> Said:
        day = call.day_of(path)
        if day is None:
            return unknown
        return NO if call.first_day < day else call.until_the_end_of(day + timedelta(days=days))

    return test
