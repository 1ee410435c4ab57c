"""Registry: a public list of people who do not want such calls; how old our copy may be; who must have paid for it.

Each listing rule names what lifts it: a relationship, or an agreement. Where the listing is lifted the age of the copy
does not matter; the subscription does, because it is a duty of the seller and not of this call.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from ahize.compliance.ask import MAYBE, NO, YES, Answer, Ask, earliest, names
from ahize.compliance.facts import UNKNOWN, Registry
from ahize.compliance.rules.consent import after_days
from ahize.compliance.rules.kind import Given, Rule
from ahize.compliance.rules.lifting import Lifting
from ahize.compliance.ruling import Finding, Missing
from ahize.kernel.windows import add_months


class OfRegistry(Rule):
    """A rule about one public list, which may yield to a relationship or an agreement."""

    registry: str
    lifting: Lifting

    def setup(self, given: Given) -> None:
        self.registry = given.entry["registry"]
        self.lifting = Lifting(given)

    def copy(self, ask: Ask) -> Registry | None:
        """What the copy we hold says; None where we hold none."""
        registries = ask.facts.registries
        return None if registries is UNKNOWN else registries.get(self.registry)

    def lifted(self, ask: Ask) -> Answer:
        """Is there a relationship or an agreement that the listing yields to?"""
        return self.lifting.held(ask)


class RegistryListing(OfRegistry):
    """No call to a listed number.

    With ``binds_from_day`` it binds once it was listed so many days ago, with ``binds_months`` until it is so old.
    """

    kind: ClassVar[str] = "registry"
    ground: ClassVar[str] = "registry"
    binds_from_day: int | None
    binds_months: int | None

    def setup(self, given: Given) -> None:
        super().setup(given)
        self.binds_from_day = given.values.get("binds_from_day")
        self.binds_months = given.values.get("binds_months")

    def _binds(self, copy: Registry, ask: Ask) -> Answer:
        """Has the listing stood long enough, and not too long?"""
        if self.binds_from_day is None and self.binds_months is None:
            return Answer(YES)
        if copy.listed_on is UNKNOWN:
            return Answer(MAYBE, (f"registries.{self.registry}.listed_on",))
        least, most = ask.days_since(copy.listed_on)
        if least < 0:
            return Answer(MAYBE, (f"registries.{self.registry}.listed_on",), ask.begins(copy.listed_on))
        due = self.binds_from_day or 0
        if most < due:
            return Answer(NO, edge=ask.starts(copy.listed_on + timedelta(days=due)))
        stands = self._stands(copy.listed_on, ask)
        if stands.truth is YES and not ask.zones and least < due:
            return Answer(MAYBE, ("callee.zones",))
        return stands

    def _stands(self, listed_on: date, ask: Ask) -> Answer:
        """Is the listing still one? The anniversary itself is too late."""
        if self.binds_months is None:
            return Answer(YES)
        return ask.still(add_months(listed_on, self.binds_months) - timedelta(days=1))

    def judge(self, ask: Ask) -> Iterator[Finding]:
        copy = self.copy(ask)
        if copy is not None and copy.listed is False:
            return
        binds = Answer(YES) if copy is None or copy.listed is UNKNOWN else self._binds(copy, ask)
        if binds.truth is NO:
            return
        lifted = self.lifted(ask)
        if lifted.truth is YES:
            return
        if copy is None:
            yield self.gap(f"registries.{self.registry}", *lifted.gaps)
        elif copy.listed is UNKNOWN:
            yield self.gap(f"registries.{self.registry}.listed", *lifted.gaps)
        elif MAYBE in (lifted.truth, binds.truth):
            yield self.gap(*names(binds.gaps, lifted.gaps))
        else:
            yield self.bar("registry.listed", registry=self.registry)

    def edge(self, ask: Ask) -> datetime | None:
        copy = self.copy(ask)
        if copy is None or copy.listed is UNKNOWN:
            return self.lifted(ask).edge
        return None if copy.listed is False else earliest(self._binds(copy, ask).edge, self.lifted(ask).edge)


class RegistryAge(OfRegistry):
    """The copy may be ``age_days_max`` old. With ``where_held: true`` a copy that is not held is not asked for."""

    kind: ClassVar[str] = "registry_age"
    ground: ClassVar[str] = "registry_stale"
    age_days_max: int
    where_held: bool

    def setup(self, given: Given) -> None:
        super().setup(given)
        self.age_days_max = given.values["age_days_max"]
        self.where_held = given.entry.get("where_held", False)

    def judge(self, ask: Ask) -> Iterator[Finding]:
        copy = self.copy(ask)
        if copy is None and self.where_held:
            return
        if copy is not None and copy.version_on is not UNKNOWN:
            least, most = ask.days_since(copy.version_on)
            if least >= 0 and most <= self.age_days_max:
                return
        lifted = self.lifted(ask)
        if lifted.truth is YES:
            return
        if copy is None:
            yield self.gap(f"registries.{self.registry}", *lifted.gaps)
        elif copy.version_on is UNKNOWN or least < 0:
            yield self.gap(f"registries.{self.registry}.version_on", *lifted.gaps)
        elif lifted.truth is MAYBE:
            yield self.gap(*lifted.gaps)
        elif not ask.zones and least <= self.age_days_max:
            yield self.gap("callee.zones")
        else:
            yield self.bar(
                "registry.stale",
                registry=self.registry,
                day=copy.version_on.isoformat(),
                age=str(most),
                most=str(self.age_days_max),
            )

    def edge(self, ask: Ask) -> datetime | None:
        copy = self.copy(ask)
        ages = begins = None
        if copy is not None and copy.version_on is not UNKNOWN:
            begins = ask.begins(copy.version_on)
            ages = after_days(ask, copy.version_on, self.age_days_max) if begins is None else None
        return earliest(begins, self.lifted(ask).edge) if ages is None else ages


class RegistryPayment(OfRegistry):
    """The seller holds a subscription, by the code under ``registration``, and has taken the number's area code.

    Where what stands under ``lifted_by`` is held no subscription is due.
    """

    kind: ClassVar[str] = "registry_payment"
    ground: ClassVar[str] = "registry_unpaid"
    registration: str | None

    def setup(self, given: Given) -> None:
        super().setup(given)
        self.registration = given.entry.get("registration")

    def judge(self, ask: Ask) -> Iterator[Finding]:
        unpaid = list(self._unpaid(ask))
        if not unpaid:
            return
        lifted = self.lifted(ask)
        if lifted.truth is MAYBE:
            facts = names(lifted.gaps, *(one.facts for one in unpaid if isinstance(one, Missing)))
            yield self.gap(*facts)
        elif lifted.truth is not YES:
            yield from unpaid

    def edge(self, ask: Ask) -> datetime | None:
        return self.lifted(ask).edge

    def _unpaid(self, ask: Ask) -> Iterator[Finding]:
        caller = ask.facts.caller
        if self.registration is not None:
            if caller.registrations is UNKNOWN:
                yield self.gap("caller.registrations")
            elif self.registration not in caller.registrations:
                yield self.bar("registry.no_subscription", registration=self.registration)
        area = area_code(ask.facts.number.e164)
        if area is None:
            yield self.gap("number.e164")
        elif caller.pays_registry_for is UNKNOWN:
            yield self.gap("caller.pays_registry_for")
        elif area not in caller.pays_registry_for:
            yield self.bar("registry.area", area=area, registry=self.registry)


def area_code(e164: Any) -> str | None:
    """The three digits after +1; None for other numbers."""
    if isinstance(e164, str) and e164.startswith("+1") and len(e164) == len("+12125550123"):
        return e164[2:5]
    return None
