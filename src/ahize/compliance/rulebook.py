"""The rulebook: all laws of all jurisdictions the number may be in, at one version.

Rule 1: ``decide`` knows no clock. The instant is among the facts, the law is read as of that day.
Rule 2: every rule that bars is named, and every fact that a rule needed and had not. Nothing Unknown allows a call.
Rule 3: a country without a law here is not dialled, nor is a channel its law does not speak of.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from importlib.resources.abc import Traversable
from typing import Any, Final, NamedTuple

from ahize.compliance.ask import MAYBE, NO, YES, Ask, Truth, earliest, names
from ahize.compliance.calendars import holiday_data_version
from ahize.compliance.facts import UNKNOWN, CallFacts
from ahize.compliance.law_file import Code, LawFile
from ahize.compliance.reading import Unknown
from ahize.compliance.rules.kind import Rule
from ahize.compliance.ruling import Bar, Duty, Missing, Ruling, Verdict
from ahize.compliance.terms import BadLaw
from ahize.kernel.canonical import in_order, sha256
from ahize.kernel.plain_yaml import read_yaml
from ahize.kernel.windows import day_start, zone_data_version

HORIZON: Final = timedelta(days=400)
"""How far ahead we look for a change by the clock alone. Ours, not the law's."""

MOST_PROBES: Final = 400


@dataclass(frozen=True, slots=True)
class Behind:
    """Which rules carry a duty, and which need a fact that is missing; in the order of the law."""

    duties: Mapping[Duty, tuple[Rule, ...]]
    unknown: Mapping[str, tuple[Rule, ...]]


