"""The facts of an attempt, from rows, in the shape of ``law/facts.md``; and the house's own bars beside the law's.

Answers for many attempts at once, with the same lines for clearance, for "may we call?" and for why-not, so that the
three can't disagree. What is not on record is left out (Unknown); no fact has a lawful-making default. Refuses to know
what the law makes of it: that is the rulebook's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Bar, Ruling
from ahize.kernel.phone import PhoneNumber
from ahize.web.consents import queries as consents
from ahize.web.contacts.whereabouts import whereabouts
from ahize.web.dialing import hours
from ahize.web.dialing.opening import LIVE_ANSWER, PERIOD_DAYS, period

HISTORY = timedelta(days=92)
"""How far back attempts are read: longer than any rolling window the laws we know count in."""
REFUSALS = ("not_interested", "do_not_call")
FACT_SOURCES = frozenset({"person", "broker", "public"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One number to rule on: whom, for which campaign, how."""

    campaign: UUID
    contact: UUID
    phone: UUID
    method: str


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
    seller: UUID


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign and its seller bring to every call of it."""

    campaign: UUID
    seller: UUID
    state: str
    version: int
    mode: str
    caller_id: str
    hours: Mapping[str, Any]
    ring_s_max: int
    base: Mapping[str, Any]


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
    terms: dict[UUID, Terms]
    people: dict[UUID, Person]
    records: dict[tuple[UUID, str], consents.Facts] = field(default_factory=dict)
    history: dict[tuple[UUID, str], dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    _opening: dict[tuple[UUID, tuple[str, ...], datetime], Opening] = field(default_factory=dict)

    def opening(self, terms: Terms, zones: tuple[str, ...], at: datetime) -> Opening:
        """The campaign's own hours there and then; worked out once for all who share their zones."""
        key = (terms.campaign, zones, at)
        if key not in self._opening:
            closes = hours.closes(terms.hours, zones, at) if zones else None
            opens = hours.next_open(terms.hours, zones, at) if zones and closes is None else None
            self._opening[key] = Opening(not zones or closes is not None, opens, closes)
        return self._opening[key]

    def facts(self, subject: Subject, at: datetime | None = None) -> dict[str, Any]:
        """One subject's facts. Absent is Unknown."""
        terms, person = self.terms[subject.campaign], self.people[subject.phone]
        records = self.records.get((terms.seller, person.e164), consents.Facts())
        suppressions = list(records.suppressions)
        if person.do_not_dial:
            when = (at or self.now).isoformat()
            suppressions.append({"scope": "all", "at": when, "source": "list", "covers": "everything"})
        return {
            **terms.base,
            "at": (at or self.now).isoformat(),
            "method": subject.method,
            "number": known(
                e164=person.e164,
                line_type=person.line_type,
                reassigned=person.reassigned,
                reassigned_checked_on=person.reassigned_checked_on,
            ),
            "callee": self._callee(person),
            "registries": records.registries,
            "suppressions": suppressions,
            "relationships": records.relationships,
            "consents": records.consents,
            "history": self.history.get((terms.seller, person.e164), EMPTY_HISTORY),
            **({"data": {"source": person.source}} if person.source in FACT_SOURCES else {}),
        }

    @staticmethod
    def _callee(person: Person) -> dict[str, Any]:
        regions = sorted({*person.regions, *([person.region] if "-" in person.region else [])})
        country = person.country or _country_of(person.e164)
        return known(country=country, regions=regions, zones=list(person.zones), capacity=person.capacity)


EMPTY_HISTORY: dict[str, list[dict[str, Any]]] = {"attempts": [], "abandoned": [], "refusals": []}


def known(**values: Any) -> dict[str, Any]:
    """The values that are on record; an empty one is not."""
    return {name: value for name, value in values.items() if value not in (None, "", [], ())}


def _country_of(e164: str) -> str:
    return whereabouts(PhoneNumber(e164))[2]


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

_PEOPLE = """
    SELECT c.id, p.id, p.e164, p.line_type, p.zones, p.regions, p.state, p.do_not_dial, p.reassigned,
           p.reassigned_checked_on, c.country, c.region, c.capacity, c.erased_at IS NOT NULL, l.state, l.source,
           c.seller_id
    FROM contacts_phone p JOIN contacts_contact c ON c.id = p.contact_id JOIN contacts_contactlist l ON l.id = c.list_id
    WHERE p.id = ANY(%s)"""

_TERMS = """
    SELECT k.id, k.seller_id, k.state, k.version, k.mode, coalesce(i.e164, ''), k.hours, k.ring_s_max, k.purpose,
           k.promotes, k.product, k.setup, k.script_discloses, k.created_at,
           s.brand, s.org_type, s.sector, s.country, s.registrations, s.pays_registry_for,
           i.kind, i.dialable, i.rights_proof, i.valid_from, i.valid_until
    FROM campaigns_campaign k JOIN tenants_seller s ON s.id = k.seller_id
    LEFT JOIN tenants_callerid i ON i.id = k.caller_id_id WHERE k.id = ANY(%s)"""

