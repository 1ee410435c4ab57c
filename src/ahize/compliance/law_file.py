"""One law as its YAML reads, and the code it makes on a day: rules with their values, terms and agreements.

A day's code is made once and serves all days up to the next change. This file knows no rule by id.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from ahize.compliance.ask import NO, Ask, Truth
from ahize.compliance.calendars import Calendar
from ahize.compliance.parameters import IN_FORCE, MARKS, NOT_YET, STATUSES, Parameter, known_on, read_parameters
from ahize.compliance.rules.after_abandonment import AfterAbandonment
from ahize.compliance.rules.after_withdrawal import AfterWithdrawal
from ahize.compliance.rules.barred import Barred
from ahize.compliance.rules.caller_id import CallerIdRights, CallerIdShown
from ahize.compliance.rules.caller_id_range import CallerIdRange
from ahize.compliance.rules.caller_id_route import CallerIdRoute
from ahize.compliance.rules.calling_hours import CallingHours
from ahize.compliance.rules.consent import Agreement, ConsentNeeded, LineType, Reassigned
from ahize.compliance.rules.consent_or_dealing import ConsentOrDealing
from ahize.compliance.rules.consent_registry import ConsentRegistry, ConsentRegistryAge
from ahize.compliance.rules.contact_limits import ContactLimit
from ahize.compliance.rules.contact_pause import ContactPause
from ahize.compliance.rules.disclosures import DutyOnly, Message, OptOutPrompt, Script
from ahize.compliance.rules.donors import MembersAndDonors
from ahize.compliance.rules.fax import FaxNotice, FaxPermission
from ahize.compliance.rules.kind import Given, Law, Rule
from ahize.compliance.rules.pacing_limits import AbandonmentCap, RingTime
from ahize.compliance.rules.preference import Preference
from ahize.compliance.rules.recording import Recording
from ahize.compliance.rules.refusal import Refused
from ahize.compliance.rules.registration import Registration
from ahize.compliance.rules.registry import RegistryAge, RegistryListing, RegistryPayment
from ahize.compliance.rules.registry_revocation import RevokingRegistry
from ahize.compliance.rules.relationship import Relationship, Term
from ahize.compliance.rules.suppression import Stops, SuppressionList
from ahize.compliance.terms import BadLaw, Condition, facts_read, read_condition, read_terms

KINDS: Mapping[str, type[Rule]] = {
    rule.kind: rule
    for rule in (
        AbandonmentCap,
        AfterAbandonment,
        AfterWithdrawal,
        Barred,
        CallerIdRange,
        CallerIdRights,
        CallerIdRoute,
        CallerIdShown,
        CallingHours,
        ConsentNeeded,
        ConsentOrDealing,
        ConsentRegistry,
        ConsentRegistryAge,
        ContactLimit,
        ContactPause,
        DutyOnly,
        FaxNotice,
        FaxPermission,
        LineType,
        MembersAndDonors,
        Message,
        OptOutPrompt,
        Preference,
        Reassigned,
        Recording,
        Refused,
        Registration,
        RegistryAge,
        RegistryListing,
        RegistryPayment,
        RevokingRegistry,
        RingTime,
        Script,
        SuppressionList,
    )
}
NOTE = "note"
"""An entry that no fact decides: it stands for the reader."""

CONDITIONS = ("confirmation", "also_where", "opt_out_for")
"""Keys of an entry that hold a condition besides ``when``."""


MOST_KINDS_OF_CALL = 4096


class Code:
    """The law of some days: the rules in force, and the day it changes next.

    Most facts that say whom a rule binds (channel, purpose, who calls, what line) are the same for thousands of calls.
    So which rules reach a call is worked out once for each kind of call, but for rules whose scope the clock moves.
    """

    def __init__(self, rules: Sequence[Rule], until: date | None, terms: Mapping[str, Condition], shared: Law) -> None:
        self.rules = tuple(rules)
        self.terms = terms
        self.shared = shared
        self.until = until
        self.timed = tuple(dict.fromkeys(moved for rule in rules for moved in rule.timed))
        """The conditions that the clock moves."""
        self._moving = frozenset(rule for rule in rules if rule.timed)
        fixed = [facts_read(rule.when) for rule in rules if not rule.timed]
        assert not any(path.startswith("registries.") for paths in fixed for path in paths), "a scope reads no registry"
        self._kind_of_call = attrgetter(*sorted(frozenset[str]().union(*fixed) | {"channel", "method"}))
        self._reach: dict[Any, tuple[tuple[Rule, Truth | None], ...]] = {}

    def reach(self, ask: Ask) -> tuple[tuple[Rule, Truth | None], ...]:
        """The rules that may reach this call, with what their scope says; None: to be asked of this very call."""
        kind_of_call = self._kind_of_call(ask.facts)
        found = self._reach.get(kind_of_call)
        if found is None:
            if len(self._reach) >= MOST_KINDS_OF_CALL:
                self._reach.clear()
            said = [(rule, None if rule in self._moving else rule.when.truth(ask)) for rule in self.rules]
            found = self._reach[kind_of_call] = tuple((rule, truth) for rule, truth in said if truth is not NO)
        return found


class LawFile:
    """One authority's law.

    Args:
        document: as its YAML reads.
        base: the law whose layer it names under ``extends``: its terms, agreements, relationships, calendars, stops and
            channels are this one's too, where this one does not say otherwise. Its rules are not.

    Raises:
        BadLaw: where an entry cannot be read, naming it.
    """

    def __init__(self, document: Mapping[str, Any], base: LawFile | None = None) -> None:
        self.document = document
        self.base = base
        self.layer: str = document["layer"]
        if document.get("extends") != (None if base is None else base.layer):
            raise BadLaw(f"{self.layer}: it extends {document.get('extends')}, which is not there")
        self.region: str | None = document.get("region")
        self.countries = frozenset(self._own_or_inherited("countries"))
        self.channels = frozenset(self._own_or_inherited("channels"))
        self.is_shared: bool = document.get("shared", False)
        """No country's own: it is read with the law of each country that extends it."""
        self.states_have_laws: bool = document.get("states_have_laws", False)
        self.entries: list[Mapping[str, Any]] = list(document["rules"])
        self.values = [self._read_values(entry) for entry in self.entries]
        self.terms_of_dealing = {
            name: self._read_lasts(name, given) for name, given in document.get("relationships", {}).items()
        }
        self.terms_of_consent = {
            name: read_parameters(
                {"lapses_after": given["lapses_after"]}, cites=(), mark=given.get("mark", ""), where=name
            )["lapses_after"]
            for name, given in document.get("agreements", {}).items()
            if "lapses_after" in given
        }
        self.calendars = {
            name: Calendar(given, f"calendar {name}") for name, given in document.get("calendars", {}).items()
        }
        self._check_entries()
        self.places = frozenset(
            place for entry in self.entries if entry["kind"] != NOTE for place in entry.get("binds_at", ("callee",))
        )
        """By whose place its rules bind."""
        inherited = () if base is None else base.changes
        self.changes: list[date] = sorted({*inherited, *self._change_days()} - {date.min})
        self._codes: dict[int, Code] = {}
        self.code_on(date.max)  # What cannot be read is found now, not on the first call.

    def _own_or_inherited(self, key: str) -> Any:
        law: LawFile | None = self
        while law is not None:
            if key in law.document:
                return law.document[key]
            law = law.base
        raise BadLaw(f"{self.layer}: a law needs `{key}`")

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
            if entry.get("status", IN_FORCE) not in STATUSES:
                raise BadLaw(f"{where}: a status is one of {sorted(STATUSES)}")
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
        for term in self.terms_of_consent.values():
            yield from term.changes_on
        for meaning in self.document.get("terms", {}).values():
            if isinstance(meaning, list):
                yield from (line["from"] for line in meaning if isinstance(line, dict) and "from" in line)

    def _make(self, day: date, until: date | None) -> Code:
        inherited = None if self.base is None else self.base.code_on(day)
        terms = read_terms(self.document.get("terms", {}), day, None if inherited is None else inherited.terms)
        law = self._law(day, terms, Law() if inherited is None else inherited.shared)
        rules = []
        for entry, values in zip(self.entries, self.values, strict=True):
            known = known_on(entry, values, day)
            if entry["kind"] != NOTE and known is not None:
                rules.append(self._rule(entry, known, terms, law))
        rules.sort(key=lambda rule: rule.last)
        return Code(rules, until, terms, law)

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

    def _law(self, day: date, terms: Mapping[str, Condition], inherited: Law) -> Law:
        document = self.document
        agreements = dict(inherited.agreements)
        if "agreements" in document:
            selling = read_condition("selling", terms, "agreements")
            families = self._own_or_inherited("consent_purposes")
            for name, given in document["agreements"].items():
                term = self.terms_of_consent.get(name)
                lapses_after = None if term is None or term.on(day) is NOT_YET else term.on(day)
                agreements[name] = Agreement(name, given, selling, families, lapses_after=lapses_after)
        stops = inherited.stops
        if "stops" in document:
            given = document["stops"]
            marketing = read_condition(given["marketing"], terms, "stops")
            stops = Stops(lifted_by=agreements[given["lifted_by"]], marketing=marketing)
        relationships = dict(inherited.relationships)
        for name, given in document.get("relationships", {}).items():
            months: dict[str, Term | None] = {}
            for kind, parameter in self.terms_of_dealing[name].items():
                if parameter is None:
                    months[kind] = None
                elif (lasts := parameter.on(day)) is not NOT_YET:
                    months[kind] = timedelta(days=lasts) if parameter.unit == "days" else lasts
            relationships[name] = Relationship(
                name,
                months,
                stops=stops if given.get("ended_by_a_stop") else None,
                ends_when_ended=given.get("ended_by_either_side", False),
                from_its_end=given.get("from_its_end", ()),
                of_product=given.get("of_product", False),
                refusal_offered=given.get("refusal_offered", False),
            )
        return Law(agreements, relationships, stops, {**inherited.calendars, **self.calendars})
