"""What the API says about sellers and caller IDs. The words are those of a call's facts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field


class OrgType(StrEnum):
    COMMERCIAL = "commercial"
    CHARITY = "charity"
    RELIGIOUS = "religious"
    POLITICAL_PARTY = "political_party"
    CANDIDATE = "candidate"
    PUBLIC_BODY = "public_body"
    EDUCATION = "education"
    MEDIA = "media"
    NEWSPAPER = "newspaper"
    RESEARCH = "research"
    NONPROFIT = "nonprofit"
    UNION = "union"


class Sector(StrEnum):
    RETAIL = "retail"
    TELECOM = "telecom"
    ENERGY = "energy"
    FINANCE = "finance"
    INSURANCE = "insurance"
    PENSION = "pension"
    CLAIMS = "claims"
    HEALTH = "health"
    TRAVEL = "travel"
    REAL_ESTATE = "real_estate"
    HOME_IMPROVEMENT = "home_improvement"
    TRAINING = "training"
    DEBT = "debt"
    OFFICE_SUPPLIES = "office_supplies"
    FUNERAL = "funeral"
    OTHER = "other"


class CallerIdKind(StrEnum):
    GEOGRAPHIC = "geographic"
    MOBILE = "mobile"
    FREEPHONE = "freephone"
    SPECIAL = "special"
    DEDICATED = "dedicated"


Country = Annotated[str, Field(pattern=r"^[A-Za-z]{2}$")]
Registration = Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9-]{1,30}$")]
AreaCode = Annotated[str, Field(pattern=r"^[0-9]{2,5}$")]
Web = Annotated[str, Field(max_length=500, pattern=r"^(https?://\S+)?$")]


class SellerIn(Schema):
    name: str = Field(min_length=1, max_length=200)
    brand: str = Field("", max_length=200)
    org_type: OrgType
    sector: Sector
    country: Country
    phone_e164: str = Field("", max_length=16)
    address: str = Field("", max_length=1000)
    registrations: list[Registration] = Field([], max_length=200)
    pays_registry_for: list[AreaCode] = Field([], max_length=500)
    opt_out_url: Web = ""


class SellerChange(Schema):
    """Only what is given changes."""

    name: str = Field(default_factory=str, min_length=1, max_length=200)
    brand: str = Field(default_factory=str, max_length=200)
    org_type: OrgType = Field(default_factory=lambda: OrgType.COMMERCIAL)
    sector: Sector = Field(default_factory=lambda: Sector.OTHER)
    country: Country = Field(default_factory=str)
    phone_e164: str = Field(default_factory=str, max_length=16)
    address: str = Field(default_factory=str, max_length=1000)
    registrations: list[Registration] = Field(default_factory=list, max_length=200)
    pays_registry_for: list[AreaCode] = Field(default_factory=list, max_length=500)
    opt_out_url: Web = Field(default_factory=str)


class SellerOut(Schema):
    id: UUID
    name: str
    brand: str
    org_type: str
    sector: str
    country: str
    phone_e164: str
    address: str
    registrations: list[str]
    pays_registry_for: list[str]
    opt_out_url: str
    created_at: datetime


class CallerIdIn(Schema):
    """``valid_from`` is now where it is left out."""

    e164: str = Field(max_length=16)
    label: str = Field("", max_length=100)
    kind: CallerIdKind
    dialable: bool
    rights_proof: str = Field("", max_length=2000)
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class CallerIdChange(Schema):
    """Only what is given changes."""

    label: str = Field(default_factory=str, max_length=100)
    kind: CallerIdKind = Field(default_factory=lambda: CallerIdKind.GEOGRAPHIC)
    dialable: bool = Field(default_factory=bool)
    rights_proof: str = Field(default_factory=str, max_length=2000)
    valid_until: AwareDatetime | None = None


class CallerIdOut(Schema):
    id: UUID
    seller_id: UUID
    e164: str
    label: str
    kind: str
    dialable: bool
    rights_proof: str
    valid_from: datetime
    valid_until: datetime | None
