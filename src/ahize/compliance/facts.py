"""CallFacts: all that a rule may look at, parsed once from one JSON object.

Rule 1: Unknown is a value. Absent or null is Unknown, never "no", and an empty set of zones or regions tells nothing.
Rule 2: what is given and cannot be read is an error that names the field and what was expected.
Rule 3: this file knows no rule and no law; it knows the words of docs/reference/law.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from ahize.compliance.reading import (
    UNKNOWN,
    BadFacts,
    Reader,
    Unknown,
    by_code,
    day,
    flag,
    instant,
    list_of,
    local_time,
    matching,
    part,
    quantity,
    record,
    set_of,
    share,
    some_of,
    text,
    whole,
    word,
    zones,
)

__all__ = ["UNKNOWN", "BadFacts", "CallFacts", "Unknown"]

CHANNELS = frozenset({"voice", "sms", "fax", "email"})
METHODS = frozenset(
    {"manual", "preview", "progressive", "predictive", "prerecorded", "ai_voice", "voicemail_drop", "bulk"}
)
PURPOSES = frozenset(
    {
        *("sales", "upsell", "lead_qualification", "appointment", "survey", "fundraising", "political", "membership"),
        *("service", "transactional", "debt", "recruitment", "public_information", "consent_request"),
        "opt_out_confirmation",
    }
)
ROLES = frozenset({"in_house", "outsourced", "telefunder", "volunteer"})
ORG_TYPES = frozenset(
    {
        *("commercial", "charity", "religious", "political_party", "candidate", "public_body", "education", "media"),
        *("newspaper", "research", "nonprofit", "union"),
    }
)
SECTORS = frozenset(
    {
        *("retail", "telecom", "energy", "finance", "insurance", "pension", "claims", "health", "travel"),
        *("real_estate", "home_improvement", "training", "debt", "office_supplies", "funeral", "other"),
    }
)
CLI_KINDS = frozenset(
    {"geographic", "mobile", "freephone", "special", "dedicated", "withheld", "short_code", "premium"}
)
LINE_TYPES = frozenset({"mobile", "fixed", "voip", "fax", "premium", "emergency", "care_room"})
CAPACITIES = frozenset({"consumer", "sole_trader", "business", "public_body"})
RELATIONSHIPS = frozenset(
    {
        *("purchase", "transaction", "lease", "inquiry", "application", "contract", "donation", "membership"),
        *("volunteer", "attendance", "personal"),
    }
)
CONSENT_FORMS = frozenset({"written", "esign", "web", "voice_recorded", "verbal", "paper", "registry"})
CONSENT_LEVELS = frozenset({"express", "express_written", "invitation"})
CONSENT_METHODS = frozenset({"live", "automated", "ai"})
FLAWS = frozenset({"preticked", "bundled", "not_informed"})
DISCLOSURES = frozenset({"identity", "purpose", "goods", "no_purchase_needed", "principal", "opt_out"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who dials."""

    country: str | Unknown
    region: str | Unknown
    role: str | Unknown
    registrations: frozenset[str] | Unknown
    pays_registry_for: frozenset[str] | Unknown


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf: the glossary's seller."""

    id: str | Unknown
    brand: str | Unknown
    org_type: str | Unknown
    sector: str | Unknown
    country: str | Unknown
    registered_charity_in: frozenset[str] | Unknown
    brand_registered_in: frozenset[str] | Unknown


@dataclass(frozen=True, slots=True)
class CallerId:
    """The number shown to the called person."""

    e164: str | Unknown
    kind: str | Unknown
    dialable: bool | Unknown
    rights_proven: bool | Unknown
    route_country: str | Unknown


@dataclass(frozen=True, slots=True)
class Number:
    """The number to be called."""

    e164: str | Unknown
    line_type: str | Unknown
    reassigned: str | Unknown
    reassigned_checked_on: date | Unknown
    ported_on: date | Unknown
    source: str | Unknown


@dataclass(frozen=True, slots=True)
class Callee:
    """Who answers, and where."""

    country: str | Unknown
    regions: frozenset[str] | Unknown
    zones: tuple[str, ...] | Unknown
    capacity: str | Unknown
    member_of: frozenset[str] | Unknown
    donor_of: frozenset[str] | Unknown
    student_of: frozenset[str] | Unknown
    age_band: str | Unknown
    emergency_declared: bool | Unknown


