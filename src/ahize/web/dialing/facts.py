"""The facts of an attempt, from rows, in the shape of ``law/facts.md``; and the house's own bars beside the law's.

Answers for many attempts at once, with the same lines for clearance, for "may we call?" and for why-not, so that the
three can't disagree. What is not on record is left out (Unknown); no fact has a lawful-making default. Refuses to know
what the law makes of it: that is the rulebook's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from ahize.compliance.again import law_ruling as rule
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Bar, Ruling
from ahize.intake.folding import plain_key
from ahize.kernel.phone import PhoneNumber
from ahize.web.asking import Rows, ask, together
from ahize.web.consents import on_record
from ahize.web.contacts.whereabouts import whereabouts
from ahize.web.dialing import abandoned, hours
from ahize.web.dialing.showing import Pooled, chosen
from ahize.web.policies import emergencies
from ahize.web.policies import queries as policies
from ahize.web.tenants import evidence
from ahize.web.tenants.models import CallerRole

HISTORY = timedelta(days=92)
"""How far back attempts are read: longer than any rolling window the laws we know count in."""
REFUSALS = ("not_interested", "do_not_call")


@dataclass(frozen=True, slots=True)
class Subject:
    """One number to rule on: whom, for which campaign, how."""

    campaign: UUID
    contact: UUID
    phone: UUID
    method: str
    chance: float | None = None
    """Of one attempt, which of a pool's numbers it shows; None: the campaign's own, whatever pool there is."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is on record about a contact and one phone."""

    contact: UUID
    phone: UUID
    e164: str
    line_type: str
    zones: tuple[str, ...]
    regions: tuple[str, ...]
    phone_state: str
    do_not_dial: bool
    reassigned: str
    reassigned_checked_on: str | None
    country: str
    region: str
    capacity: str
    erased: bool
    list_state: str
    source: str
    notice_given: bool | None
    seller: UUID
    listed_at: datetime | None = None
    """Since when its list is here: how old is what was not looked up since."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The caller ID, and over which time the right to show it is proven."""

    e164: str
    kind: str
    dialable: bool | None
    route_country: str
    proof: str
    since: datetime | None
    until: datetime | None

    def facts(self, at: datetime) -> dict[str, Any]:
        if not self.e164:
            return {}
        in_force = self.since is not None and self.since <= at and (self.until is None or at < self.until)
        return {
            **known(e164=self.e164, kind=self.kind, dialable=self.dialable, route_country=self.route_country),
            "rights_proven": bool(self.proof) and in_force,
        }


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign, its seller and who calls for it bring to every call of it.

    What rests on evidence is asked of an instant: a licence that ends at noon holds for the calls before noon.
    """

    campaign: UUID
    seller: UUID
    state: str
    version: int
    mode: str
    shown: Shown
    product: str
    hours: Mapping[str, Any]
    ring_s_max: int
    base: Mapping[str, Any]
    standing: evidence.Standing
    abandonment: Mapping[int, dict[str, Any]]
    """By the period in which a law counts, in days."""

    @property
    def caller_id(self) -> str:
        """The number shown; empty where none is chosen."""
        return self.shown.e164

    def facts(self, at: datetime) -> dict[str, Any]:
        """What all calls of the campaign share at that instant."""
        return {
            **self.base,
            "caller": {
                **self.base["caller"],
                "registrations": self.standing.registrations(at),
                "pays_registry_for": self.standing.areas(at),
            },
            "principal": {
                **self.base["principal"],
                "registered_charity_in": self.standing.charity_in(at),
                "brand_registered_in": self.standing.brand_in(at),
            },
            "cli": self.shown.facts(at),
        }

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant after ``at`` at which evidence or the right to the caller ID begins or ends."""
        edges = (self.standing.next_change(at), self.shown.since, self.shown.until)
        return min((edge for edge in edges if edge is not None and edge > at), default=None)


@dataclass(frozen=True, slots=True)
class Opening:
    """A campaign's own hours at one place and time. Unknown zones leave it to the law to bar."""

    is_open: bool
    opens: datetime | None
    closes: datetime | None


