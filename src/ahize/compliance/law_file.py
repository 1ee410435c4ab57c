"""One law as its YAML reads, and the code it makes on a day: rules with their values, terms and agreements.

A day's code is made once and serves all days up to the next change. This file knows no rule by id.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ahize.compliance.parameters import MARKS, NOT_YET, Parameter, read_parameters
from ahize.compliance.rules.caller_id import CallerIdRights, CallerIdShown
from ahize.compliance.rules.calling_hours import CallingHours
from ahize.compliance.rules.consent import Agreement, ConsentNeeded, LineType, Reassigned
from ahize.compliance.rules.contact_limits import ContactLimit
from ahize.compliance.rules.disclosures import DutyOnly, Message, OptOutPrompt, Script
from ahize.compliance.rules.donors import MembersAndDonors
from ahize.compliance.rules.fax import FaxNotice, FaxPermission
from ahize.compliance.rules.kind import Given, Law, Rule
from ahize.compliance.rules.pacing_limits import AbandonmentCap, RingTime
from ahize.compliance.rules.registry import RegistryAge, RegistryListing, RegistryPayment
from ahize.compliance.rules.relationship import Relationship
from ahize.compliance.rules.suppression import Stops, SuppressionList
from ahize.compliance.terms import BadLaw, Condition, WithinDays, read_condition, read_terms

KINDS: Mapping[str, type[Rule]] = {
    rule.kind: rule
    for rule in (
        AbandonmentCap,
        CallerIdRights,
        CallerIdShown,
        CallingHours,
        ConsentNeeded,
        ContactLimit,
        DutyOnly,
        FaxNotice,
        FaxPermission,
        LineType,
        MembersAndDonors,
        Message,
        OptOutPrompt,
        Reassigned,
        RegistryAge,
        RegistryListing,
        RegistryPayment,
        RingTime,
        Script,
        SuppressionList,
    )
}
NOTE = "note"
"""An entry that no fact decides: it stands for the reader."""

CONDITIONS = ("confirmation", "also_where")
"""Keys of an entry that hold a condition besides ``when``."""


@dataclass(frozen=True, slots=True)
class Code:
    """The law of some days: the rules in force, the conditions that the clock moves, and the day it changes next."""

    rules: tuple[Rule, ...]
    timed: tuple[WithinDays, ...]
    until: date | None


class LawFile:
    """One authority's law.

    Raises:
        BadLaw: where an entry cannot be read, naming it.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.layer: str = document["layer"]
        self.region: str | None = document.get("region")
        self.countries = frozenset(document["countries"])
        self.channels = frozenset(document["channels"])
        self.states_have_laws: bool = document.get("states_have_laws", False)
        self.entries: list[Mapping[str, Any]] = list(document["rules"])
        self.values = [self._read_values(entry) for entry in self.entries]
        self.terms_of_dealing = {
            name: self._read_lasts(name, given) for name, given in document.get("relationships", {}).items()
        }
        self._check_entries()
        self.changes = sorted(set(self._change_days()))
        self._codes: dict[int, Code] = {}
        self.code_on(date.max)  # What cannot be read is found now, not on the first call.

    def code_on(self, day: date) -> Code:
        """The law of that day."""
        stretch = bisect_right(self.changes, day)
        found = self._codes.get(stretch)
        if found is None:
            until = self.changes[stretch] if stretch < len(self.changes) else None
            found = self._codes[stretch] = self._make(day, until)
        return found

    def _check_entries(self) -> None:
        seen: set[tuple[str, str]] = set()
        for entry in self.entries:
            where = entry.get("id") or f"an entry without id ({str(entry.get('title', ''))[:40]})"
            for key in ("id", "kind", "title", "cites", "mark"):
                if not entry.get(key):
                    raise BadLaw(f"{where}: it needs `{key}`")
            if entry["mark"] not in MARKS:
                raise BadLaw(f"{where}: a mark is one of {sorted(MARKS)}")
            if entry["kind"] != NOTE and entry["kind"] not in KINDS:
                raise BadLaw(f"{where}: kind {entry['kind']!r} is none of {sorted([NOTE, *KINDS])}")
            if entry["kind"] != NOTE and not entry.get("when"):
                raise BadLaw(f"{where}: it needs `when`, whom it binds")
            place = (entry["id"], entry.get("part", ""))
            if place in seen:
                raise BadLaw(f"{where}: it stands here twice; give each a `part`")
            seen.add(place)

    def _read_values(self, entry: Mapping[str, Any]) -> dict[str, Parameter]:
        return read_parameters(
            entry.get("values", {}),
            cites=entry.get("cites", ()),
            mark=entry.get("mark", ""),
            where=entry.get("id", "?"),
        )

    def _read_lasts(self, name: str, given: Mapping[str, Any]) -> dict[str, Parameter | None]:
        dated = {kind: lasts for kind, lasts in given["lasts"].items() if lasts != "without end"}
        read = read_parameters(dated, cites=given["cites"], mark=given["mark"], where=name)
        return {kind: read.get(kind) for kind in given["lasts"]}

    def _change_days(self) -> Iterator[date]:
        for entry, values in zip(self.entries, self.values, strict=True):
            if "in_force_on" in entry:
                yield entry["in_force_on"]
            if "until" in entry:
                yield entry["until"]
            for value in values.values():
                yield from value.changes_on
        for lasts in self.terms_of_dealing.values():
            for parameter in lasts.values():
                if parameter is not None:
                    yield from parameter.changes_on
        for meaning in self.document.get("terms", {}).values():
            if isinstance(meaning, list):
                yield from (line["from"] for line in meaning if isinstance(line, dict) and "from" in line)

    def _make(self, day: date, until: date | None) -> Code:
        terms = read_terms(self.document.get("terms", {}), day)
        law = self._law(day, terms)
        rules = []
        for entry, values in zip(self.entries, self.values, strict=True):
            if entry["kind"] == NOTE or day < entry.get("in_force_on", day):
                continue
            if "until" in entry and day >= entry["until"]:
                continue
            known = {name: value.on(day) for name, value in values.items()}
            if any(value is NOT_YET for value in known.values()):
                continue
            rules.append(self._rule(entry, known, terms, law))
        rules.sort(key=lambda rule: rule.last)
        timed = dict.fromkeys(moved for rule in rules for moved in rule.timed)
        return Code(tuple(rules), tuple(timed), until)

    def _rule(
        self, entry: Mapping[str, Any], values: Mapping[str, Any], terms: Mapping[str, Condition], law: Law
    ) -> Rule:
        where = entry["id"]
        read = dict(entry)
        for key in CONDITIONS:
            if key in entry:
                read[key] = read_condition(entry[key], terms, where)
        try:
            return KINDS[entry["kind"]](Given(read, values, read_condition(entry["when"], terms, where), law))
        except KeyError as missing:
            raise BadLaw(f"{where}: a rule of kind {entry['kind']} needs {missing}") from missing

    def _law(self, day: date, terms: Mapping[str, Condition]) -> Law:
        document = self.document
        stops_given = document["stops"]
        marketing = read_condition(stops_given["marketing"], terms, "stops")
        selling = read_condition("selling", terms, "agreements")
        agreements = {
            name: Agreement(name, given, selling, document["consent_purposes"])
            for name, given in document["agreements"].items()
        }
        stops = Stops(lifted_by=agreements[stops_given["lifted_by"]], marketing=marketing)
        relationships = {}
        for name, given in document.get("relationships", {}).items():
            months: dict[str, int | None] = {}
            for kind, parameter in self.terms_of_dealing[name].items():
                term = None if parameter is None else parameter.on(day)
                if term is not NOT_YET:
                    months[kind] = term
            relationships[name] = Relationship(
                name,
                months,
                stops=stops if given.get("ended_by_a_stop") else None,
                ends_when_ended=given.get("ended_by_either_side", False),
            )
        return Law(agreements, relationships, stops)