@dataclass(frozen=True, slots=True)
class Registry:
    """What one public list says of the number, in the copy of which day."""

    listed: bool | Unknown
    listed_on: date | Unknown
    version_on: date | Unknown
    categories: frozenset[str] | Unknown
    status: str | Unknown
    checked_at: datetime | Unknown
    modes: frozenset[str] | Unknown
    bands: frozenset[str] | Unknown
    days: frozenset[str] | Unknown


@dataclass(frozen=True, slots=True)
class Suppression:
    """An own "do not contact" entry."""

    scope: str | Unknown
    principal: str | Unknown
    channel: str | Unknown
    at: datetime | Unknown
    source: str | Unknown
    covers: str | Unknown


@dataclass(frozen=True, slots=True)
class Relationship:
    """A dealing between the person and a principal. ``ended_on`` None: it has not ended."""

    kind: str | Unknown
    principal: str | Unknown
    last_on: date | Unknown
    ended_on: date | None
    product: str | Unknown
    opt_out_offered: bool | Unknown


@dataclass(frozen=True, slots=True)
class Appointment:
    """Local hours at the callee's place that the person asked for. ``closes`` None: the end of the day."""

    opens: time | Unknown
    closes: time | Unknown | None
    on: date | Unknown


@dataclass(frozen=True, slots=True)
class Consent:
    """Proof that someone agreed. ``until``, ``revoked_at`` and ``window`` None: there is none."""

    form: str | Unknown
    level: str | Unknown
    principal: str | Unknown
    brand: str | Unknown
    channels: frozenset[str] | Unknown
    methods: frozenset[str] | Unknown
    purposes: frozenset[str] | Unknown
    given_at: datetime | Unknown
    until: datetime | None
    revoked_at: datetime | None
    number: str | Unknown
    signed: bool | Unknown
    conditional: bool | Unknown
    registry_state: str | Unknown
    registry_at: datetime | Unknown
    window: Appointment | None
    proof_kept: bool | Unknown
    flaws: frozenset[str]


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One attempt on this number before."""

    at: datetime | Unknown
    principal: str | Unknown
    channel: str | Unknown
    method: str | Unknown
    reached: bool | Unknown
    prerecorded: bool | Unknown
    product: str | Unknown


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no said in a talk."""

    at: datetime | Unknown
    principal: str | Unknown
    product: str | Unknown


@dataclass(frozen=True, slots=True)
class History:
    attempts: tuple[PastAttempt, ...] | Unknown
    abandoned: tuple[datetime, ...] | Unknown
    refusals: tuple[Refusal, ...] | Unknown


@dataclass(frozen=True, slots=True)
class Abandonment:
    """What the campaign stands at. ``share`` is 0 to 1."""

    share: float | Unknown
    period_days: int | Unknown
    live_answers: int | Unknown


@dataclass(frozen=True, slots=True)
class Data:
    """Where the person's data come from."""

    source: str | Unknown
    notice_given: bool | Unknown
    transfer_safeguard: str | Unknown


@dataclass(frozen=True, slots=True)
class Setup:
    """What the campaign is set to do."""

    ring_s: float | Unknown
    message_names_caller: bool | Unknown
    opt_out_mechanism: bool | Unknown
    discloses_ai: bool | Unknown
    human_on_request: bool | Unknown
    announces_recording: bool | Unknown
    records_call: bool | Unknown
    asks_recording_consent: bool | Unknown
    fax_opt_out_notice: bool | Unknown
    message_has_url: bool | Unknown
    sender_id_registered: bool | Unknown
    template_registered: bool | Unknown
    script_discloses: frozenset[str] | Unknown
    numbers_from: str | Unknown
    live_operator_intro: bool | Unknown
    opt_out_prompt_s: float | Unknown
    opt_out_disconnects: bool | Unknown
    opt_out_toll_free: bool | Unknown
    abandon_message_promotes: bool | Unknown


@dataclass(frozen=True, slots=True)
class CallFacts:
    """All that a rule may look at."""

    at: datetime | Unknown
    channel: str | Unknown
    method: str | Unknown
    purpose: str | Unknown
    promotes: bool | Unknown
    product: str | Unknown
    caller: Caller
    principal: Principal
    cli: CallerId
    number: Number
    callee: Callee
    registries: Mapping[str, Registry] | Unknown
    suppressions: tuple[Suppression, ...] | Unknown
    relationships: tuple[Relationship, ...] | Unknown
    consents: tuple[Consent, ...] | Unknown
    history: History
    abandonment: Abandonment
    data: Data
    setup: Setup

    @classmethod
    def from_json(cls, given: object) -> CallFacts:
        """Read the object of docs/reference/law.md; dates and instants may be Python's own.

        Fields that the contract does not have are left alone.

        Raises:
            BadFacts: with the path of the field and what was expected there.
        """
        facts: CallFacts = _read_facts(given, "")
        return facts