class Rulebook:
    """Laws that were read, ready to decide.

    Args:
        laws: one for each layer: a country's, and later its regions'.
        version: of all of them together.
        house: what a house asks of itself besides; read for every call, so that it can only add bars.
        house_version: of that.
        off: layers of countries that the house has switched off; what binds by another's place stays.
    """

    def __init__(
        self,
        laws: Iterable[LawFile],
        version: str,
        *,
        house: LawFile | None = None,
        house_version: str = "",
        off: Iterable[str] = (),
    ) -> None:
        self.laws = tuple(laws)
        self.version = version
        self.house = house
        self.house_version = house_version
        self.off = frozenset(off)
        self.tzdata = zone_data_version()
        kept = [
            one.given["kept"]["version"] for law in self.laws for one in law.calendars.values() if "kept" in one.given
        ]
        self.holidays = kept[0] if kept else holiday_data_version()
        self.by_country = {country: law for law in self.laws if _is_first(law) for country in law.countries}
        self.beside: dict[str, list[LawFile]] = {law.layer: [] for law in self.laws}
        """The laws of a country's other authorities, by the layer of its first."""
        for law in self.laws:
            if law.region is None and law.base is not None and not _is_first(law):
                self.beside[law.base.layer].append(law)
        self.by_region = {law.region: law for law in self.laws if law.region is not None}
        self.with_regions = frozenset(law.region[:2] for law in self.laws if law.region is not None)
        self.bound_elsewhere = {
            place: tuple(law for law in self.laws if place in law.places) for place in ("caller", "principal")
        }

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process it goes as its documents, and is read there again."""
        house = None if self.house is None else self.house.document
        documents = [law.document for law in self.laws]
        return _read_again, (documents, self.version, house, self.house_version, self.off)

    @classmethod
    def load(cls, version: str = "") -> Rulebook:
        """The laws that come with this version, or those of a release. Read once in a process. Raises: NotFound."""
        if version:
            from ahize.compliance.released import load  # noqa: PLC0415 - a release is read as a rulebook

            return load(version)
        return _shipped()

    @classmethod
    def from_documents(cls, documents: Iterable[Mapping[str, Any]], version: str) -> Rulebook:
        """A rulebook of these law documents, each as its YAML reads; in any order. Raises: BadLaw."""
        return cls(read_laws(documents), version)

    def under(self, house: LawFile, version: str, *, off: Iterable[str] = ()) -> Rulebook:
        """The same laws with a house's own policy beside them, and some countries switched off."""
        made = Rulebook(self.laws, self.version, house=house, house_version=version, off=off)
        made.__dict__["sha256"] = self.sha256
        return made

    @cached_property
    def sha256(self) -> str:
        """Of every word of the laws; two rulebooks with one version and different words are told apart by it."""
        return sha256(in_order(plain_documents(law.document for law in self.laws)))

    @cached_property
    def house_sha256(self) -> str:
        """Of the house's policy; empty: none is read."""
        return "" if self.house is None else sha256(in_order(plain_document(self.house.document)))

    @cached_property
    def in_force(self) -> dict[str, Any]:
        """What names exactly the laws that are read: versions and hashes. Not to be changed."""
        return {
            **{"rulebook": self.version, "sha256": self.sha256},
            **({"house": self.house_version, "house_sha256": self.house_sha256} if self.house is not None else {}),
            **({"off": sorted(self.off)} if self.off else {}),
        }

    @property
    def read(self) -> tuple[LawFile, ...]:
        """All that may be read for a call: the laws and the house's policy."""
        return self.laws if self.house is None else (*self.laws, self.house)

    def codes(self, kind: str) -> list[str]:
        """Of a kind of rule that names a registry or a registration: all those that the laws name, once each."""
        found = {entry.get(kind) for law in self.laws for entry in law.entries if entry["kind"] == kind}
        return sorted(code for code in found if code)

    def decide(self, facts: CallFacts, *, ahead: bool = True) -> Ruling:
        """May this attempt be made at ``facts.at``; if not why, and when the clock alone would change that.

        Args:
            ahead: False leaves out when, which takes most of the time.
        """
        if facts.at is UNKNOWN:
            return self._ruling("review", unknown=("at",))
        laws, strange, federal_only = self._laws(facts)
        first = _Look(laws, Ask(facts, facts.at))
        bars, unknown = tuple(first.bars()), names(strange, first.unknown())
        verdict: Verdict = "block" if bars else "review" if unknown else "allow"
        until = following = None
        if ahead and verdict == "allow":
            until = self._lawful_until(first)
        elif ahead and verdict == "block" and not strange:
            following = self._next_lawful(first)
        return self._ruling(
            verdict,
            bars=bars,
            unknown=unknown,
            duties=first.duties(),
            until=until,
            following=following,
            layers=tuple(dict.fromkeys(one.law.layer for one in laws if not one.gaps and one.law is not self.house)),
            federal_only=federal_only,
            ring_s_min=max((rule.ring_s_min for rule in first.reached), default=0),
        )

    def reads(self, facts: CallFacts) -> tuple[LawFile, ...]:
        """All laws that ``decide(facts)`` reads, with those they build on; whatever the instant."""
        found: dict[str, LawFile] = {}
        for reading in self._laws(facts)[0]:
            law: LawFile | None = reading.law
            while law is not None:
                found[law.layer] = law
                law = law.base
        return tuple(found.values())

    def behind(self, facts: CallFacts) -> Behind:
        """The rules that each duty and each missing fact of ``decide(facts)`` comes from."""
        if facts.at is UNKNOWN:
            return Behind({}, {})
        return _Look(self._laws(facts)[0], Ask(facts, facts.at)).behind()

    def _ruling(
        self,
        verdict: Verdict,
        *,
        bars: tuple[Bar, ...] = (),
        unknown: tuple[str, ...] = (),
        duties: tuple[Duty, ...] = (),
        until: datetime | None = None,
        following: datetime | None = None,
        layers: tuple[str, ...] = (),
        federal_only: bool = False,
        ring_s_min: float = 0,
    ) -> Ruling:
        return Ruling(
            verdict=verdict,
            bars=bars,
            unknown=unknown,
            duties=duties,
            lawful_until=until,
            next_lawful=following,
            rulebook=self.version,
            tzdata=self.tzdata,
            holidays=self.holidays,
            layers=layers,
            federal_only=federal_only,
            ring_s_min=ring_s_min,
            house=self.house_version,
            off=tuple(name for name in unknown if self._is_off(name.removeprefix("law."))),
        )

    def _is_off(self, country: str) -> bool:
        law = self.by_country.get(country)
        return law is not None and law.layer in self.off

    def _laws(self, facts: CallFacts) -> tuple[list[Reading], tuple[str, ...], bool]:
        """The laws to read; what is missing to know or to have them; whether a state's own law is missing."""
        callee = facts.callee
        strange: list[str] = []
        countries: dict[str, None] = {}
        if callee.country is UNKNOWN:
            strange.append("callee.country")
        else:
            countries[callee.country] = None
        regions = () if callee.regions is UNKNOWN else sorted(callee.regions)
        countries.update((region[:2], None) for region in regions)
        laws: dict[str, LawFile] = {}
        federal_only = False
        for country in countries:
            law = self.by_country.get(country)
            if law is None or law.layer in self.off:
                strange.append(f"law.{country}")
                continue
            laws |= {one.layer: one for one in (law, *self.beside[law.layer])}
            if facts.channel is UNKNOWN:
                strange.append("channel")
            elif facts.channel not in law.channels:
                strange.append(f"law.{law.layer}.{facts.channel}")
            if callee.regions is UNKNOWN and (law.states_have_laws or country in self.with_regions):
                strange.append("callee.regions")
                federal_only = federal_only or law.states_have_laws
            for region in regions:
                own = self.by_region.get(region)
                if own is not None and region[:2] in law.countries:
                    laws[own.layer] = own
                elif region[:2] in law.countries and law.states_have_laws:
                    federal_only = True
        return self._readings(laws, facts), names(strange), federal_only

    def _readings(self, laws: Mapping[str, LawFile], facts: CallFacts) -> list[Reading]:
        """Those laws for where the callee is, and what laws say of where caller and principal are."""
        caller, principal = facts.caller, facts.principal
        sure = {layer: {"callee"} for layer in laws}
        found, perhaps = dict(laws), []
        for place, country, region in (
            ("caller", caller.country, caller.region),
            ("principal", principal.country, None),
        ):
            for law in self.bound_elsewhere[place]:
                there, gap = _is_there(law, country, region)
                if there is YES:
                    found[law.layer] = law
                    sure.setdefault(law.layer, set()).add(place)
                elif there is MAYBE:
                    perhaps.append(Reading(law, frozenset({place}), (f"{place}.{gap}",)))
        certain = [Reading(law, frozenset(sure[layer]), ()) for layer, law in found.items()]
        own = [] if self.house is None else [Reading(self.house, frozenset({"callee"}), ())]
        return certain + perhaps + own

    def _lawful_until(self, first: _Look) -> datetime | None:
        """The first instant at which the clock alone ends an allow."""
        look, probes = first, 0
        at: datetime | None = first.ask.at
        while probes < MOST_PROBES:
            at = earliest(*look.edges())
            if at is None or at - first.ask.at > HORIZON:
                return None
            look = _Look(first.laws, Ask(first.ask.facts, at))
            if not look.is_clear():
                return at
            probes += 1
        return at

    def _next_lawful(self, first: _Look) -> datetime | None:
        """The first instant at which the clock alone would allow; each thing in the way must have passed by then."""
        look, probes = first, 0
        while probes < MOST_PROBES:
            edges = [edge for edge in look.edges_in_the_way() if edge is not None]
            if len(edges) < len(look.restless):
                return None
            at = max(edges)
            if at - first.ask.at > HORIZON:
                return None
            look = _Look(first.laws, Ask(first.ask.facts, at))
            if look.is_clear():
                return at
            probes += 1
        return None


