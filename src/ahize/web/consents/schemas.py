"""Consents, relationships, suppressions and registries as the API speaks of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

Channel = Literal["voice", "sms", "fax", "email"]
DoorName = Literal["voice", "key_press", "sms", "email", "web", "agent", "letter", "registry", "import"]
CoversWhat = Literal["marketing", "everything"]


class SuppressIn(Schema):
    """A number nobody may call. Without a seller it holds for all sellers."""

    number: str
    region: str = Field("", max_length=2)
    seller: UUID | None = None
    channel: Channel | None = None
    covers: CoversWhat = "everything"
    source: str = "screen"
    reason: str = ""


class SuppressionOut(Schema):
    id: UUID
    seller: UUID | None = Field(None, alias="seller_id")
    e164: str
    channel: Channel | None
    covers: CoversWhat
    at: datetime
    source: str
    reason: str
    receipt: str
    by: UUID | None
    end_asked_at: datetime | None
    end_asked_by: UUID | None
    end_reason: str
    ended_at: datetime | None
    end_confirmed_by: UUID | None


class WhyIn(Schema):
    reason: str = Field(min_length=1)


class UploadProblem(Schema):
    row: int
    column: str
    code: str
    value: str
    reason: str


class UploadOut(Schema):
    """What came of a do-not-call list."""

    numbers: int
    new: int
    already: int
    refused: int
    problems: list[UploadProblem]


class ConsentIn(Schema):
    """Someone agreed, in these words. What is not known is left out.

    ``snapshot``: the page, kept before with ``POST /consents/snapshots``. ``window``: hours asked for, like
    ``{"from": "18:00", "to": "19:00", "on": "2026-11-24"}``.
    """

    number: str
    region: str = Field("", max_length=2)
    seller: UUID
    contact: UUID | None = None
    form: str = ""
    level: str = ""
    channels: list[str] = []
    methods: list[str] = []
    purposes: list[str] = []
    brand: str = Field("", max_length=200)
    product: str = Field("", max_length=200)
    window: dict[str, str] | None = None
    given_at: AwareDatetime
    until: AwareDatetime | None = None
    words: str = Field("", max_length=20_000)
    words_version: str = Field("", max_length=60)
    snapshot: UUID | None = None
    source: str = ""
    proof_kept: bool | None = None
    signed: bool | None = None
    conditional: bool | None = None
    flaws: list[str] = []
    trader: bool = False


class EventOut(Schema):
    """What became of a consent."""

    id: UUID
    kind: Literal["revoked", "expired", "registry", "taken_back"]
    at: datetime
    door: str
    said: str
    channels: list[str]
    registry: str
    registry_state: str
    registry_reference: str
    by: UUID | None


class ConsentOut(Schema):
    """A consent and what became of it. ``channels_left``: those that no withdrawal has taken."""

    id: UUID
    seller: UUID = Field(alias="seller_id")
    contact: UUID | None = Field(None, alias="contact_id")
    e164: str
    form: str
    level: str
    channels: list[str]
    channels_left: list[str]
    methods: list[str]
    purposes: list[str]
    brand: str
    product: str
    window: dict[str, str] | None
    given_at: datetime
    until: datetime | None
    ends_at: datetime | None
    is_live: bool
    revoked_at: datetime | None
    revoked_reason: str
    revoked_door: str
    registry_state: str
    words: str
    words_version: str
    snapshot: UUID | None = Field(None, alias="snapshot_id")
    snapshot_name: str
    snapshot_sha256: str
    source: str
    proof_kept: bool | None
    signed: bool | None
    conditional: bool | None
    flaws: list[str]
    events: list[EventOut]


class SnapshotOut(Schema):
    """A page, form or recording as it was kept."""

    id: UUID
    name: str
    size: int
    sha256: str
    created_at: datetime


class RevokeIn(Schema):
    """Somebody takes back what they agreed to. Without a seller: from all; without a channel: on all."""

    number: str
    region: str = Field("", max_length=2)
    seller: UUID | None = None
    channel: Channel | None = None
    door: DoorName
    said: str = Field("", max_length=5_000)
    said_at: AwareDatetime | None = None


class RevokedOut(Schema):
    """The receipt is for the person who asked."""

    receipt: str
    suppression: UUID
    consents: list[UUID]


class RevokeOneIn(Schema):
    door: DoorName
    reason: str = Field("", max_length=5_000)


class EndConsentIn(Schema):
    """``taken_back``: written down in error; ``expired``: it no longer holds."""

    kind: Literal["expired", "taken_back"]
    reason: str = Field(min_length=1, max_length=5_000)


class MomentOut(Schema):
    """One thing that happened to what is on record about a number."""

    at: datetime
    kind: Literal["given", "revoked", "expired", "registry", "taken_back", "suppressed", "suppression_ended"]
    seller: UUID | None
    consent: UUID | None
    channels: list[str]
    form: str
    level: str
    brand: str
    product: str
    words: str
    words_version: str
    snapshot: UUID | None
    snapshot_name: str
    snapshot_sha256: str
    source: str
    door: str
    said: str
    registry: str
    registry_state: str
    covers: str
    by: str


class CheckKeyIn(Schema):
    """A key with which an agency may ask about a seller's suppressions."""

    agency: UUID
    seller: UUID
    tokens_per_day: int = Field(200_000, ge=1, le=10_000_000)


