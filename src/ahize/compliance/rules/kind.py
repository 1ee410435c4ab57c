"""What every kind of rule is: a scope, a test, the duties it puts on a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from ahize.compliance.ask import Ask
from ahize.compliance.calendars import Calendar
from ahize.compliance.explain import say
from ahize.compliance.ruling import Bar, Duty, Finding, Missing, Said, Value
from ahize.compliance.terms import BadLaw, Condition, timed_parts


@dataclass(frozen=True, slots=True)
class Law:
    """What rules of one law share on one day, by name: agreements, relationships, calendars; and the own stop list."""

    agreements: Mapping[str, Any] = field(default_factory=dict)
    relationships: Mapping[str, Any] = field(default_factory=dict)
    stops: Any = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def agreement(self, name: str, where: str) -> Any:
        return _named(self.agreements, name, "agreement", where)

    def relationship(self, name: str, where: str) -> Any:
        return _named(self.relationships, name, "relationship", where)

    def calendar(self, name: str, where: str) -> Calendar:
        found: Calendar = _named(self.calendars, name, "calendar", where)
        return found


@dataclass(frozen=True, slots=True)
class Given:
    """An entry as it is on one day.

    Args:
        entry: as its YAML reads, its conditions already read.
        values: its parameters as of that day.
        when: whom it binds.
        law: what it shares with the other entries.
    """

    entry: Mapping[str, Any]
    values: Mapping[str, Any]
    when: Condition
    law: Law


def _named(table: Mapping[str, Any], name: str, kind: str, where: str) -> Any:
    if name not in table:
        raise BadLaw(f"{where}: no {kind} is called {name}")
    return table[name]


GROUNDS = frozenset(
    {
        *("hours", "day", "holiday", "registry", "registry_stale", "registry_unpaid", "suppression", "consent_missing"),
        *("consent_revoked", "consent_scope", "consent_form", "consent_unregistered", "frequency", "method"),
        *("line_type", "purpose", "sector", "caller_id", "registration", "abandonment", "ring_time", "disclosure"),
        *("recording", "reassigned", "emergency", "protected_person", "data_protection"),
    }
)
"""The words of the contract for why a rule bars."""

PLACES = frozenset({"callee", "caller", "principal"})


def ground_of(given: Any, where: str) -> str:
    """Raises: BadLaw where it is no word of the contract."""
    if given not in GROUNDS:
        raise BadLaw(f"{where}: ground {given!r} is none of {sorted(GROUNDS)}")
    return str(given)


class Rule:
    """One entry as it reads on one day.

    ``judge`` is a short generator: it yields a bar for each thing that is wrong and a gap for each fact it needed and
    had not. A rule that is kept yields nothing.
    """

    kind: ClassVar[str]
    ground: ClassVar[str]
    ring_s_min: float = 0
    """How long a call that this rule reaches must ring."""

    last: ClassVar[bool] = False
    """Judged after all others, because it looks at what they relied on."""

    def __init__(self, given: Given) -> None:
        self.id: str = given.entry["id"]
        self.cites: tuple[str, ...] = tuple(given.entry["cites"])
        self.carries: tuple[Duty, ...] = tuple(given.entry.get("carries", ()))
        self.binds_at = frozenset(given.entry.get("binds_at", ("callee",)))
        """By whose place it binds: the callee's, the caller's, the principal's."""
        if not self.binds_at or not self.binds_at <= PLACES:
            raise BadLaw(f"{self.id}: `binds_at` is a list of {sorted(PLACES)}")
        self.when = given.when
        self.timed = timed_parts(given.when)
        self.setup(given)

    def setup(self, given: Given) -> None:
        """Take what this kind needs of the entry."""

    def judge(self, ask: Ask) -> Iterator[Finding]:  # noqa: ARG002  a duty judges nothing
        return iter(())

    def edge(self, ask: Ask) -> datetime | None:  # noqa: ARG002  most rules have no clock
        """The first instant after ``ask.at`` at which the clock may change what ``judge`` says."""
        return None

    def bar(self, key: str, ground: str | None = None, **values: Value) -> Bar:
        """A no with the sentence of that key (`sentences.py`) and its values."""
        said = Said(key, tuple(values.items()))
        return Bar(self.id, ground or self.ground, say(key, values, "en"), self.cites, said)

    def gap(self, *facts: str) -> Missing:
        return Missing(self.id, facts)