def _is_first(law: LawFile) -> bool:
    """Is it a country's own law, and not that of another authority, which extends it and has its countries?"""
    return law.region is None and (law.base is None or law.countries != law.base.countries)


class Reading(NamedTuple):
    """A law to be read in one question.

    Args:
        places: whose place is under it; rules that bind by another's are passed over.
        gaps: what is missing to know whether that place is under it at all.
    """

    law: LawFile
    places: frozenset[str]
    gaps: tuple[str, ...]


def _is_there(law: LawFile, country: str | Unknown, region: str | Unknown | None) -> tuple[Truth, str]:
    """Is a place under that law; and which part of the place is missing to know. No region: the country's law alone."""
    if law.region is None:
        return (MAYBE, "country") if country is UNKNOWN else (YES if country in law.countries else NO, "")
    if region is None:
        return NO, ""
    if region is not UNKNOWN:
        return (YES if region == law.region else NO), ""
    return (MAYBE, "region") if country is UNKNOWN or country in law.countries else (NO, "")


class _Look:
    """What the rules of some laws say about one question."""

    def __init__(self, laws: list[Reading], ask: Ask) -> None:
        self.laws = laws
        self.ask = ask
        day = ask.first_day if ask.zones else ask.at.date()
        self.codes: list[Code] = [reading.law.code_on(day) for reading in laws]
        self.reached: list[Rule] = []
        self.carrying: list[Rule] = []
        self.restless: list[tuple[Rule, list[Bar], tuple[str, ...]]] = []
        late: list[tuple[Rule, Truth | None, tuple[str, ...]]] = []
        surely = {reading.law.layer: reading.places for reading in laws if not reading.gaps}
        for reading, code in zip(laws, self.codes, strict=True):
            for rule, scope in code.reach(ask):
                if rule.binds_at.isdisjoint(reading.places):
                    continue
                if reading.gaps and not rule.binds_at.isdisjoint(surely.get(reading.law.layer, ())):
                    continue
                if rule.last:
                    late.append((rule, scope, reading.gaps))
                else:
                    self._judge(rule, scope, reading.gaps)
        for rule, scope, gaps in late:
            self._judge(rule, scope, gaps)

    def _judge(self, rule: Rule, scope: Truth | None, place_gaps: tuple[str, ...]) -> None:
        ask = self.ask
        applies = rule.when.truth(ask) if scope is None else scope
        if applies is NO:
            return
        self.reached.append(rule)
        if not place_gaps:
            self.carrying.append(rule)
        found = list(rule.judge(ask))
        if found:
            self._keep(rule, found, names(place_gaps, rule.when.gaps(ask) if applies is MAYBE else ()))

    def _keep(self, rule: Rule, found: list[Any], scope_gaps: tuple[str, ...]) -> None:
        gaps = names(scope_gaps, *(one.facts for one in found if isinstance(one, Missing)))
        bars = [] if scope_gaps else [one for one in found if isinstance(one, Bar)]
        self.restless.append((rule, bars, gaps))

    def is_clear(self) -> bool:
        return not self.restless

    def bars(self) -> Iterator[Bar]:
        for _, bars, _ in self.restless:
            yield from bars

    def unknown(self) -> tuple[str, ...]:
        return names(*(gaps for _, _, gaps in self.restless))

    def duties(self) -> tuple[Duty, ...]:
        return names(*(rule.carries for rule in self.carrying))

    def behind(self) -> Behind:
        duties: dict[Duty, tuple[Rule, ...]] = {}
        unknown: dict[str, tuple[Rule, ...]] = {}
        for rule in self.carrying:
            for duty in rule.carries:
                duties[duty] = (*duties.get(duty, ()), rule)
        for rule, _, gaps in self.restless:
            for fact in gaps:
                unknown[fact] = (*unknown.get(fact, ()), rule)
        return Behind(duties, unknown)

    def edges(self) -> Iterator[datetime | None]:
        """When the clock may change what any rule says."""
        ask = self.ask
        yield self._law_changes()
        for rule in self.reached:
            yield rule.edge(ask)
        for code in self.codes:
            for moved in code.timed:
                yield moved.edge(ask)

    def edges_in_the_way(self) -> Iterator[datetime | None]:
        """For each rule that is in the way, when the clock may change that; None: never."""
        ask, law_changes = self.ask, self._law_changes()
        for rule, _, _ in self.restless:
            yield earliest(rule.edge(ask), law_changes, *(moved.edge(ask) for moved in rule.timed))

    def _law_changes(self) -> datetime | None:
        """The first instant of the next day on which one of the laws changes."""
        ahead = [code.until for code in self.codes if code.until is not None]
        if not ahead:
            return None
        ask = self.ask
        return min(max(day_start(day, zone) for zone in ask.zones or ("UTC",)) for day in ahead)


