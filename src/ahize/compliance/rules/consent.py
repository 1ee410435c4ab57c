"""Consent: is one held that is live, covers this call, and was taken in a way the law accepts?

An *agreement* is the kind of consent a law asks for; its words stand under ``agreements`` in the law's YAML. Grounds:
none live (`consent_missing`), live but for another seller, channel, method, purpose or number (`consent_scope`), taken
in a way that does not count or without proof (`consent_form`), withdrawn (`consent_revoked`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, Truth, earliest, names
from ahize.compliance.facts import UNKNOWN, Consent
from ahize.compliance.rules.appointment import marks
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding
from ahize.compliance.terms import Condition


@dataclass(frozen=True, slots=True)
class Held:
    """What the consents on file come to, for one agreement.

    Args:
        grounds: of a NO, each ground with its sentence.
    """

    truth: Truth
    gaps: tuple[str, ...]
    grounds: Mapping[str, str]
    edge: datetime | None
    consents: tuple[Consent, ...] = ()


class Agreement:
    """The kind of consent a law asks for."""

    def __init__(self, name: str, given: Mapping[str, Any], selling: Condition, families: Mapping[str, Any]) -> None:
        self.name = name
        self.says: str = given["says"]
        self.levels = frozenset(given["levels"])
        self.forms = frozenset(given["forms"]) if "forms" in given else None
        self.signed: bool = given.get("signed", False)
        self.unconditional: bool = given.get("unconditional", False)
        self.methods: Mapping[str, str] = given.get("methods", {})
        self.selling = selling
        self.selling_purposes = frozenset(families["selling"])
        self.wider: Mapping[str, frozenset[str]] = {
            purpose: frozenset(wider) for purpose, wider in families.get("also_covered_by", {}).items()
        }

    def held(self, ask: Ask) -> Held:
        """Which consents on file are this agreement. Done once for each question."""
        found: Held = ask.once(self, self._look)
        return found

    def _look(self, ask: Ask) -> Held:
        consents = ask.facts.consents
        if consents is UNKNOWN:
            return Held(MAYBE, ("consents",), {}, None)
        if not consents:
            return Held(NO, (), {"consent_missing": f"no {self.says} is held"}, None)
        fits: list[Consent] = []
        gaps: list[tuple[str, ...]] = []
        grounds: dict[str, str] = {}
        edges: list[datetime | None] = []
        for consent in consents:
            edges.append(_edge(consent, ask.at))
            truth, missing = self._judge(consent, ask, grounds)
            if truth is YES:
                fits.append(consent)
            elif truth is MAYBE:
                gaps.append(missing)
        edge = earliest(*edges)
        if fits:
            return Held(YES, (), {}, edge, tuple(fits))
        if gaps:
            return Held(MAYBE, names(*gaps), {}, edge)
        grounds = grounds or {"consent_missing": f"no {self.says} is live"}
        return Held(NO, (), grounds, edge)

    def _judge(self, consent: Consent, ask: Ask, grounds: dict[str, str]) -> tuple[Truth, tuple[str, ...]]:
        """Does this one fit? A NO leaves its ground behind."""
        scope, scope_gaps, outside = self._scope(consent, ask)
        form, form_gaps, flaw = self._form(consent)
        if consent.given_at is not UNKNOWN and ask.at < consent.given_at:
            return NO, ()
        if consent.revoked_at is not None and consent.revoked_at <= ask.at:
            if scope is not NO:
                grounds["consent_revoked"] = f"the {self.says} was withdrawn on {consent.revoked_at:%Y-%m-%d}"
            return NO, ()
        if consent.until is not None and consent.until <= ask.at:
            return NO, ()
        if scope is NO:
            grounds["consent_scope"] = f"the {self.says} on file {outside}"
            return NO, ()
        if form is NO:
            grounds["consent_form"] = f"the consent on file is no {self.says}: {flaw}"
            return NO, ()
        missing = names(scope_gaps, form_gaps, ("consents.given_at",) if consent.given_at is UNKNOWN else ())
        return (MAYBE, missing) if missing else (YES, ())

    def _scope(self, consent: Consent, ask: Ask) -> tuple[Truth, tuple[str, ...], str]:
        facts = ask.facts
        gaps: list[str] = []
        checks: list[tuple[str, Any, str, Any]] = [
            ("principal", consent.principal, "principal.id", facts.principal.id),
            ("number", consent.number, "number.e164", facts.number.e164),
        ]
        for name, said, path, called in checks:
            if said is UNKNOWN or called is UNKNOWN:
                gaps.append(f"consents.{name}" if said is UNKNOWN else path)
            elif said != called:
                return NO, (), "names another seller" if name == "principal" else "is for another number"
        if consent.channels is UNKNOWN or facts.channel is UNKNOWN:
            gaps.append("consents.channels" if consent.channels is UNKNOWN else "channel")
        elif facts.channel not in consent.channels:
            return NO, (), f"does not cover {facts.channel}"
        for answer, outside in (self._method(consent, ask), self._purpose(consent, ask)):
            if answer.truth is NO:
                return NO, (), outside
            gaps.extend(answer.gaps)
        return (MAYBE, tuple(gaps), "") if gaps else (YES, (), "")

    def _method(self, consent: Consent, ask: Ask) -> tuple[Answer, str]:
        method = ask.facts.method
        if not self.methods:
            return Answer(YES), ""
        if method is UNKNOWN:
            return Answer(MAYBE, ("method",)), ""
        wanted = self.methods.get(method)
        if wanted is None:
            return Answer(YES), ""
        if consent.methods is UNKNOWN:
            return Answer(MAYBE, ("consents.methods",)), ""
        return Answer(YES if wanted in consent.methods else NO), f"does not cover {wanted} calls"

    def _purpose(self, consent: Consent, ask: Ask) -> tuple[Answer, str]:
        purpose = ask.facts.purpose
        if consent.purposes is UNKNOWN:
            return Answer(MAYBE, ("consents.purposes",)), ""
        if purpose is UNKNOWN:
            return Answer(MAYBE, ("purpose",)), ""
        selling = self.selling.truth(ask)
        if selling is MAYBE:
            return Answer(MAYBE, self.selling.gaps(ask)), ""
        covered = consent.purposes & self._covering(purpose, selling)
        return Answer(YES if covered else NO), f"is for another purpose than {purpose}"

    def _covering(self, purpose: str, selling: Truth) -> frozenset[str]:
        """The purposes of a consent that covers this one."""
        if selling is YES:
            return self.selling_purposes
        return self.wider.get(purpose, frozenset()) | {purpose}

    def _form(self, consent: Consent) -> tuple[Truth, tuple[str, ...], str]:
        if consent.flaws:
            return NO, (), "it was " + ", ".join(sorted(consent.flaws)).replace("_", " ")
        gaps = []
        if consent.level is UNKNOWN:
            gaps.append("consents.level")
        elif consent.level not in self.levels:
            return NO, (), f"it is {consent.level.replace('_', ' ')} only"
        if self.forms is not None:
            if consent.form is UNKNOWN:
                gaps.append("consents.form")
            elif consent.form not in self.forms:
                return NO, (), f"it was {consent.form.replace('_', ' ')}"
        wanted = [("proof_kept", consent.proof_kept, True, "no proof of it was kept")]
        if self.signed:
            wanted.append(("signed", consent.signed, True, "it is not signed"))
        if self.unconditional:
            wanted.append(("conditional", consent.conditional, False, "it was made a condition of purchase"))
        for name, said, due, flaw in wanted:
            if said is UNKNOWN:
                gaps.append(f"consents.{name}")
            elif said is not due:
                return NO, (), flaw
        return (MAYBE, tuple(gaps), "") if gaps else (YES, (), "")


def _edge(consent: Consent, at: datetime) -> datetime | None:
    given = consent.given_at if consent.given_at is not UNKNOWN else None
    return earliest(*(mark for mark in (given, consent.until, consent.revoked_at) if mark is not None and mark > at))


class ConsentNeeded(Rule):
    """The call needs the agreement named under ``needs``."""

    kind: ClassVar[str] = "consent"
    ground: ClassVar[str] = "consent_missing"
    agreement: Agreement

    def setup(self, given: Given) -> None:
        self.agreement = given.law.agreement(given.entry["needs"], self.id)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        held = self.agreement.held(ask)
        if held.truth is YES:
            ask.relied.extend(held.consents)
        elif held.truth is MAYBE:
            yield self.gap(*held.gaps)
        else:
            for ground, because in held.grounds.items():
                yield self.bar(because, ground)

    def edge(self, ask: Ask) -> datetime | None:
        return self.agreement.held(ask).edge


class LineType(Rule):
    """Lines that such a call may not reach at all, unless the agreement under ``unless`` is held."""

    kind: ClassVar[str] = "line_type"
    ground: ClassVar[str] = "line_type"
    agreement: Agreement

    def setup(self, given: Given) -> None:
        self.agreement = given.law.agreement(given.entry["unless"], self.id)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        held = self.agreement.held(ask)
        if held.truth is YES:
            ask.relied.extend(held.consents)
        elif held.truth is MAYBE:
            yield self.gap(*held.gaps)
        else:
            line = ask.facts.number.line_type
            shown = "protected" if line is UNKNOWN else line.replace("_", " ")
            yield self.bar(f"the line is of type {shown} and {next(iter(held.grounds.values()))}")

    def edge(self, ask: Ask) -> datetime | None:
        return self.agreement.held(ask).edge


class Reassigned(Rule):
    """A consent helps only while the number is still that person's.

    Read where another rule relied on a consent, and, under ``also_where``, wherever the agreement named is held.
    """

    kind: ClassVar[str] = "reassigned"
    ground: ClassVar[str] = "reassigned"
    last: ClassVar[bool] = True
    agreement: Agreement
    also_where: Condition
    age_days_max: int

    def setup(self, given: Given) -> None:
        self.agreement = given.law.agreement(given.entry["agreement"], self.id)
        self.also_where = given.entry["also_where"]
        self.age_days_max = given.values["age_days_max"]

    def _is_read(self, ask: Ask) -> bool:
        if ask.relied:
            return True
        return self.also_where.truth(ask) is not NO and self.agreement.held(ask).truth is YES

    def judge(self, ask: Ask) -> Iterator[Finding]:
        if not self._is_read(ask):
            return
        number = ask.facts.number
        if number.reassigned == "yes":
            yield self.bar("the number has been given to another person since the consent")
        elif number.reassigned is UNKNOWN:
            yield self.gap("number.reassigned")
        elif number.reassigned_checked_on is UNKNOWN:
            yield self.gap("number.reassigned", "number.reassigned_checked_on")
        else:
            least, most = ask.days_since(number.reassigned_checked_on)
            if most > self.age_days_max or least < 0:
                yield self.gap("number.reassigned")

    def edge(self, ask: Ask) -> datetime | None:
        checked_on = ask.facts.number.reassigned_checked_on
        if checked_on is UNKNOWN or not self._is_read(ask):
            return None
        lapses = [_edge(consent, ask.at) for consent in ask.relied]
        hours = [mark for consent in ask.relied for mark in marks(consent, ask)]
        return earliest(after_days(ask, checked_on, self.age_days_max), *lapses, *hours)


def after_days(ask: Ask, day: date, days: int) -> datetime | None:
    """When that day will be more than so many days ago; None where it already is."""
    edge = ask.starts(day + timedelta(days=days + 1))
    return edge if edge > ask.at else None
