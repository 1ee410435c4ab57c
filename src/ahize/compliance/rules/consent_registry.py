"""Consent registry: a public register that answers for number, brand and channel whether the person agreed.

What it refuses is barred. Where it has nothing the ground is what our own consents show, and a sound one of them was
never recorded. Where it granted, our own consent must be sound too and must have been recorded within the law's
business days. Whom ``opt_out_for`` names may be called until they refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.calendars import Calendar
from ahize.compliance.facts import UNKNOWN, Consent, Registry
from ahize.compliance.rules.consent import Agreement, Held
from ahize.compliance.rules.kind import Given, Rule, ground_of
from ahize.compliance.rules.lifting import Lifting
from ahize.compliance.ruling import Bar, Finding, Missing, Value
from ahize.compliance.terms import Condition
from ahize.kernel.windows import day_start, local_day

_DAY = timedelta(days=1)
_LIVE = "live"


class ConsentRegistry(Rule):
    """The registry under ``registry`` has the consent that the agreement under ``needs`` asks for.

    Entry: ``opt_out_for`` (a condition), ``lifted_by``, ``holidays`` and ``zone`` (whose business days count),
    ``in_time_before`` (what was recorded before that day is in time), ``taken_by_itself`` (forms the registry took),
    ``by_ground`` (for a ground, the ``rule`` and ``cites`` that it rests on where they are not the entry's own).
    """

    kind: ClassVar[str] = "consent_registry"
    ground: ClassVar[str] = "consent_missing"
    registry: str
    agreement: Agreement
    opt_out_for: Condition
    lifting: Lifting
    calendar: Calendar
    zone: str
    recorded_within: int
    in_time_before: date
    taken_by_itself: frozenset[str]
    by_ground: Mapping[str, Mapping[str, Any]]

    def setup(self, given: Given) -> None:
        entry = given.entry
        self.registry, self.zone = entry["registry"], entry["zone"]
        self.agreement = given.law.agreement(entry["needs"], self.id)
        self.opt_out_for = entry["opt_out_for"]
        self.lifting = Lifting(given)
        self.calendar = given.law.calendar(entry["holidays"], self.id)
        self.recorded_within = given.values["recorded_within"]
        self.in_time_before = entry.get("in_time_before", date.min)
        self.taken_by_itself = frozenset(entry.get("taken_by_itself", ()))
        self.by_ground = {ground_of(ground, self.id): named for ground, named in entry.get("by_ground", {}).items()}

    def bar(self, key: str, ground: str | None = None, **values: Value) -> Bar:
        bar = super().bar(key, ground, **values)
        named = self.by_ground.get(bar.ground)
        return bar if named is None else replace(bar, rule=named["rule"], cites=tuple(named["cites"]))

    def judge(self, ask: Ask) -> Iterator[Finding]:
        answer = answer_of(self.registry, ask)
        if answer is None:
            yield self.gap(f"registries.{self.registry}")
            return
        if answer.status is UNKNOWN:
            yield self.gap(f"registries.{self.registry}.status")
            return
        if answer.status == "refused":
            yield self.bar("consent_registry.refused", "registry", registry=self.registry)
            return
        lifted, opt_out = self.lifting.held(ask), self.opt_out_for.truth(ask)
        if YES in (lifted.truth, opt_out):
            return
        found = list(self._granted(ask) if answer.status == "granted" else self._none(ask))
        if found and MAYBE in (lifted.truth, opt_out):
            missing = (one.facts for one in found if isinstance(one, Missing))
            yield self.gap(*names(lifted.gaps, self.opt_out_for.gaps(ask), *missing))
        else:
            yield from found

    def _none(self, ask: Ask) -> Iterator[Finding]:
        """The registry knows of no consent: it is barred; our own consents say on which ground."""
        held = self.agreement.held(ask)
        if held.truth is NO:
            for ground, said in held.grounds.items():
                yield self.bar(said.key, ground, **dict(said.values))
        elif ask.facts.consents is UNKNOWN:
            yield self.bar("consent_registry.none", registry=self.registry)
        else:
            yield self.bar("consent_registry.unrecorded", "consent_unregistered", registry=self.registry)

    def _granted(self, ask: Ask) -> Iterator[Finding]:
        if ask.facts.consents is UNKNOWN:
            yield self.gap("consents")
            return
        held = self._of_this(ask)
        if held is None:
            yield from self._no_text(ask)
        elif held.truth is MAYBE:
            yield self.gap(*held.gaps)
        elif held.truth is NO:
            for ground, said in held.grounds.items():
                yield self.bar(said.key, ground, **dict(said.values))
        else:
            yield from self._recorded(held, ask)

    def _recorded(self, held: Held, ask: Ask) -> Iterator[Finding]:
        """Was one of these consents recorded, and in time?"""
        answers = [(consent, self._in_time(consent, ask)) for consent in held.consents]
        in_time = [consent for consent, answer in answers if answer.truth is YES]
        if in_time:
            ask.relied.extend(in_time)
        elif any(answer.truth is MAYBE for _, answer in answers):
            yield self.gap(*names(*(answer.gaps for _, answer in answers)))
        else:
            yield self.bar(
                "consent_registry.late",
                "consent_unregistered",
                registry=self.registry,
                most=str(self.recorded_within),
            )

    def _no_text(self, ask: Ask) -> Iterator[Finding]:
        """No consent of ours speaks of this brand and channel: the registry's answer carries a person's call alone."""
        method = ask.facts.method
        if method is UNKNOWN:
            yield self.gap("method")
        elif self.agreement.methods.get(method, _LIVE) != _LIVE:
            yield self.bar("consent_registry.no_text", "consent_scope", registry=self.registry, method=method)

    def _of_this(self, ask: Ask) -> Held | None:
        """What our own consents for this seller, brand, channel and number come to; None where there is none."""
        found: tuple[Held | None] = ask.once((self, "own"), self._look)
        return found[0]

    def _look(self, ask: Ask) -> tuple[Held | None]:
        consents, facts = ask.facts.consents, ask.facts
        assert consents is not UNKNOWN, "asked before"
        called = (facts.principal.id, facts.principal.brand, facts.number.e164)
        own = [
            one
            for one in consents
            if all(
                said is UNKNOWN or wanted is UNKNOWN or said == wanted
                for said, wanted in zip((one.principal, one.brand, one.number), called, strict=True)
            )
            and (one.channels is UNKNOWN or facts.channel is UNKNOWN or facts.channel in one.channels)
        ]
        return (self.agreement.among(own, ask) if own else None,)

    def _in_time(self, consent: Consent, ask: Ask) -> Answer:
        if consent.form in self.taken_by_itself:
            return Answer(YES)
        if consent.registry_state is UNKNOWN:
            return Answer(MAYBE, ("consents.registry_state",))
        if consent.registry_state != "accepted":
            return Answer(NO)
        if consent.registry_at is UNKNOWN or consent.given_at is UNKNOWN:
            return Answer(MAYBE, ("consents.registry_at",))
        recorded_on = local_day(consent.registry_at, self.zone)
        if consent.registry_at > ask.at:
            return Answer(NO, edge=consent.registry_at)
        last_day = self.calendar.business_day(local_day(consent.given_at, self.zone), self.recorded_within)
        return Answer(YES if recorded_on < self.in_time_before or recorded_on <= last_day else NO)

    def edge(self, ask: Ask) -> datetime | None:
        answer, consents = answer_of(self.registry, ask), ask.facts.consents
        if answer is None or answer.status is UNKNOWN or answer.status == "refused":
            return None
        edges = [self.lifting.held(ask).edge]
        if consents is not UNKNOWN:
            edges.append(self.agreement.held(ask).edge)
            recorded = (one.registry_at for one in consents)
            edges += [mark for mark in recorded if mark is not UNKNOWN and mark > ask.at]
        return earliest(*edges)


class ConsentRegistryAge(Rule):
    """The registry's answer is so many business days old at most; after that a refusal may stand there that binds."""

    kind: ClassVar[str] = "consent_registry_age"
    ground: ClassVar[str] = "registry_stale"
    registry: str
    calendar: Calendar
    zone: str
    age_max: int

    def setup(self, given: Given) -> None:
        self.registry, self.zone = given.entry["registry"], given.entry["zone"]
        self.calendar = given.law.calendar(given.entry["holidays"], self.id)
        self.age_max = given.values["age_max"]

    def judge(self, ask: Ask) -> Iterator[Finding]:
        answer = answer_of(self.registry, ask)
        if answer is None:
            return  # The rule that needs the answer says so.
        checked_at = answer.checked_at
        if checked_at is UNKNOWN or checked_at > ask.at:
            yield self.gap(f"registries.{self.registry}.checked_at")
        elif ask.at >= self._lapses(checked_at):
            yield self.bar(
                "consent_registry.stale",
                registry=self.registry,
                day=local_day(checked_at, self.zone).isoformat(),
                most=str(self.age_max),
            )

    def _lapses(self, checked_at: datetime) -> datetime:
        last_day = self.calendar.business_day(local_day(checked_at, self.zone), self.age_max)
        return day_start(last_day + _DAY, self.zone)

    def edge(self, ask: Ask) -> datetime | None:
        answer = answer_of(self.registry, ask)
        if answer is None or answer.checked_at is UNKNOWN:
            return None
        marks = (answer.checked_at, self._lapses(answer.checked_at))
        return earliest(*(mark for mark in marks if mark > ask.at))


def answer_of(registry: str, ask: Ask) -> Registry | None:
    """What the registry answered for this number, brand and channel; None where nobody asked."""
    registries = ask.facts.registries
    return None if registries is UNKNOWN else registries.get(registry)