class CheckKeyOut(Schema):
    """A key, and how much was asked with it."""

    id: UUID
    agency: UUID
    agency_name: str
    seller: UUID
    seller_name: str
    tokens_per_day: int
    created_at: datetime
    ended_at: datetime | None
    asked: int
    found: int


class NewCheckKeyOut(CheckKeyOut):
    """``secret`` is shown this once; ``tenant`` stands in the address that the agency asks."""

    secret: str
    tenant: UUID


class CheckIn(Schema):
    """Tokens of numbers, and the proof that the holder of the key asks.

    A token is the HMAC-SHA-256 of a number in E.164 under the key's secret; ``signature`` that of ``at`` and the
    tokens, joined by line breaks; all in hexadecimal.
    """

    key: UUID
    at: str = Field(min_length=1, max_length=40)
    tokens: list[Annotated[str, Field(min_length=64, max_length=64)]] = Field(min_length=1, max_length=10_000)
    signature: str = Field(min_length=64, max_length=64)


class CheckOut(Schema):
    """The tokens that must not be called."""

    suppressed: list[str]
    asked: int
    left_today: int


class ReportOut(Schema):
    """A consent or refusal that a registry must hear of by ``due_at``."""

    id: UUID
    seller: UUID = Field(alias="seller_id")
    registry: str
    e164: str
    channel: str
    granted: bool
    happened_at: datetime
    due_at: datetime
    state: Literal["waiting", "accepted", "refused"]
    tries: int
    problem: str
    answered_at: datetime | None


class RelationshipIn(Schema):
    number: str
    region: str = Field("", max_length=2)
    seller: UUID
    contact: UUID | None = None
    kind: str
    last_on: date
    ended_on: date | None = None
    product: str = ""
    opt_out_offered: bool | None = None
    source: str = ""


class RelationshipOut(Schema):
    id: UUID
    seller: UUID = Field(alias="seller_id")
    contact: UUID | None = Field(None, alias="contact_id")
    e164: str
    kind: str
    last_on: date
    ended_on: date | None
    product: str
    opt_out_offered: bool | None
    source: str


class RegistrySaidOut(Schema):
    """What a registry's copy said of a number at a moment gone by. ``listed`` null: the copy cannot be read."""

    code: str
    listed: bool | None
    version_on: date
    version: str
    loaded_at: datetime


class RegistryOut(Schema):
    """A loaded copy of a registry. Empty ``areas``: all of it.

    ``inferred``: nobody publishes its layout; ``read_from`` names the columns that were taken for it, ``attributes``
    what whoever loaded it said that the register bars of each number.
    """

    id: UUID
    seller: UUID = Field(alias="seller_id")
    code: str
    as_of: date
    age_days: int
    areas: list[str]
    rows: int
    sha256: str
    loaded_at: datetime
    by: UUID | None
    inferred: bool
    attributes: dict[str, list[str]]
    read_from: list[str]
