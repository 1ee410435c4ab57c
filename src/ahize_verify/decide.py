"""Which laws bind a call, and what their rules come to: the verdict of a rulebook on facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ahize_verify.call import Call, Said, each_once
from ahize_verify.finding import Bar, Gap
from ahize_verify.kinds import JUDGED_LAST, JUDGES
from ahize_verify.law import Law, Rule, UnknownLaw


class Decided(NamedTuple):
    """What a ruling says, less when the clock would change it and how it is worded."""

    verdict: str
    bars: tuple[Bar, ...]
    unknown: tuple[str, ...]
    duties: tuple[str, ...]
    layers: tuple[str, ...]
    federal_only: bool
    ring_s_min: float


class Read(NamedTuple):
    """A law that is read for a call; ``places``: whose place is under it; ``gaps``: what is missing to know that."""

    law: Law
    places: frozenset[str]
    gaps: tuple[str, ...] = ()


class Rulebook:
    """All laws of a version.

    Args:
        documents: each law as its file reads.
        calendars: the days of each law's calendars: by layer, then by name.
        house: what the house asks of itself besides, and its calendars.
        off: layers of the countries that the house has switched off.
    """

    def __init__(
        self,
        documents: Iterable[Mapping[str, Any]],
        calendars: Mapping[str, Any],
        house: Mapping[str, Any] | None = None,
        off: Iterable[str] = (),
    ) -> None:
        self.laws: dict[str, Law] = {}
        waiting = list(documents)
        while waiting:
            ready = [one for one in waiting if one.get("extends") is None or one["extends"] in self.laws]
            if not ready:
                raise UnknownLaw(f"{waiting[0]['layer']} builds on {waiting[0]['extends']}, which is not here")
            for one in ready:
                base = self.laws.get(one.get("extends", ""))
                self.laws[one["layer"]] = Law(one, base, calendars.get(one["layer"], {}))
            waiting = [one for one in waiting if one["layer"] not in self.laws]
        self.house = None if house is None else Law(house, None, calendars.get(house["layer"], {}))
        self.off = frozenset(off)
        self.first = {country: law for law in self.laws.values() if _is_first(law) for country in law.countries}
        self.regions = {law.region: law for law in self.laws.values() if law.region is not None}

    def decide(self, call: Call) -> Decided:
        reads, strange, federal_only = self._binding(call)
        day = call.first_day if call.zones else call.at.date()
        bars: list[Bar] = []
        gaps: list[tuple[str, ...]] = [strange]
        duties: list[Sequence[str]] = []
        ring = 0.0
        for read, rule in _in_order(reads, day):
            applies = rule.when(call)
            if applies.truth is False:
                continue
            ring = max(ring, rule.ring_s_min)
            if not read.gaps:
                duties.append(rule.entry.get("carries", ()))
            found = list(JUDGES[rule.kind](rule, call))
            unsure = each_once(read.gaps, applies.gaps)
            if found:
                gaps.append(each_once(unsure, *(one.facts for one in found if isinstance(one, Gap))))
                bars += [] if unsure else [one for one in found if isinstance(one, Bar)]
        unknown = each_once(*gaps)
        return Decided(
            verdict="block" if bars else "review" if unknown else "allow",
            bars=tuple(bars),
            unknown=unknown,
            duties=each_once(*duties),
            layers=each_once([one.law.layer for one in reads if not one.gaps and one.law is not self.house]),
            federal_only=federal_only,
            ring_s_min=ring,
        )

    def _binding(self, call: Call) -> tuple[list[Read], tuple[str, ...], bool]:
        """The laws to read, what is strange to them, and whether a state's own is not here."""
        strange: list[str] = []
        country, regions = call.fact("callee.country"), sorted(set(call.fact("callee.regions") or ()))
        channel = call.fact("channel")
        if country is None:
            strange.append("callee.country")
        there: dict[str, Law] = {}
        perhaps: list[Read] = []
        federal_only = False
        for place in each_once([country] if country else [], [region[:2] for region in regions]):
            law = self.first.get(place)
            if law is None or law.layer in self.off:
                strange.append(f"law.{place}")
                continue
            there |= {one.layer: one for one in (*_shared_by(law), law, *self._beside(law))}
            if channel is None:
                strange.append("channel")
            elif channel not in law.own_or_inherited("channels"):
                strange.append(f"law.{law.layer}.{channel}")
            states = bool(law.text.get("states_have_laws"))
            if not regions and states:
                strange.append("callee.regions")
                federal_only = True
            elif not regions:
                theirs = [own for region, own in self.regions.items() if region and region[:2] in law.countries]
                perhaps += [Read(own, frozenset({"callee"}), ("callee.regions",)) for own in theirs]
            for region in regions:
                if region[:2] in law.countries:
                    own = self.regions.get(region)
                    there |= {} if own is None else {own.layer: own}
                    federal_only = federal_only or (own is None and states)
        return self._reads(there, call) + perhaps, each_once(strange), federal_only

    def _beside(self, first: Law) -> list[Law]:
        """Other authorities' laws of the same country."""
        return [
            law
            for law in self.laws.values()
            if law.region is None and law.base is not None and law.base is first and not _is_first(law)
        ]

    def _reads(self, there: Mapping[str, Law], call: Call) -> list[Read]:
        sure = {layer: {"callee"} for layer in there}
        found, perhaps = dict(there), []
        places = (("caller", call.fact("caller.region")), ("principal", _NO_REGION))
        for place, region in places:
            country = call.fact(f"{place}.country")
            for law in self.laws.values():
                if place not in law.places:
                    continue
                said = _is_there(law, place, country, region)
                if said.truth:
                    found[law.layer] = law
                    sure.setdefault(law.layer, set()).add(place)
                elif said.truth is None:
                    perhaps.append(Read(law, frozenset({place}), said.gaps))
        reads = [Read(law, frozenset(sure[layer])) for layer, law in found.items()] + perhaps
        return reads if self.house is None else [*reads, Read(self.house, frozenset({"callee"}))]


_NO_REGION = ""


def _is_first(law: Law) -> bool:
    """Is it a country's own law, and not another authority's, nor what countries share?"""
    if law.region is not None or law.is_shared:
        return False
    return law.base is None or law.base.is_shared or law.countries != law.base.countries


def _shared_by(law: Law) -> list[Law]:
    found, base = [], law.base
    while base is not None and base.is_shared:
        found.append(base)
        base = base.base
    return found


def _is_there(law: Law, place: str, country: str | None, region: str | None) -> Said:
    """Is that place under the law?"""
    if law.region is None:
        if country is None:
            return Said(None, (f"{place}.country",))
        return Said(country in law.countries)
    if region == _NO_REGION:
        return Said(truth=False)
    if region is not None:
        return Said(region == law.region)
    maybe = country is None or country in law.countries
    return Said(None, (f"{place}.region",)) if maybe else Said(truth=False)


def _in_order(reads: Sequence[Read], day: Any) -> list[tuple[Read, Rule]]:
    """Every rule that may bind, those that look at what others relied on at the end."""
    surely = {read.law.layer: read.places for read in reads if not read.gaps}
    found = []
    for read in reads:
        for rule in read.law.rules_on(day):
            if rule.kind not in JUDGES:
                raise UnknownLaw(f"{rule.id}: rules of kind {rule.kind} came after this program; take a newer one")
            known = surely.get(read.law.layer, frozenset()) if read.gaps else frozenset()
            if rule.binds_at & read.places and not rule.binds_at & known:
                found.append((read, rule))
    return sorted(found, key=lambda one: one[1].kind in JUDGED_LAST)
