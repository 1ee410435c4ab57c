"""The terms of a law: named conditions over facts, written in its YAML, answered with yes, no or maybe.

A condition is one of
    a_term                                a name defined under ``terms``
    {channel: [voice, sms]}               the fact is one of these (one value may stand without a list)
    {principal.registered_charity_in: {has: US}}        the set has this
    {callee.member_of: {has: {fact: principal.id}}}     the set has what another fact says
    {number.ported_on: {within_days: 15, where_unknown: no}}   that day is so many days ago at most
    {all: […]}  {any: […]}  {not: …}      several keys in one object are an ``all``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol

from ahize.compliance.ask import MAYBE, NO, YES, Ask, Truth, names
from ahize.compliance.facts import UNKNOWN, CallFacts, Unknown


class BadLaw(Exception):
    """A law file that cannot be read: which entry, and what is wrong with it."""


class Condition(Protocol):
    def truth(self, ask: Ask) -> Truth: ...

    def gaps(self, ask: Ask) -> tuple[str, ...]:
        """The facts that keep it a MAYBE; empty where it is none."""


def fact_getter(path: str) -> Callable[[CallFacts], Any]:
    """Reads one fact by its path in the contract; ``registries.US-FTC.listed`` too."""
    parts = path.split(".")
    if parts[0] == "registries":
        code, field = parts[1], parts[2]

        def from_registry(facts: CallFacts) -> Any:
            if facts.registries is UNKNOWN or code not in facts.registries:
                return UNKNOWN
            return getattr(facts.registries[code], field)

        return from_registry
    return attrgetter(path)


class _Fact:
    def __init__(self, path: str) -> None:
        self.path = path
        self.get = fact_getter(path)

    def truth(self, ask: Ask) -> Truth:
        found = self.get(ask.facts)
        return MAYBE if found is UNKNOWN else self.of(found)

    def of(self, found: Any) -> Truth:
        """What a known fact comes to."""
        return YES if found else NO

    def gaps(self, ask: Ask) -> tuple[str, ...]:
        return (self.path,) if self.truth(ask) is MAYBE else ()


class _IsOneOf(_Fact):
    def __init__(self, path: str, values: frozenset[Any]) -> None:
        super().__init__(path)
        self.values = values

    def of(self, found: Any) -> Truth:
        return YES if found in self.values else NO


class _Has(_Fact):
    def __init__(self, path: str, value: Any) -> None:
        super().__init__(path)
        self.value = value

    def of(self, found: Any) -> Truth:
        return YES if self.value in found else NO


class _HasFact(_Fact):
    """The set has what another fact says."""

    def __init__(self, path: str, other: str) -> None:
        super().__init__(path)
        self.other = other
        self.get_other = fact_getter(other)

    def truth(self, ask: Ask) -> Truth:
        found, wanted = self.get(ask.facts), self.get_other(ask.facts)
        if found is not UNKNOWN and not found:
            return NO
        if found is UNKNOWN or wanted is UNKNOWN:
            return MAYBE
        return YES if wanted in found else NO

    def gaps(self, ask: Ask) -> tuple[str, ...]:
        if self.truth(ask) is not MAYBE:
            return ()
        return tuple(path for path, get in self._both() if get(ask.facts) is UNKNOWN)

    def _both(self) -> tuple[tuple[str, Callable[[CallFacts], Any]], ...]:
        return (self.path, self.get), (self.other, self.get_other)


class WithinDays(_Fact):
    """So many days ago at most: the one condition that the clock moves."""

    def __init__(self, path: str, days: int, where_unknown: Truth) -> None:
        super().__init__(path)
        self.days = days
        self.where_unknown = where_unknown

    def truth(self, ask: Ask) -> Truth:
        day: date | Unknown = self.get(ask.facts)
        if day is UNKNOWN:
            return self.where_unknown
        if (ask.first_day - day).days < 0:
            return NO
        return ask.still(day + timedelta(days=self.days)).truth

    def gaps(self, ask: Ask) -> tuple[str, ...]:
        if self.truth(ask) is not MAYBE:
            return ()
        return (self.path,) if self.get(ask.facts) is UNKNOWN else ("callee.zones",)

    def edge(self, ask: Ask) -> datetime | None:
        """When the clock may change the answer."""
        day: date | Unknown = self.get(ask.facts)
        if day is UNKNOWN:
            return None
        if (ask.first_day - day).days < 0:
            return ask.starts(day)
        return ask.still(day + timedelta(days=self.days)).edge


class _All:
    def __init__(self, parts: Sequence[Condition]) -> None:
        self.parts = tuple(parts)

    def truth(self, ask: Ask) -> Truth:
        answer = YES
        for part in self.parts:
            truth = part.truth(ask)
            if truth is NO:
                return NO
            if truth is MAYBE:
                answer = MAYBE
        return answer

    def gaps(self, ask: Ask) -> tuple[str, ...]:
        if self.truth(ask) is not MAYBE:
            return ()
        return names(*(part.gaps(ask) for part in self.parts))


class _Any(_All):
    def truth(self, ask: Ask) -> Truth:
        answer = NO
        for part in self.parts:
            truth = part.truth(ask)
            if truth is YES:
                return YES
            if truth is MAYBE:
                answer = MAYBE
        return answer


class _Not:
    def __init__(self, part: Condition) -> None:
        self.part = part
        self.gaps = part.gaps

    def truth(self, ask: Ask) -> Truth:
        truth = self.part.truth(ask)
        if truth is MAYBE:
            return MAYBE
        return NO if truth is YES else YES


class _Named:
    """A term, answered once for each question."""

    def __init__(self, name: str, meaning: Condition) -> None:
        self.name = name
        self.meaning = meaning
        self.gaps = meaning.gaps

    def truth(self, ask: Ask) -> Truth:
        found = ask.memo.get(self)
        if found is None:
            found = ask.memo[self] = self.meaning.truth(ask)
        return found


def timed_parts(condition: Condition) -> tuple[WithinDays, ...]:
    """The parts of a condition that the clock moves."""
    if isinstance(condition, WithinDays):
        return (condition,)
    inner: tuple[Condition, ...] = condition.parts if isinstance(condition, _All) else ()
    if isinstance(condition, _Not):
        inner = (condition.part,)
    elif isinstance(condition, _Named):
        inner = (condition.meaning,)
    return tuple(dict.fromkeys(part for one in inner for part in timed_parts(one)))


def facts_read(condition: Condition) -> frozenset[str]:
    """The paths of the facts that a condition looks at."""
    if isinstance(condition, _HasFact):
        return frozenset({condition.path, condition.other})
    if isinstance(condition, _Fact):
        return frozenset({condition.path})
    inner: tuple[Condition, ...] = condition.parts if isinstance(condition, _All) else ()
    if isinstance(condition, _Not):
        inner = (condition.part,)
    elif isinstance(condition, _Named):
        inner = (condition.meaning,)
    return frozenset(path for one in inner for path in facts_read(one))


def read_condition(given: Any, terms: Mapping[str, Condition], where: str) -> Condition:
    """Raises: BadLaw naming the entry where a condition or a term cannot be read."""
    if isinstance(given, str):
        if given not in terms:
            raise BadLaw(f"{where}: no term is called {given}; define it under `terms`, above its first use")
        return terms[given]
    if isinstance(given, list):
        return _All([read_condition(one, terms, where) for one in given])
    if not isinstance(given, dict) or not given:
        raise BadLaw(f"{where}: {given!r} is no condition")
    parts = [_read_pair(key, value, terms, where) for key, value in given.items()]
    return parts[0] if len(parts) == 1 else _All(parts)


def _read_pair(key: str, value: Any, terms: Mapping[str, Condition], where: str) -> Condition:
    if key == "not":
        return _Not(read_condition(value, terms, where))
    if key in ("all", "any"):
        parts = [read_condition(one, terms, where) for one in value]
        return _All(parts) if key == "all" else _Any(parts)
    if isinstance(value, dict) and set(value) == {"has"} and isinstance(value["has"], dict):
        return _HasFact(_known_path(key, where), _known_path(value["has"].get("fact", ""), where))
    if isinstance(value, dict) and set(value) == {"has"}:
        return _Has(_known_path(key, where), value["has"])
    if isinstance(value, dict) and "within_days" in value:
        unknown = {None: MAYBE, "no": NO}[value.get("where_unknown")]
        return WithinDays(_known_path(key, where), value["within_days"], unknown)
    values = value if isinstance(value, list) else [value]
    return _IsOneOf(_known_path(key, where), frozenset(values))


_NOTHING_KNOWN = CallFacts.from_json({})


def _known_path(path: str, where: str) -> str:
    try:
        fact_getter(path)(_NOTHING_KNOWN)
    except (AttributeError, IndexError) as error:
        raise BadLaw(f"{where}: there is no fact {path}; docs/reference/law.md lists them") from error
    return path


def read_terms(
    given: Mapping[str, Any], day: date, inherited: Mapping[str, Condition] | None = None
) -> dict[str, Condition]:
    """The terms as they read on that day. A term is a condition, or dated lines of ``from`` and ``is``.

    Args:
        inherited: the terms of the law this one builds on; a term of the same name replaces one of them here.
    """
    terms: dict[str, Condition] = dict(inherited or {})
    for name, meaning in given.items():
        where = f"term {name}"
        if isinstance(meaning, list) and meaning and isinstance(meaning[0], dict) and "from" in meaning[0]:
            lines = [line for line in meaning if line["from"] <= day]
            said: Any = lines[-1]["is"] if lines else {"any": []}
        else:
            said = meaning
        terms[name] = _Named(name, read_condition(said, terms, where))
    return terms
