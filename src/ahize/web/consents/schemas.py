"""Consents, relationships, suppressions and registries as the API speaks of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

Channel = Literal["voice", "sms", "fax", "email"]
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
    """Someone agreed. What is not known is left out."""

    number: str
    region: str = Field("", max_length=2)
    seller: UUID
    contact: UUID | None = None
    form: str = ""
    level: str = ""
    channels: list[str] = []
    methods: list[str] = []
    purposes: list[str] = []
    given_at: datetime
    until: datetime | None = None
    words: str = ""
    source: str = ""
    proof_kept: bool | None = None
    signed: bool | None = None
    conditional: bool | None = None
    flaws: list[str] = []


class ConsentOut(Schema):
    id: UUID
    seller: UUID = Field(alias="seller_id")
    contact: UUID | None = Field(None, alias="contact_id")
    e164: str
    form: str
    level: str
    channels: list[str]
    methods: list[str]
    purposes: list[str]
    given_at: datetime
    until: datetime | None
    revoked_at: datetime | None
    revoked_reason: str
    words: str
    source: str
    proof_kept: bool | None
    signed: bool | None
    conditional: bool | None
    flaws: list[str]


class RelationshipIn(Schema):
    number: str
    region: str = Field("", max_length=2)
    seller: UUID
    contact: UUID
    kind: str
    last_on: date
    ended_on: date | None = None
    product: str = ""
    opt_out_offered: bool | None = None
    source: str = ""


class RelationshipOut(Schema):
    id: UUID
    seller: UUID = Field(alias="seller_id")
    contact: UUID = Field(alias="contact_id")
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
    """A loaded copy of a registry. Empty ``areas``: all of it."""

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
