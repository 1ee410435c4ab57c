"""What the API says about sellers, agencies, their evidence and caller IDs. The words are those of a call's facts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from ahize.web.tenants.kinds import EvidenceKind


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


class CallsAs(StrEnum):
    """As what somebody calls for a seller."""

    IN_HOUSE = "in_house"
    OUTSOURCED = "outsourced"
    TELEFUNDER = "telefunder"
    VOLUNTEER = "volunteer"


Country = Annotated[str, Field(pattern=r"^[A-Za-z]{2}$")]
Region = Annotated[str, Field(pattern=r"^([A-Za-z]{2}-[A-Za-z0-9]{1,3})?$")]
Web = Annotated[str, Field(max_length=500, pattern=r"^(https?://\S+)?$")]


class SellerIn(Schema):
    name: str = Field(min_length=1, max_length=200)
    brand: str = Field("", max_length=200)
    org_type: OrgType
    sector: Sector
    country: Country
    region: Region = ""
    phone_e164: str = Field("", max_length=16)
    address: str = Field("", max_length=1000)
    opt_out_url: Web = ""


class SellerChange(Schema):
    """Only what is given changes."""

    name: str = Field(default_factory=str, min_length=1, max_length=200)
    brand: str = Field(default_factory=str, max_length=200)
    org_type: OrgType = Field(default_factory=lambda: OrgType.COMMERCIAL)
    sector: Sector = Field(default_factory=lambda: Sector.OTHER)
    country: Country = Field(default_factory=str)
    region: Region = Field(default_factory=str)
    phone_e164: str = Field(default_factory=str, max_length=16)
    address: str = Field(default_factory=str, max_length=1000)
    opt_out_url: Web = Field(default_factory=str)


class SellerOut(Schema):
    """A seller. What it is registered for stands in its evidence records; the lists here are what holds now."""

    id: UUID
    name: str
    brand: str
    org_type: str
    sector: str
    country: str
    region: str
    phone_e164: str
    address: str
    registrations: list[str]
    pays_registry_for: list[str]
    registered_charity_in: list[str]
    brand_registered_in: list[str]
    opt_out_url: str
    created_at: datetime


class AgencyIn(Schema):
    """Who calls on sellers' behalf; ``country`` and ``region`` are where its people sit."""

    name: str = Field(min_length=1, max_length=200)
    role: CallsAs
    country: Country
    region: Region = ""
    phone_e164: str = Field("", max_length=16)
    address: str = Field("", max_length=1000)


class AgencyChange(Schema):
    """Only what is given changes. ``ended``: it no longer calls."""

    name: str = Field(default_factory=str, min_length=1, max_length=200)
    role: CallsAs = Field(default_factory=lambda: CallsAs.OUTSOURCED)
    country: Country = Field(default_factory=str)
    region: Region = Field(default_factory=str)
    phone_e164: str = Field(default_factory=str, max_length=16)
    address: str = Field(default_factory=str, max_length=1000)
    ended: bool = Field(default_factory=bool)


class AgencyOut(Schema):
    id: UUID
    name: str
    role: CallsAs
    country: str
    region: str
    phone_e164: str
    address: str
    ended_at: datetime | None
    created_at: datetime


class EvidenceOut(Schema):
    """A proof of a status. ``until`` is when it ends or ended, by its date or by hand; ``None``: without end."""

    id: UUID
    seller: UUID | None = Field(None, alias="seller_id")
    agency: UUID | None = Field(None, alias="agency_id")
    kind: EvidenceKind
    code: str
    number: str
    account: str
    areas: list[str]
    note: str
    document_name: str
    document_size: int
    document_sha256: str
    valid_from: datetime
    valid_until: datetime | None
    until: datetime | None
    created_at: datetime
    by: UUID | None
    ended_at: datetime | None
    end_reason: str


class EvidenceKindOut(Schema):
    """A kind of evidence: whose it must be, how its code looks, and whether it is paid for by area code."""

    kind: EvidenceKind
    whose: str
    example: str
    areas: bool
    numbered: bool


class EndIn(Schema):
    reason: str = Field(min_length=1, max_length=1000)


class CallerIdIn(Schema):
    """``valid_from`` is now where it is left out."""

    e164: str = Field(max_length=16)
    label: str = Field("", max_length=100)
    kind: CallerIdKind
    dialable: bool
    route_country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    rights_proof: str = Field("", max_length=2000)
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class CallerIdChange(Schema):
    """Only what is given changes."""

    label: str = Field(default_factory=str, max_length=100)
    kind: CallerIdKind = Field(default_factory=lambda: CallerIdKind.GEOGRAPHIC)
    dialable: bool = Field(default_factory=bool)
    route_country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = Field(default_factory=str)
    rights_proof: str = Field(default_factory=str, max_length=2000)
    valid_until: AwareDatetime | None = None


class CallerIdOut(Schema):
    id: UUID
    seller_id: UUID
    e164: str
    label: str
    kind: str
    dialable: bool
    route_country: str
    rights_proof: str
    valid_from: datetime
    valid_until: datetime | None
    proven_at: datetime | None = None
