"""The words of the reports API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema


class FigureOut(Schema):
    """One figure. ``cell`` is its name, and opens its calls."""

    cell: str
    key: str
    label_en: str
    label_tr: str
    n: int


class HourOut(Schema):
    """Attempts and answers of one hour of the day, in the report's zone."""

    hour: int
    attempts: int
    answered: int


class CampaignReport(Schema):
    """What came of a campaign. ``as_of`` is when it was counted; days are those of ``zone``."""

    campaign: UUID
    name: str
    as_of: datetime
    zone: str
    since: date | None
    until: date | None
    contacts_in_lists: int
    funnel: list[FigureOut]
    outcomes: list[FigureOut]
    dispositions: list[FigureOut]
    hours: list[HourOut]
    talk_s: float
    talk_s_mean: float | None


class BehindOut(Schema):
    """One attempt behind a figure."""

    id: UUID
    at: datetime
    contact: UUID
    name: str
    number: str
    verdict: str
    outcome: str
    disposition: str
    agent: str
    talk_s: float | None


class BehindPage(Schema):
    """Attempts behind a figure, newest first; ``total`` equals the figure (for talk seconds: the talks)."""

    cell: str
    total: int
    items: list[BehindOut]


class FoundPhone(Schema):
    """A number in a search result."""

    e164: str
    label: str
    line_type: str
    state: str


class FoundContact(Schema):
    """One search result."""

    id: UUID
    name: str
    company: str
    place: str
    list_name: str
    phones: list[FoundPhone]


class PhonePage(Schema):
    """A phone with its own state; a wrong number retires the phone, not the person."""

    id: UUID
    e164: str
    label: str
    line_type: str
    state: str
    state_reason: str
    state_at: datetime | None
    zones: list[str]
    regions: list[str]
    suppressed: bool


class SuppressionOnPage(Schema):
    """A number that asked to be left in peace."""

    id: UUID
    e164: str
    covers: str
    channel: str | None
    at: datetime
    source: str
    reason: str
    receipt: str
    every_seller: bool
    ended_at: datetime | None
    end_asked: bool
    end_asked_by: UUID | None
    end_reason: str


class ConsentOnPage(Schema):
    """A consent on record. ``channels_left``: those that no withdrawal has taken; empty where it never named any."""

    id: UUID
    e164: str
    form: str
    level: str
    channels: list[str]
    channels_left: list[str]
    given_at: datetime
    until: datetime | None
    ends_at: datetime | None
    is_live: bool
    revoked_at: datetime | None
    revoked_door: str
    registry_state: str
    words: str
    words_version: str
    source: str


class RelationshipOnPage(Schema):
    """What ties the person to the seller."""

    id: UUID
    kind: str
    last_on: date
    ended_on: date | None
    product: str
    source: str


class ChangeOut(Schema):
    """A corrected field."""

    field: str
    before: str
    after: str
    at: datetime
    by: str


class ContactPage(Schema):
    """A contact's page without its attempts."""

    id: UUID
    name: str
    first_name: str
    last_name: str
    company: str
    address: str
    city: str
    region: str
    postal_code: str
    country: str
    email: str
    language: str
    capacity: str
    external_id: str
    fields: dict[str, str]
    seller: UUID
    seller_name: str
    list_id: UUID
    list_name: str
    row: int
    phones: list[PhonePage]
    suppressions: list[SuppressionOnPage]
    consents: list[ConsentOnPage]
    relationships: list[RelationshipOnPage]
    changes: list[ChangeOut]


class AbandonmentDefinition(Schema):
    """How abandoned calls are counted: by a law (``key``: its layer), or by the plain day.

    ``counted``: ``rolling`` the last 24 hours; ``month`` the calendar month; ``successive`` stretches of
    ``period_days`` from the campaign's start; ``day`` today. ``house_share``: the house's stricter cap.
    """

    key: str
    rule: str
    title: str
    title_tr: str
    cites: list[str]
    share_max: float | None
    house_share: float | None
    period_days: int
    counted: Literal["rolling", "month", "successive", "day"]


class AbandonmentCount(Schema):
    key: str
    since: datetime
    live: int
    abandoned: int
    share: float


class AbandonmentCampaign(Schema):
    id: UUID
    name: str
    counts: list[AbandonmentCount]


class AbandonmentOut(Schema):
    """Every campaign by every definition, in the order of ``definitions``."""

    at: datetime
    zone: str
    definitions: list[AbandonmentDefinition]
    campaigns: list[AbandonmentCampaign]