def _appointment(given: Any, path: str) -> Appointment:
    if not isinstance(given, Mapping):
        raise BadFacts(path, 'an object like {"from": "18:00", "to": "19:00", "on": "2026-11-24"}')
    opens, closes, on = given.get("from"), given.get("to"), given.get("on")
    ends: time | Unknown | None = None
    if closes != "24:00":
        ends = UNKNOWN if closes is None else local_time(closes, f"{path}.to")
    return Appointment(
        opens=UNKNOWN if opens is None else local_time(opens, f"{path}.from"),
        closes=ends,
        on=UNKNOWN if on is None else day(on, f"{path}.on"),
    )


_country = matching(re.compile(r"[A-Z]{2}\Z"), "a country of ISO 3166-1, like US")
_region = matching(re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}\Z"), "a region of ISO 3166-2, like US-NY")
_e164 = matching(re.compile(r"\+[1-9][0-9]{1,14}\Z"), "a number in E.164, like +12125550123")
_reassigned = word(frozenset({"yes", "no"}))
_texts = set_of(text)

_CALLER, _NO_CALLER = part(
    Caller,
    {
        "country": _country,
        "region": _region,
        "role": word(ROLES),
        "registrations": _texts,
        "pays_registry_for": _texts,
    },
)
_PRINCIPAL, _NO_PRINCIPAL = part(
    Principal,
    {
        "id": text,
        "brand": text,
        "org_type": word(ORG_TYPES),
        "sector": word(SECTORS),
        "country": _country,
        "registered_charity_in": set_of(_country),
        "brand_registered_in": _texts,
    },
)
_CLI, _NO_CLI = part(
    CallerId,
    {
        "e164": text,
        "kind": word(CLI_KINDS),
        "dialable": flag,
        "rights_proven": flag,
        "route_country": _country,
    },
)
_NUMBER, _NO_NUMBER = part(
    Number,
    {
        "e164": _e164,
        "line_type": word(LINE_TYPES),
        "reassigned": _reassigned,
        "reassigned_checked_on": day,
        "ported_on": day,
        "source": word(frozenset({"recipient", "published", "list"})),
    },
)
_CALLEE, _NO_CALLEE = part(
    Callee,
    {
        "country": _country,
        "regions": some_of(_region),
        "zones": zones,
        "capacity": word(CAPACITIES),
        "member_of": _texts,
        "donor_of": _texts,
        "student_of": _texts,
        "age_band": text,
        "emergency_declared": flag,
    },
)
_REGISTRY = record(
    Registry,
    {
        "listed": flag,
        "listed_on": day,
        "version_on": day,
        "categories": _texts,
        "status": word(frozenset({"granted", "refused", "none"})),
        "checked_at": instant,
        "modes": _texts,
        "bands": _texts,
        "days": _texts,
    },
)
_SUPPRESSION = record(
    Suppression,
    {
        "scope": word(frozenset({"principal", "brand", "channel", "all"})),
        "principal": text,
        "channel": word(CHANNELS),
        "at": instant,
        "source": text,
        "covers": word(frozenset({"marketing", "everything"})),
    },
)
_RELATIONSHIP = record(
    Relationship,
    {
        "kind": word(RELATIONSHIPS),
        "principal": text,
        "last_on": day,
        "ended_on": day,
        "product": text,
        "opt_out_offered": flag,
    },
    absent={"ended_on": None},
)
_CONSENT = record(
    Consent,
    {
        "form": word(CONSENT_FORMS),
        "level": word(CONSENT_LEVELS),
        "principal": text,
        "brand": text,
        "channels": set_of(word(CHANNELS)),
        "methods": set_of(word(CONSENT_METHODS)),
        "purposes": set_of(word(PURPOSES)),
        "given_at": instant,
        "until": instant,
        "revoked_at": instant,
        "number": text,
        "signed": flag,
        "conditional": flag,
        "registry_state": word(frozenset({"accepted", "pending", "refused"})),
        "registry_at": instant,
        "window": _appointment,
        "proof_kept": flag,
        "flaws": set_of(word(FLAWS)),
    },
    absent={"until": None, "revoked_at": None, "window": None, "flaws": frozenset()},
)
_PAST_ATTEMPT = record(
    PastAttempt,
    {
        "at": instant,
        "principal": text,
        "channel": word(CHANNELS),
        "method": word(METHODS),
        "reached": flag,
        "prerecorded": flag,
        "product": text,
    },
)
_REFUSAL = record(Refusal, {"at": instant, "principal": text, "product": text})


