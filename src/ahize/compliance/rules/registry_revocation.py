"""Registry that revokes: to be listed takes back the consents given before, but for those of a contract.

A consent given on a later day than the listing counts, and one that stands beside a relationship named under
``spares``. On the day of the listing itself nobody knows which came first.
"""

from __future__ import annotations

from typing import ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rules.consent import Agreement
from ahize.compliance.rules.kind import Given
from ahize.compliance.rules.registry import RegistryListing
from ahize.compliance.rules.relationship import Relationship
from ahize.kernel.windows import local_day


class RevokingRegistry(RegistryListing):
    """No call to a listed number without the agreement under ``unless``, given later or within a dealing."""

    kind: ClassVar[str] = "registry_revocation"
    agreement: Agreement
    spares: tuple[Relationship, ...]

    def setup(self, given: Given) -> None:
        super().setup(given)
        self.agreement = given.law.agreement(given.entry["unless"], self.id)
        self.spares = tuple(given.law.relationship(name, self.id) for name in given.entry["spares"])

    def lifted(self, ask: Ask) -> Answer:
        """Is there a consent that the listing did not take back?"""
        held = self.agreement.held(ask)
        if held.truth is NO:
            return Answer(NO, edge=held.edge)
        spared = [relationship.held(ask) for relationship in self.spares]
        edge = earliest(held.edge, *(one.edge for one in spared))
        later = self._given_later(ask) if held.truth is YES else Answer(MAYBE, held.gaps)
        if held.truth is YES and YES in {later.truth, *(one.truth for one in spared)}:
            ask.relied.extend(held.consents)
            return Answer(YES, edge=edge)
        gaps = names(held.gaps, later.gaps, *(one.gaps for one in spared if one.truth is MAYBE))
        return Answer(MAYBE if gaps else NO, gaps, edge)

    def _given_later(self, ask: Ask) -> Answer:
        """Was one of them given on a later day than the listing?"""
        copy = self.copy(ask)
        if copy is None or copy.listed is UNKNOWN:
            return Answer(MAYBE, (f"registries.{self.registry}",))
        listed_on = copy.listed_on
        if listed_on is UNKNOWN:
            return Answer(MAYBE, (f"registries.{self.registry}.listed_on",))
        zones = ask.zones or ("Etc/GMT+12",)
        for consent in self.agreement.held(ask).consents:
            if consent.given_at is not UNKNOWN and all(local_day(consent.given_at, zone) > listed_on for zone in zones):
                return Answer(YES)
        return Answer(NO)
