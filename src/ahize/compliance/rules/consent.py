"""Consent: is one held that is live, covers this call, and was taken in a way the law accepts?

An *agreement* is the kind of consent a law asks for; its words stand under ``agreements`` in the law's YAML. Grounds:
none live (`consent_missing`), live but for another seller, channel, method, purpose or number (`consent_scope`), taken
in a way that does not count or without proof (`consent_form`), withdrawn (`consent_revoked`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, Truth, earliest, names
from ahize.compliance.facts import UNKNOWN, Consent
from ahize.compliance.rules.appointment import marks
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.ruling import Finding, Said, Value
from ahize.compliance.sentences import Text
from ahize.compliance.terms import Condition
from ahize.kernel.windows import add_months, local_day


@dataclass(frozen=True, slots=True)
class Held:
    """What the consents on file come to, for one agreement.

    Args:
        grounds: of a NO, each ground with what is to be said.
    """

    truth: Truth
    gaps: tuple[str, ...]
    grounds: Mapping[str, Said]
    edge: datetime | None
    consents: tuple[Consent, ...] = ()


class Agreement:
    """The kind of consent a law asks for."""

    def __init__(
        self,
        name: str,
        given: Mapping[str, Any],
        selling: Condition,
        families: Mapping[str, Any],
        *,
        lapses_after: int | None = None,
    ) -> None:
        self.name = name
        self.lapses_after = lapses_after
        """Months after which a consent has lapsed; the anniversary itself is too late."""
        self.ends_as_told: bool = given.get("ends_as_told", True)
        """One that names an end of its own does not lapse before it."""
        self.says = Text(**given["says"])
        self.levels = frozenset(given["levels"])
        self.forms = frozenset(given["forms"]) if "forms" in given else None
        self.signed: bool = given.get("signed", False)
        self.signed_forms = frozenset(given.get("signed_forms", ()))
        self.unconditional: bool = given.get("unconditional", False)
        self.of_brand: bool = given.get("of_brand", False)
        self.methods: Mapping[str, str] = given.get("methods", {})
        self.nothing = self._said("consent.none")
        self.selling = selling
        self.selling_purposes = frozenset(families["selling"])
        self.wider: Mapping[str, frozenset[str]] = {
            purpose: frozenset(wider) for purpose, wider in families.get("also_covered_by", {}).items()
        }

    def _said(self, key: str, **values: Value) -> Said:
        return Said(key, (("agreement", self.says), *values.items()))

    def held(self, ask: Ask) -> Held:
        """Which consents on file are this agreement. Done once for each question."""
        found: Held = ask.once(self, self._look)
        return found

    def _look(self, ask: Ask) -> Held:
        consents = ask.facts.consents
        if consents is UNKNOWN:
            return Held(MAYBE, ("consents",), {}, None)
        return self.among(consents, ask)

    def among(self, consents: Sequence[Consent], ask: Ask) -> Held:
        """Which of these consents are this agreement."""
        if not consents:
            return Held(NO, (), {"consent_missing": self._said("consent.none")}, None)
        fits: list[Consent] = []
        gaps: list[tuple[str, ...]] = []
        grounds: dict[str, Said] = {}
        edges: list[datetime | None] = []
        for consent in consents:
            edges += [_edge(consent, ask.at), self._term(consent, ask).edge]
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
        grounds = grounds or {"consent_missing": self._said("consent.lapsed")}
        return Held(NO, (), grounds, edge)

    def _judge(self, consent: Consent, ask: Ask, grounds: dict[str, Said]) -> tuple[Truth, tuple[str, ...]]:
        """Does this one fit? A NO leaves its ground behind."""
        scope, scope_gaps, outside = self._scope(consent, ask)
        form, form_gaps, flaw = self._form(consent)
        if consent.given_at is not UNKNOWN and ask.at < consent.given_at:
            return NO, ()
        if consent.revoked_at is not None and consent.revoked_at <= ask.at:
            if scope is not NO:
                grounds["consent_revoked"] = self._said("consent.revoked", day=f"{consent.revoked_at:%Y-%m-%d}")
            return NO, ()
        term = self._term(consent, ask)
        if term.truth is NO or (consent.until is not None and consent.until <= ask.at):
            return NO, ()
        if scope is NO:
            grounds["consent_scope"] = outside
            return NO, ()
        if form is NO:
            grounds["consent_form"] = flaw
            return NO, ()
        undated = ("consents.given_at",) if consent.given_at is UNKNOWN else ()
        missing = names(scope_gaps, form_gaps, undated, term.gaps)
        return (MAYBE, missing) if missing else (YES, ())

    def _term(self, consent: Consent, ask: Ask) -> Answer:
        """Is it within the law's term, where that counts?"""
        told = self.ends_as_told and consent.until is not None
        if self.lapses_after is None or told or consent.given_at is UNKNOWN:
            return Answer(YES)
        given_on = min(local_day(consent.given_at, zone) for zone in ask.zones or ("UTC",))
        return ask.still(add_months(given_on, self.lapses_after) - timedelta(days=1))

    def _scope(self, consent: Consent, ask: Ask) -> tuple[Truth, tuple[str, ...], Said]:
        facts = ask.facts
        gaps: list[str] = []
        checks: list[tuple[str, Any, str, Any]] = [
            ("principal", consent.principal, "principal.id", facts.principal.id),
            ("number", consent.number, "number.e164", facts.number.e164),
        ]
        if self.of_brand:
            checks.append(("brand", consent.brand, "principal.brand", facts.principal.brand))
        for name, said, path, called in checks:
            if said is UNKNOWN or called is UNKNOWN:
                gaps.append(f"consents.{name}" if said is UNKNOWN else path)
            elif said != called:
                return NO, (), self._said(f"consent.{name}")
        if consent.channels is UNKNOWN or facts.channel is UNKNOWN:
            gaps.append("consents.channels" if consent.channels is UNKNOWN else "channel")
        elif facts.channel not in consent.channels:
            return NO, (), self._said("consent.channel", channel=facts.channel)
        for answer, outside in (self._method(consent, ask), self._purpose(consent, ask)):
            if answer.truth is NO:
                return NO, (), outside
            gaps.extend(answer.gaps)
        return (MAYBE, tuple(gaps), self.nothing) if gaps else (YES, (), self.nothing)

    def _method(self, consent: Consent, ask: Ask) -> tuple[Answer, Said]:
        method = ask.facts.method
        if not self.methods:
            return Answer(YES), self.nothing
        if method is UNKNOWN:
            return Answer(MAYBE, ("method",)), self.nothing
        wanted = self.methods.get(method)
        if wanted is None:
            return Answer(YES), self.nothing
        if consent.methods is UNKNOWN:
            return Answer(MAYBE, ("consents.methods",)), self.nothing
        return Answer(YES if wanted in consent.methods else NO), self._said("consent.method", method=wanted)

    def _purpose(self, consent: Consent, ask: Ask) -> tuple[Answer, Said]:
        purpose = ask.facts.purpose
        if consent.purposes is UNKNOWN:
            return Answer(MAYBE, ("consents.purposes",)), self.nothing
        if purpose is UNKNOWN:
            return Answer(MAYBE, ("purpose",)), self.nothing
        selling = self.selling.truth(ask)
        if selling is MAYBE:
            return Answer(MAYBE, self.selling.gaps(ask)), self.nothing
        covered = consent.purposes & self._covering(purpose, selling)
        return Answer(YES if covered else NO), self._said("consent.purpose", purpose=purpose)

    def _covering(self, purpose: str, selling: Truth) -> frozenset[str]:
        """The purposes of a consent that covers this one."""
        if selling is YES:
            return self.selling_purposes
        return self.wider.get(purpose, frozenset()) | {purpose}

    def _form(self, consent: Consent) -> tuple[Truth, tuple[str, ...], Said]:
        if consent.flaws:
            return NO, (), self._said("consent.flaw", flaws=tuple(sorted(consent.flaws)))
        gaps = []
        if consent.level is UNKNOWN:
            gaps.append("consents.level")
        elif consent.level not in self.levels:
            return NO, (), self._said("consent.level", level=consent.level)
        if self.forms is not None:
            if consent.form is UNKNOWN:
                gaps.append("consents.form")
            elif consent.form not in self.forms:
                return NO, (), self._said("consent.form", form=consent.form)
        wanted = [("proof_kept", consent.proof_kept, True)]
        if self.signed or consent.form in self.signed_forms:
            wanted.append(("signed", consent.signed, True))
        if self.unconditional:
            wanted.append(("conditional", consent.conditional, False))
        for name, said, due in wanted:
            if said is UNKNOWN:
                gaps.append(f"consents.{name}")
            elif said is not due:
                return NO, (), self._said(f"consent.{name}")
        return (MAYBE, tuple(gaps), self.nothing) if gaps else (YES, (), self.nothing)


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
            for ground, said in held.grounds.items():
                yield self.bar(said.key, ground, **dict(said.values))

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
            yield self.bar("line_type", line="?" if line is UNKNOWN else line, agreement=self.agreement.says)

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

    def _read(self, ask: Ask) -> Answer:
        """Did anything rely on a consent?"""
        if ask.relied:
            return Answer(YES)
        if self.also_where.truth(ask) is NO:
            return Answer(NO)
        held = self.agreement.held(ask)
        return Answer(held.truth, held.gaps)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        read = self._read(ask)
        if read.truth is NO:
            return
        number = ask.facts.number
        if number.reassigned == "yes":
            yield self.bar("reassigned") if read.truth is YES else self.gap(*read.gaps)
        elif number.reassigned is UNKNOWN:
            yield self.gap("number.reassigned", *read.gaps)
        elif number.reassigned_checked_on is UNKNOWN:
            yield self.gap("number.reassigned", "number.reassigned_checked_on", *read.gaps)
        else:
            least, most = ask.days_since(number.reassigned_checked_on)
            if most > self.age_days_max or least < 0:
                yield self.gap("number.reassigned", *read.gaps)

    def edge(self, ask: Ask) -> datetime | None:
        checked_on = ask.facts.number.reassigned_checked_on
        if checked_on is UNKNOWN or self._read(ask).truth is NO:
            return None
        lapses = [_edge(consent, ask.at) for consent in ask.relied]
        hours = [mark for consent in ask.relied for mark in marks(consent, ask)]
        # An answer dated ahead says nothing yet.
        answers = ask.begins(checked_on) or after_days(ask, checked_on, self.age_days_max)
        return earliest(answers, *lapses, *hours)


def after_days(ask: Ask, day: date, days: int) -> datetime | None:
    """When that day will be more than so many days ago; None where it already is."""
    edge = ask.starts(day + timedelta(days=days + 1))
    return edge if edge > ask.at else None