def _abandoned_at(given: Any, path: str) -> datetime:
    if not isinstance(given, Mapping):
        raise BadFacts(path, 'an object like {"at": "2026-11-23T20:59:59-05:00"}')
    return instant(given.get("at"), f"{path}.at")


_HISTORY, _NO_HISTORY = part(
    History, {"attempts": list_of(_PAST_ATTEMPT), "abandoned": list_of(_abandoned_at), "refusals": list_of(_REFUSAL)}
)
_ABANDONMENT, _NO_ABANDONMENT = part(Abandonment, {"share": share, "period_days": whole, "live_answers": whole})
_DATA, _NO_DATA = part(
    Data,
    {
        "source": word(frozenset({"person", "broker", "public"})),
        "notice_given": flag,
        "transfer_safeguard": word(frozenset({"adequacy", "standard_contract", "none"})),
    },
)
_SETUP, _NO_SETUP = part(
    Setup,
    {
        "ring_s": quantity,
        "message_names_caller": flag,
        "opt_out_mechanism": flag,
        "discloses_ai": flag,
        "human_on_request": flag,
        "announces_recording": flag,
        "records_call": flag,
        "asks_recording_consent": flag,
        "fax_opt_out_notice": flag,
        "message_has_url": flag,
        "sender_id_registered": flag,
        "template_registered": flag,
        "script_discloses": set_of(word(DISCLOSURES)),
        "numbers_from": word(frozenset({"list", "random", "sequential"})),
        "live_operator_intro": flag,
        "opt_out_prompt_s": quantity,
        "opt_out_disconnects": flag,
        "opt_out_toll_free": flag,
        "abandon_message_promotes": flag,
    },
)
_FACTS: dict[str, Reader] = {
    "at": instant,
    "channel": word(CHANNELS),
    "method": word(METHODS),
    "purpose": word(PURPOSES),
    "promotes": flag,
    "product": text,
    "caller": _CALLER,
    "principal": _PRINCIPAL,
    "cli": _CLI,
    "number": _NUMBER,
    "callee": _CALLEE,
    "registries": by_code(_REGISTRY),
    "suppressions": list_of(_SUPPRESSION),
    "relationships": list_of(_RELATIONSHIP),
    "consents": list_of(_CONSENT),
    "history": _HISTORY,
    "abandonment": _ABANDONMENT,
    "data": _DATA,
    "setup": _SETUP,
}
_NO_PARTS: Final = {
    "caller": _NO_CALLER,
    "principal": _NO_PRINCIPAL,
    "cli": _NO_CLI,
    "number": _NO_NUMBER,
    "callee": _NO_CALLEE,
    "history": _NO_HISTORY,
    "abandonment": _NO_ABANDONMENT,
    "data": _NO_DATA,
    "setup": _NO_SETUP,
}
_NONE_KNOWN: Final[Mapping[str, Any]] = dict.fromkeys(_FACTS, UNKNOWN) | _NO_PARTS
_read_facts = record(CallFacts, _FACTS, absent=_NO_PARTS)
MOST_PARTS_KNOWN: Final = 20_000
"""A part takes about a kilobyte."""


class FactsReader:
    """Reads as ``CallFacts.from_json`` does, for many questions of one house: a part that was read before, such as the
    caller's, is not read anew. Parts are frozen, so questions may share them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def read(self, given: object) -> CallFacts:
        """Raises: BadFacts, as the other does."""
        if not isinstance(given, Mapping):
            return CallFacts.from_json(given)
        values = dict(_NONE_KNOWN)
        for name, reader in _FACTS.items():
            value = given.get(name)
            if value is not None:
                values[name] = (
                    self._part(name, reader, value) if isinstance(value, dict | list) else reader(value, name)
                )
        return CallFacts(**values)

    def _part(self, name: str, reader: Reader, value: Any) -> Any:
        try:
            key = (name, json.dumps(value, separators=(",", ":")))
        except (TypeError, ValueError):  # Python's own dates, which the reader takes too
            return reader(value, name)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_PARTS_KNOWN:
                self._known.clear()
            found = self._known[key] = reader(value, name)
        return found
