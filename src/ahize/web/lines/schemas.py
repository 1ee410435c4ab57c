"""Lines as the API speaks of them. Secrets go in and never come out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

Codec = Literal["ulaw", "alaw", "g722", "opus", "gsm"]
Kind = Literal["registration", "ip"]
TransportName = Literal["udp", "tcp", "tls"]
Level = Literal["", "A", "B", "C"]
PhoneKindName = Literal["browser", "sip", "number"]
PhoneState = Literal["none", "waiting", "up", "lost"]
TrunkStateName = Literal["registered", "reachable", "unreachable", "rejected", "disabled", "unknown"]
SwitchStateName = Literal["up", "stale", "away"]
Spend = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=5)]


class Price(Schema):
    """What a call costs to numbers that begin with ``prefix`` (digits of E.164; empty: all others).

    ``first_s`` is charged at least, then every ``then_s`` that has begun.
    """

    prefix: str = Field("", max_length=15)
    per_minute: Amount
    first_s: int = Field(60, ge=1, le=3600)
    then_s: int = Field(60, ge=1, le=3600)


class TrunkIn(Schema):
    """A new trunk. ``secret`` and ``stir_key`` are written and never shown.

    ``spend_max``: the most that may be spent over it in 24 hours; a call whose price is not known is then not dialled.
    ``watched``: it is asked every 15 seconds if it is there; off for a carrier that does not answer OPTIONS.
    """

    name: str = Field(min_length=1, max_length=100)
    kind: Kind
    host: str = Field(min_length=1, max_length=253)
    port: int = 5060
    transport: TransportName = "udp"
    username: str = Field("", max_length=100)
    secret: str = Field("", max_length=200)
    codecs: list[str] = ["ulaw", "alaw"]
    channels_max: int = 30
    per_second_max: Decimal = Decimal(10)
    spend_max: Spend | None = None
    currency: str = ""
    prices: list[Price] = []
    caller_ids: list[str] = []
    attestation: Level = ""
    stir_key: str = Field("", max_length=10_000)
    certificate: str = Field("", max_length=20_000)
    certificate_url: str = Field("", max_length=500)
    watched: bool = True
    enabled: bool = True


class TrunkChange(Schema):
    """Only what is sent changes; an empty ``secret`` or ``stir_key`` takes it away."""

    name: str = Field(default_factory=str, min_length=1, max_length=100)
    kind: Kind = Field(default_factory=lambda: "ip")
    host: str = Field(default_factory=str, min_length=1, max_length=253)
    port: int = Field(default_factory=int)
    transport: TransportName = Field(default_factory=lambda: "udp")
    username: str = Field(default_factory=str, max_length=100)
    secret: str = Field(default_factory=str, max_length=200)
    codecs: list[str] = Field(default_factory=list)
    channels_max: int = Field(default_factory=int)
    per_second_max: Decimal = Field(default_factory=Decimal)
    spend_max: Spend | None = None
    currency: str = Field(default_factory=str)
    prices: list[Price] = Field(default_factory=list)
    caller_ids: list[str] = Field(default_factory=list)
    attestation: Level = Field(default_factory=lambda: "")
    stir_key: str = Field(default_factory=str, max_length=10_000)
    certificate: str = Field(default_factory=str, max_length=20_000)
    certificate_url: str = Field(default_factory=str, max_length=500)
    watched: bool = Field(default_factory=bool)
    enabled: bool = Field(default_factory=bool)


class TrunkState(Schema):
    """How the gate last found it. ``reason`` is the far end's own word; ``channels`` are in use now."""

    state: TrunkStateName
    reason: str
    since: datetime | None
    channels: int


class TrunkOut(Schema):
    """A trunk without its secrets; ``has_secret`` and ``has_stir_key`` say whether there are any."""

    id: UUID
    name: str
    kind: Kind
    host: str
    port: int
    transport: TransportName
    username: str
    has_secret: bool
    codecs: list[str]
    channels_max: int
    per_second_max: Decimal
    spend_max: Decimal | None
    currency: str
    prices: list[Price]
    caller_ids: list[str]
    attestation: Level
    has_stir_key: bool
    certificate: str
    certificate_url: str
    certificate_until: datetime | None
    watched: bool
    enabled: bool
    created_at: datetime
    state: TrunkState


class SwitchOut(Schema):
    """How the switch stands. ``away``: no gate has said anything; ``stale``: its own events are late."""

    state: SwitchStateName
    reason: str
    since: datetime | None
    version: str
    up_since: datetime | None
    seen_at: datetime | None


class LinesOut(Schema):
    """The whole screen of lines."""

    now: datetime
    switch: SwitchOut
    trunks: list[TrunkOut]
    codecs: list[str]


class OwnNumberIn(Schema):
    """A telephone number of one's own; ``mine`` confirms that it is."""

    number: str = Field(max_length=40)
    region: str | None = Field(None, max_length=2)
    mine: bool


class OwnNumberOut(Schema):
    """A number that somebody says is theirs. It may be called once ``approved_at`` stands."""

    id: UUID
    user: UUID
    name: str
    e164: str
    at: datetime
    approved_at: datetime | None
    mine: bool


class SoundOut(Schema):
    """One version of a recording. It may be played once ``approved_at`` stands; ``mine``: another must approve it."""

    id: UUID
    name: str
    language: str
    version: int
    use: Literal["voicemail", "prompt"]
    seconds: float
    text: str
    sha256: str
    created_at: datetime
    by: UUID | None
    approved_at: datetime | None
    approved_by: UUID | None
    archived_at: datetime | None
    mine: bool


class PhoneIn(Schema):
    """What to hear with. ``number`` names one of one's own approved numbers, where ``kind`` is number."""

    kind: PhoneKindName
    own_number: UUID | None = None


class PhoneMade(Schema):
    """Credentials for this login, told once. ``ws`` for a browser, ``host`` and ``port`` for a SIP phone."""

    kind: PhoneKindName
    user: str
    password: str
    realm: str
    ws: str
    host: str
    port: int
    number: str
    until: datetime


class PhoneOut(Schema):
    """The phone of a seat. ``needed``: without one that is up, no call comes."""

    kind: PhoneKindName | None
    state: PhoneState
    needed: bool
    number: str = ""