@dataclass(slots=True)
class Gathered:
    """Facts of many subjects, by (campaign, phone)."""

    now: datetime
    book: Rulebook
    terms: dict[UUID, Terms]
    people: dict[UUID, Person]
    records: dict[tuple[UUID, str], on_record.Facts] = field(default_factory=dict)
    history: dict[tuple[UUID, str], dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    emergencies: Mapping[str, emergencies.Standing] = field(default_factory=dict)
    pools: Mapping[UUID, tuple[tuple[Pooled, Shown], ...]] = field(default_factory=dict)
    _opening: dict[tuple[UUID, tuple[str, ...], datetime], Opening] = field(default_factory=dict)
    _shared: tuple[UUID, datetime, dict[str, Any]] | None = None

    def opening(self, terms: Terms, zones: tuple[str, ...], at: datetime) -> Opening:
        """The campaign's own hours there and then; worked out once for all who share their zones."""
        key = (terms.campaign, zones, at)
        if key not in self._opening:
            closes = hours.closes(terms.hours, zones, at) if zones else None
            opens = hours.next_open(terms.hours, zones, at) if zones and closes is None else None
            self._opening[key] = Opening(not zones or closes is not None, opens, closes)
        return self._opening[key]

    def _of_terms(self, terms: Terms, at: datetime) -> dict[str, Any]:
        """What the calls of a campaign share then; the last is kept, for thousands ask the same."""
        if self._shared is None or self._shared[:2] != (terms.campaign, at):
            self._shared = (terms.campaign, at, terms.facts(at))
        return self._shared[2]

    def shown(self, subject: Subject) -> Shown:
        """The caller ID that this subject sees: one of the pool's where one is local to them, else the campaign's."""
        pool = self.pools.get(subject.campaign, ())
        if subject.chance is None or not pool:
            return self.terms[subject.campaign].shown
        numbers = [number for number, _shown in pool]
        one = chosen(self.people[subject.phone].e164, numbers, chance=subject.chance, now=self.now)
        return next((shown for number, shown in pool if number is one), self.terms[subject.campaign].shown)

    def facts(self, subject: Subject, at: datetime | None = None) -> dict[str, Any]:
        """One subject's facts. Absent is Unknown."""
        terms, person = self.terms[subject.campaign], self.people[subject.phone]
        records = self.records.get((terms.seller, person.e164), on_record.Facts())
        suppressions = list(records.suppressions)
        if person.do_not_dial:
            when = (at or self.now).isoformat()
            suppressions.append({"scope": "all", "at": when, "source": "list", "covers": "everything"})
        return {
            **self._of_terms(terms, at or self.now),
            "cli": self.shown(subject).facts(at or self.now),
            "at": (at or self.now).isoformat(),
            "method": subject.method,
            "number": known(
                e164=person.e164,
                line_type=person.line_type,
                reassigned=person.reassigned,
                reassigned_checked_on=person.reassigned_checked_on,
            ),
            "callee": {
                **self._callee(person, records),
                **known(emergency_declared=self.emergency(person, at or self.now)),
            },
            "abandonment": terms.abandonment[abandoned.days_of(country_of(person), self.now)],
            "registries": records.registries,
            "suppressions": suppressions,
            "relationships": records.relationships,
            "consents": [_about_this(one, terms.product) for one in records.consents],
            "history": self.history.get((terms.seller, person.e164), EMPTY_HISTORY),
            "data": known(
                source=person.source,
                notice_given=person.notice_given,
                transfer_safeguard=self.safeguard(terms, person, at or self.now),
            ),
        }

    def emergency(self, person: Person, at: datetime) -> bool | None:
        """Declared in any region the person may be in; not declared only where somebody looked in all of them."""
        said = [self.emergencies.get(region) for region in _regions(person)]
        if any(one is not None and one.declared for one in said):
            return True
        return False if said and all(one is not None and one.is_clear(at) for one in said) else None

    @staticmethod
    def safeguard(terms: Terms, person: Person, at: datetime) -> str | None:
        """What safeguards the person's data with agents in another country; None at home, and where nothing is held."""
        country = country_of(person)
        return None if terms.base["caller"].get("country") == country else terms.standing.safeguard(country, at)

    def next_change(self, subject: Subject, at: datetime) -> datetime | None:
        """The first instant after ``at`` at which facts of this subject change by the clock alone."""
        said = (self.emergencies.get(region) for region in _regions(self.people[subject.phone]))
        shown, terms = self.shown(subject), self.terms[subject.campaign]
        holds = (one.holds_until for one in said if one is not None)
        edges = (terms.next_change(at), shown.since, shown.until, *holds)
        return min((edge for edge in edges if edge is not None and edge > at), default=None)

    @staticmethod
    def _callee(person: Person, records: on_record.Facts) -> dict[str, Any]:
        regions = _regions(person)
        country = country_of(person)
        # Memberships are kept here and nowhere else, so that none on record is none.
        members = {one["principal"] for one in records.relationships if one["kind"] == "membership"} - {
            one["principal"] for one in records.relationships if one["kind"] == "membership" and "ended_on" in one
        }
        return {
            **known(country=country, regions=regions, zones=list(person.zones), capacity=person.capacity),
            "member_of": sorted(members),
        }


EMPTY_HISTORY: dict[str, list[dict[str, Any]]] = {"attempts": [], "abandoned": [], "refusals": []}


def _about_this(consent: Mapping[str, Any], product: str) -> dict[str, Any]:
    """A consent as the law knows it, for one product: given for another product, it covers no purpose of this call."""
    fact = {name: value for name, value in consent.items() if name != "product"}
    if consent.get("product") and plain_key(str(consent["product"])) != plain_key(product):
        fact["purposes"] = []
    return fact


def known(**values: Any) -> dict[str, Any]:
    """The values that are on record; an empty one is not."""
    return {name: value for name, value in values.items() if value not in (None, "", [], ())}


def _regions(person: Person) -> list[str]:
    """Where the number and the address say that the person may be."""
    return sorted({*person.regions, *([person.region] if "-" in person.region else [])})


def country_of(person: Person) -> str:
    """Where the person is, else where the number belongs."""
    return person.country or whereabouts(PhoneNumber(person.e164))[2]


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

_PEOPLE = """
    SELECT c.id, p.id, p.e164, p.line_type, p.zones, p.regions, p.state, p.do_not_dial, p.reassigned,
           p.reassigned_checked_on, c.country, c.region, c.capacity, c.erased_at IS NOT NULL, l.state,
           l.data_source, l.notice_given, c.seller_id, l.created_at
    FROM contacts_phone p JOIN contacts_contact c ON c.id = p.contact_id JOIN contacts_contactlist l ON l.id = c.list_id
    WHERE p.id = ANY(%s)"""

_TERMS = """
    SELECT k.id, k.seller_id, k.state, k.version, k.mode, coalesce(i.e164, ''), k.hours, k.ring_s_max, k.purpose,
           k.promotes, k.product, k.setup, k.script_discloses, k.created_at,
           s.brand, s.org_type, s.sector, s.country, s.region, k.agency_id, g.role, g.country, g.region,
           i.kind, i.dialable, i.route_country, i.rights_proof, i.valid_from, i.valid_until
    FROM campaigns_campaign k JOIN tenants_seller s ON s.id = k.seller_id
    LEFT JOIN tenants_agency g ON g.id = k.agency_id
    LEFT JOIN tenants_callerid i ON i.id = k.caller_id_id WHERE k.id = ANY(%s)"""

_POOLS = """
    SELECT n.campaign_id, n.rests_until, i.proven_at IS NOT NULL, i.e164, i.kind, i.dialable, i.route_country,
           i.rights_proof, i.valid_from, i.valid_until
    FROM campaigns_campaignnumber n JOIN tenants_callerid i ON i.id = n.caller_id_id
    WHERE n.campaign_id = ANY(%s) AND i.dialable AND i.rights_proof <> '' AND i.valid_from <= %s
      AND (i.valid_until IS NULL OR i.valid_until > %s)"""

_HISTORY = """
    SELECT a.seller_id, a.e164, a.at, a.method, a.answered_at IS NOT NULL AND a.outcome NOT IN ('machine', 'fax'),
           CASE WHEN a.mistaken THEN 'abandoned' ELSE a.outcome END, a.disposition, k.product
    FROM dialing_attempt a JOIN campaigns_campaign k ON k.id = a.campaign_id
    WHERE a.e164 = ANY(%s) AND a.at > %s AND (a.originated_at IS NOT NULL OR a.live) ORDER BY a.at"""


def gather(subjects: Iterable[Subject], now: datetime, *, using: str = DEFAULT_DB_ALIAS) -> Gathered:
    """Everything on record about these, in two journeys to the database whatever the count."""
    with together(using=using):
        gathering = gather_asked(subjects, now, using=using)
    return gathering()


def gather_asked(
    subjects: Iterable[Subject], now: datetime, *, using: str = DEFAULT_DB_ALIAS, lock: bool = False
) -> Callable[[], Gathered]:
    """The same; the first journey goes with other statements (``asking.together``).

    Args:
        lock: hold contacts and campaigns as they are until the transaction ends. What else must hold still does so
            by locks that are taken before any of this is read: ``consents.locks``, ``tenants.locks``.
    """
    wanted = list(subjects)
    phones = [subject.phone for subject in wanted]
    campaigns = sorted({subject.campaign for subject in wanted})
    book = policies.rulebook_asked(using=using)
    looked_up = emergencies.standings_asked(now, using=using)
    theirs = ask(_PEOPLE + (" ORDER BY c.id FOR SHARE OF c" if lock else ""), [phones], _people, using=using)
    ours = ask(_TERMS + (" ORDER BY k.id FOR SHARE OF k" if lock else ""), [campaigns], list, using=using)
    pools = ask(_POOLS, [campaigns, now, now], _pools, using=using)
    return lambda: replace(_gathered(now, book(), theirs(), ours(), looked_up(), using), pools=pools())


def _gathered(  # noqa: PLR0917 - the answers in the order in which they were asked for
    now: datetime,
    book: Rulebook,
    people: dict[UUID, Person],
    campaigns: Rows,
    looked_up: Mapping[str, emergencies.Standing],
    using: str,
) -> Gathered:
    numbers = sorted({person.e164 for person in people.values()})
    with together(using=using):
        standings = evidence.standings_asked((_calls(row) for row in campaigns), using=using)
        counts = {row[0]: abandoned.standings(row[0], row[13], now, using=using) for row in campaigns}
        histories = ask(_HISTORY, [numbers, now - HISTORY], _histories, using=using)
        on_records = {row[1]: on_record.facts_asked(row[1], numbers, using=using) for row in campaigns}
    proven, history = standings(), histories()
    terms = {row[0]: _terms(row, proven[_calls(row)[:2]], counts[row[0]]()) for row in campaigns}
    records = {(seller, number): found for seller, asked in on_records.items() for number, found in asked().items()}
    by_seller = {(seller, number): history.get(number, EMPTY_HISTORY) for seller, number in records}
    return Gathered(now, book, terms, people, records, by_seller, looked_up)


def _pools(rows: Rows) -> dict[UUID, tuple[tuple[Pooled, Shown], ...]]:
    found: dict[UUID, tuple[tuple[Pooled, Shown], ...]] = {}
    for campaign, rests_until, proven, e164, *shown in rows:
        found[campaign] = (*found.get(campaign, ()), (Pooled(e164, proven, rests_until), Shown(e164, *shown)))
    return found


def _people(rows: Rows) -> dict[UUID, Person]:
    return {row[1]: _person(row) for row in rows}


def _person(row: Sequence[Any]) -> Person:
    contact, phone, e164, line_type, zones, regions, state, do_not_dial, reassigned, checked_on = row[:10]
    country, region, capacity, erased, list_state, source, notice_given, seller, listed_at = row[10:]
    return Person(
        contact=contact,
        phone=phone,
        e164=e164,
        line_type=line_type,
        zones=tuple(zones),
        regions=tuple(regions),
        phone_state=state,
        do_not_dial=do_not_dial,
        reassigned=reassigned,
        reassigned_checked_on=checked_on.isoformat() if checked_on else None,
        country=country,
        region=region,
        capacity=capacity,
        erased=erased,
        list_state=list_state,
        source=source,
        notice_given=notice_given,
        seller=seller,
        listed_at=listed_at,
    )


def _calls(row: Sequence[Any]) -> tuple[UUID, UUID | None, str]:
    """For which seller, which agency, and as what."""
    return row[1], row[19], row[20] or CallerRole.IN_HOUSE


def _terms(row: Sequence[Any], standing: evidence.Standing, abandonment: Mapping[int, dict[str, Any]]) -> Terms:
    (campaign, seller, state, version, mode, caller_id, week, ring_s_max, purpose, promotes, product, setup) = row[:12]
    discloses, _created_at, brand, org_type, sector, country, region = row[12:19]
    agency, role, agency_country, agency_region = row[19:23]
    kind, dialable, route_country, proof, since, until = row[23:]
    sits = (agency_country, agency_region) if agency else (country, region)
    base = {
        "channel": "voice",
        **known(purpose=purpose, promotes=promotes, product=product),
        "caller": known(country=sits[0], region=sits[1], role=role or CallerRole.IN_HOUSE.value),
        "principal": {"id": str(seller), **known(brand=brand, org_type=org_type, sector=sector, country=country)},
        "setup": {**json.loads(setup), "ring_s": ring_s_max, **known(script_discloses=discloses)},
    }
    return Terms(
        campaign=campaign,
        seller=seller,
        state=state,
        version=version,
        mode=mode,
        shown=Shown(caller_id, kind or "", dialable, route_country or "", proof or "", since, until),
        product=product,
        hours=json.loads(week),
        ring_s_max=ring_s_max,
        base=base,
        standing=standing,
        abandonment=abandonment,
    )


def _histories(rows: Sequence[Sequence[Any]]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Attempts on each number for any seller of the house; the principal stands in each, the rule reads it."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for seller, number, at, method, reached, outcome, disposition, product in rows:
        one = found.setdefault(number, {"attempts": [], "abandoned": [], "refusals": []})
        when = at.isoformat()
        one["attempts"].append(
            {
                **{"at": when, "principal": str(seller), "channel": "voice", "method": method, "reached": reached},
                **{"prerecorded": outcome == "abandoned", **known(product=product)},
            }
        )
        if outcome == "abandoned":
            one["abandoned"].append({"at": when})
        if disposition in REFUSALS:
            one["refusals"].append({"at": when, "principal": str(seller), **known(product=product)})
    return found


# ── ruling ──────────────────────────────────────────────────────────────────────────────────────────────────────


def house_bars(terms: Terms, person: Person, opening: Opening) -> tuple[tuple[Bar, ...], datetime | None]:
    """Our own reasons not to call, whatever the law says; and when the campaign's hours begin again, if that is all."""
    bars = []
    if terms.state != "running":
        bars.append(Bar("AHIZE-CAMPAIGN", "campaign_state", f"the campaign is {terms.state}", ()))
    if person.erased or person.list_state != "published":
        bars.append(Bar("AHIZE-LIST", "list_state", "the contact's list is not in use", ()))
    if person.phone_state != "usable":
        bars.append(Bar("AHIZE-PHONE", "phone_state", f"this phone is marked {person.phone_state}", ()))
    if not opening.is_open:
        where = " and ".join(person.zones)
        bars.append(Bar("AHIZE-HOURS", "campaign_hours", f"outside the campaign's own hours in {where}", ()))
    return tuple(bars), opening.opens if len(bars) == 1 else None


def decide(gathered: Gathered, subject: Subject, at: datetime | None = None, ruling: Ruling | None = None) -> Ruling:
    """The law's ruling with the house's bars beside it. ``ruling``: the law's, where it is known already."""
    when = at or gathered.now
    law = ruling or rule(gathered.book, gathered.facts(subject, when))
    terms, person = gathered.terms[subject.campaign], gathered.people[subject.phone]
    opening = gathered.opening(terms, person.zones, when)
    bars, opens = house_bars(terms, person, opening)
    if not bars:
        ends = (law.lawful_until, opening.closes, gathered.next_change(subject, when))
        until = min((end for end in ends if end is not None), default=None)
        return replace(law, lawful_until=until) if law.is_allowed else law
    following = None
    if opens is not None and (law.is_allowed or law.next_lawful is not None):
        following = max(opens, law.next_lawful or opens)
    return replace(law, verdict="block", bars=(*law.bars, *bars), next_lawful=following, lawful_until=None)