def _read_again(
    documents: Iterable[Mapping[str, Any]],
    version: str,
    house: Mapping[str, Any] | None,
    house_version: str,
    off: frozenset[str],
) -> Rulebook:
    policy = None if house is None else LawFile(house)
    return Rulebook(read_laws(documents), version, house=policy, house_version=house_version, off=off)


def plain_document(document: Any) -> Any:
    """A law as JSON has it: days as ISO texts, and no kept holidays (those are data, not words of the law)."""
    if isinstance(document, Mapping):
        return {str(name): plain_document(value) for name, value in document.items() if name != "kept"}
    if isinstance(document, list | tuple):
        return [plain_document(one) for one in document]
    return document.isoformat() if isinstance(document, date) else document


def plain_documents(documents: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The same of several, by layer."""
    return sorted((plain_document(one) for one in documents), key=lambda one: str(one["layer"]))


def read_laws(documents: Iterable[Mapping[str, Any]]) -> list[LawFile]:
    """The laws of these documents, those that others extend first. Raises: BadLaw."""
    waiting, read = list(documents), dict[str, LawFile]()
    while waiting:
        ready = [one for one in waiting if one.get("extends") is None or one["extends"] in read]
        # What extends a law that is not there is read last, and says so.
        for document in ready or waiting:
            law = LawFile(document, read.get(document.get("extends", "")))
            read[law.layer] = law
        waiting = [one for one in waiting if one["layer"] not in read]
    return list(read.values())


@lru_cache(maxsize=1)
def _shipped() -> Rulebook:
    folder = importlib.resources.files("ahize.compliance").joinpath("law")
    version = read_yaml(folder.joinpath("rulebook.yaml").read_text("utf-8"))["version"]
    return Rulebook.from_documents(shipped_documents(), version)


def shipped_documents() -> list[dict[str, Any]]:
    """Every law that comes with this version, as its YAML reads."""
    folder = importlib.resources.files("ahize.compliance").joinpath("law")
    documents = []
    for file in sorted(_yaml_files(folder), key=str):
        document = read_yaml(file.read_text("utf-8"))
        if not isinstance(document, dict) or "layer" not in document:
            raise BadLaw(f"{file.name}: a law needs `layer`, `countries` and `rules`")
        documents.append(document)
    return documents


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _yaml_files(item)
        elif item.name.endswith(".yaml") and not item.name.endswith(".cases.yaml") and item.name != "rulebook.yaml":
            yield item
