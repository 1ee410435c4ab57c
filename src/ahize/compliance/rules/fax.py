"""Fax: an advertisement needs a permission, or a relationship and a number that came from the recipient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.rules.relationship import Relationship
from ahize.compliance.ruling import Finding


class FaxPermission(Rule):
    """The permission named under ``permission``, or the ``relationship`` with a number from one of ``sources``."""

    kind: ClassVar[str] = "fax_permission"
    ground: ClassVar[str] = "consent_missing"
    permission: Agreement
    relationship: Relationship
    sources: frozenset[str]

    def setup(self, given: Given) -> None:
        self.permission = given.law.agreement(given.entry["permission"], self.id)
        self.relationship = given.law.relationship(given.entry["relationship"], self.id)
        self.sources = frozenset(given.entry["sources"])

    def _source(self, ask: Ask) -> Answer:
        source = ask.facts.number.source
        if source is UNKNOWN:
            return Answer(MAYBE, ("number.source",))
        return Answer(YES if source in self.sources else NO)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        held = self.permission.held(ask)
        if held.truth is YES:
            ask.relied.extend(held.consents)
            return
        relationship, source = self.relationship.held(ask), self._source(ask)
        if relationship.truth is YES and source.truth is YES:
            return
        if NO in (relationship.truth, source.truth):
            if held.truth is MAYBE:
                yield self.gap(*held.gaps)
                return
            for ground in held.grounds:
                if relationship.truth is NO:
                    yield self.bar("fax.no_relationship", ground)
                else:
                    yield self.bar("fax.source", ground, source=str(ask.facts.number.source))
        else:
            yield self.gap(*names(held.gaps, relationship.gaps, source.gaps))

    def edge(self, ask: Ask) -> datetime | None:
        return earliest(self.permission.held(ask).edge, self.relationship.held(ask).edge)


class FaxNotice(Rule):
    """A fax that no permission covers carries the notice."""

    kind: ClassVar[str] = "fax_notice"
    ground: ClassVar[str] = "disclosure"
    permission: Agreement

    def setup(self, given: Given) -> None:
        self.permission = given.law.agreement(given.entry["permission"], self.id)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        notice = ask.facts.setup.fax_opt_out_notice
        if notice is True:
            return
        held = self.permission.held(ask)
        if held.truth is YES:
            return
        if notice is UNKNOWN:
            yield self.gap("setup.fax_opt_out_notice", *held.gaps)
        elif held.truth is MAYBE:
            yield self.gap(*held.gaps)
        else:
            yield self.bar("fax.notice")

    def edge(self, ask: Ask) -> datetime | None:
        return self.permission.held(ask).edge
