"""Donors: a fundraiser's recorded call may reach only the charity's members and those who gave of late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.rules.relationship import Relationship
from ahize.compliance.ruling import Finding


class MembersAndDonors(Rule):
    """A member, or a donor within ``gift_months``."""

    kind: ClassVar[str] = "members_and_donors"
    ground: ClassVar[str] = "consent_missing"
    gifts: Relationship
    memberships: Relationship
    gift_months: int

    def setup(self, given: Given) -> None:
        self.gift_months = given.values["gift_months"]
        # A stop bars by itself; it does not unmake a gift.
        self.gifts = Relationship(self.id, {"donation": self.gift_months}, stops=None, ends_when_ended=False)
        self.memberships = Relationship(self.id, {"membership": None}, stops=None, ends_when_ended=True)

    def _member(self, ask: Ask) -> Answer:
        members, seller = ask.facts.callee.member_of, ask.facts.principal.id
        joined = self.memberships.held(ask)
        if joined.truth is YES:
            return joined
        if members is UNKNOWN:
            return Answer(MAYBE, ("callee.member_of",))
        if not members:
            return Answer(NO)
        if seller is UNKNOWN:
            return Answer(MAYBE, ("principal.id",))
        return Answer(YES if seller in members else NO)

    def _donor(self, ask: Ask) -> Answer:
        gave = self.gifts.held(ask)
        dealings, donor_of, seller = ask.facts.relationships, ask.facts.callee.donor_of, ask.facts.principal.id
        if gave.truth is not NO or donor_of is UNKNOWN or not donor_of or dealings is UNKNOWN:
            return gave
        if seller is UNKNOWN:
            return Answer(MAYBE, ("principal.id",))
        if seller not in donor_of:
            return gave
        dated = any(one.kind == "donation" and one.principal == seller for one in dealings)
        return gave if dated else Answer(MAYBE, ("relationships",))

    def judge(self, ask: Ask) -> Iterator[Finding]:
        member, donor = self._member(ask), self._donor(ask)
        if YES in (member.truth, donor.truth):
            return
        if MAYBE in (member.truth, donor.truth):
            yield self.gap(*names(member.gaps, donor.gaps))
        else:
            yield self.bar("donors", months=str(self.gift_months))

    def edge(self, ask: Ask) -> datetime | None:
        return earliest(self.gifts.held(ask).edge, self.memberships.held(ask).edge)