_HISTORY = """
    SELECT a.seller_id, a.e164, a.at, a.method, a.answered_at IS NOT NULL AND a.outcome NOT IN ('machine', 'fax'),
           a.outcome, a.disposition, k.product
    FROM dialing_attempt a JOIN campaigns_campaign k ON k.id = a.campaign_id
    WHERE a.e164 = ANY(%s) AND a.at > %s AND (a.originated_at IS NOT NULL OR a.live) ORDER BY a.at"""


def gather(
    subjects: Iterable[Subject], now: datetime, *, using: str = DEFAULT_DB_ALIAS, lock: bool = False
) -> Gathered:
    """Everything on record about these, in a handful of statements whatever the count.

    Args:
        lock: hold contacts and campaigns as they are until the transaction ends.
    """
    wanted = list(subjects)
    with connections[using].cursor() as cursor:
        cursor.execute(
            _PEOPLE + (" ORDER BY c.id FOR SHARE OF c" if lock else ""), [[subject.phone for subject in wanted]]
        )
        people = {row[1]: _person(row) for row in cursor.fetchall()}
        campaigns = sorted({subject.campaign for subject in wanted})
        cursor.execute(_TERMS + (" ORDER BY k.id FOR SHARE OF k" if lock else ""), [campaigns])
        rows = cursor.fetchall()
        terms = {row[0]: _terms(row, now, _abandonment(cursor, row[0], row[13], now)) for row in rows}
        numbers = sorted({person.e164 for person in people.values()})
        cursor.execute(_HISTORY, [numbers, now - HISTORY])
        history = _histories(cursor.fetchall())
    records: dict[tuple[UUID, str], consents.Facts] = {}
    for seller in sorted({term.seller for term in terms.values()}):
        for number, found in consents.facts_for(seller, numbers, using=using).items():
            records[seller, number] = found
    by_seller = {(seller, number): history.get(number, EMPTY_HISTORY) for seller, number in records}
    return Gathered(now, terms, people, records, by_seller)


def _person(row: Sequence[Any]) -> Person:
    contact, phone, e164, line_type, zones, regions, state, do_not_dial, reassigned, checked_on = row[:10]
    country, region, capacity, erased, list_state, source, seller = row[10:]
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
        seller=seller,
    )


def _terms(row: Sequence[Any], now: datetime, abandonment: dict[str, Any]) -> Terms:
    (campaign, seller, state, version, mode, caller_id, week, ring_s_max, purpose, promotes, product, setup) = row[:12]
    discloses, _created_at, brand, org_type, sector, country, registrations, pays_for = row[12:20]
    kind, dialable, proof, valid_from, valid_until = row[20:]
    in_force = caller_id and valid_from <= now and (valid_until is None or now < valid_until)
    base = {
        "channel": "voice",
        **known(purpose=purpose, promotes=promotes, product=product),
        "caller": {
            **known(country=country),
            "role": "in_house",
            "registrations": registrations,
            "pays_registry_for": pays_for,
        },
        "principal": {"id": str(seller), **known(brand=brand, org_type=org_type, sector=sector, country=country)},
        "cli": {
            **known(e164=caller_id, kind=kind, dialable=dialable),
            **({"rights_proven": bool(proof) and bool(in_force)} if caller_id else {}),
        },
        "abandonment": abandonment,
        "setup": {**json.loads(setup), "ring_s": ring_s_max, **known(script_discloses=discloses)},
    }
    return Terms(campaign, seller, state, version, mode, caller_id, json.loads(week), ring_s_max, base)


def _abandonment(cursor: Any, campaign: UUID, created_at: datetime, now: datetime) -> dict[str, Any]:
    start, _until = period(created_at, now)
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE {LIVE_ANSWER}), count(*) FILTER (WHERE a.outcome = 'abandoned')"  # noqa: S608
        " FROM dialing_attempt a WHERE a.campaign_id = %s AND a.at >= %s",
        [campaign, start],
    )
    live, abandoned = cursor.fetchone()
    return {"share": abandoned / live if live else 0.0, "period_days": PERIOD_DAYS, "live_answers": live}


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


def rule(facts: Mapping[str, Any]) -> Ruling:
    """The law's answer to these facts; one that cannot be read is as good as unknown."""
    book = Rulebook.load()
    try:
        return book.decide(CallFacts.from_json(facts))
    except BadFacts as wrong:
        return Ruling("review", (), (wrong.path,), (), None, None, book.version, book.tzdata, (), True)


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
    law = ruling or rule(gathered.facts(subject, when))
    terms, person = gathered.terms[subject.campaign], gathered.people[subject.phone]
    opening = gathered.opening(terms, person.zones, when)
    bars, opens = house_bars(terms, person, opening)
    if not bars:
        until = min((end for end in (law.lawful_until, opening.closes) if end is not None), default=None)
        return replace(law, lawful_until=until) if law.is_allowed else law
    following = None
    if opens is not None and (law.is_allowed or law.next_lawful is not None):
        following = max(opens, law.next_lawful or opens)
    return replace(law, verdict="block", bars=(*law.bars, *bars), next_lawful=following, lawful_until=None)
