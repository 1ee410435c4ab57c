"""Campaigns as the API speaks of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

Mode = Literal["manual", "preview", "progressive", "ratio", "predictive", "broadcast"]
OnMachine = Literal["leave", "hang_up"]
JoinWhileRinging = Literal["no", "silent", "heard"]
State = Literal["draft", "running", "paused", "ended"]


class DispositionIn(Schema):
    code: str = Field(max_length=32)
    label_en: str = ""
    label_tr: str = ""
    key: str = Field("", max_length=2)
    flags: list[str] = []
    wait_s: int | None = Field(None, ge=0)


class DispositionInCampaign(Schema):
    code: str
    label_en: str
    label_tr: str
    key: str
    flags: list[str]
    wait_s: int | None


class RecycleRule(Schema):
    wait_s: int = Field(ge=0)
    max: int = Field(ge=0)


class PoolRules(Schema):
    """When a number of the pool rests: of ``least`` calls or more in ``window_days`` fewer than ``answered_min`` were
    answered, or more than ``complaints_max`` complained about (shares, 0 to 1). After ``rest_days`` it begins anew.
    """

    window_days: int = Field(7, ge=1, le=90)
    least: int = Field(50, ge=10, le=100_000)
    answered_min: float = Field(0.1, ge=0, le=1)
    complaints_max: float = Field(0.002, ge=0, le=1)
    rest_days: int = Field(3, ge=1, le=90)


class CampaignIn(Schema):
    """A new campaign. Required: a name and a template; a list and a caller ID before it can start."""

    name: str = Field(min_length=1, max_length=200)
    template: str
    seller: UUID | None = None
    language: Literal["en", "tr"] = "en"
    settings: CampaignEdit | None = None


class CampaignEdit(Schema):
    """Only what is sent is changed."""

    name: str | None = Field(None, min_length=1, max_length=200)
    purpose: str | None = None
    promotes: bool | None = None
    product: str | None = None
    mode: Mode | None = None
    ratio: Decimal | None = None
    agency: UUID | None = None
    caller_id: UUID | None = None
    script: str | None = None
    language: Literal["en", "tr"] | None = None
    hours: dict[str, list[list[str]]] | None = None
    ring_s_max: int | None = None
    wrap_up_s: int | None = None
    preview_s: int | None = None
    connect_s: Decimal | None = None
    abandon_cap: Decimal | None = None
    confidence: Decimal | None = None
    abandon_message: str | None = None
    recycling: dict[str, RecycleRule] | None = None
    max_attempts: int | None = None
    script_discloses: list[str] | None = None
    setup: dict[str, Any] | None = None
    detect: bool | None = None
    person_cost: int | None = None
    join_while_ringing: JoinWhileRinging | None = None
    flow: UUID | None = None
    flow_agents: bool | None = None
    on_machine: OnMachine | None = None
    broadcast_lines: int | None = None
    broadcast_per_s: Decimal | None = None
    ai_voice: bool | None = None
    pool: list[UUID] | None = None
    pool_rules: PoolRules | None = None
    lists: list[UUID] | None = None
    agents: list[UUID] | None = None
    dispositions: list[DispositionIn] | None = None


CampaignIn.model_rebuild()


class CampaignCopyIn(Schema):
    name: str = ""


class SaidWhyIn(Schema):
    reason: str = ""


class ObstacleOut(Schema):
    code: str
    message: str
    next_step: str
    field: str
    blocks: bool


class DifferenceOut(Schema):
    field: str
    before: Any = None
    after: Any = None


class CampaignRow(Schema):
    """A campaign in the overview."""

    id: UUID
    name: str
    seller: UUID
    seller_name: str
    purpose: str
    mode: Mode
    state: State
    state_at: datetime | None
    version: int
    created_at: datetime


class ListInCampaign(Schema):
    id: UUID
    name: str
    contacts_count: int


class AgentInCampaign(Schema):
    id: UUID
    name: str


class CampaignOut(CampaignRow):
    """Everything a campaign is set to."""

    template: str
    promotes: bool | None
    product: str
    ratio: Decimal
    agency: UUID | None
    agency_name: str
    caller_id: UUID | None
    caller_id_e164: str
    script: str
    language: str
    hours: dict[str, list[list[str]]]
    ring_s_max: int
    wrap_up_s: int
    preview_s: int
    connect_s: Decimal
    abandon_cap: Decimal
    confidence: Decimal | None
    abandon_message: str
    recycling: dict[str, RecycleRule]
    max_attempts: int
    script_discloses: list[str]
    setup: dict[str, Any]
    detect: bool
    person_cost: int
    join_while_ringing: JoinWhileRinging
    flow: UUID | None
    flow_name: str
    flow_version: int | None
    flow_agents: bool
    on_machine: OnMachine
    broadcast_lines: int
    broadcast_per_s: Decimal
    ai_voice: bool
    pool: list[UUID]
    pool_rules: PoolRules
    copied_from: UUID | None
    lists: list[ListInCampaign]
    agents: list[AgentInCampaign]
    dispositions: list[DispositionInCampaign]
    obstacles: list[ObstacleOut]


class VersionOut(Schema):
    version: int
    at: datetime
    by: UUID | None
    changed: list[str]


class FlowIn(Schema):
    """A flow as its author wrote it (``docs/reference/flows.md``)."""

    yaml: str = Field(min_length=1, max_length=1_000_000)


class FlowProblemOut(Schema):
    """What keeps a flow from being used (``alone`` False), or from being played with nobody of ours on the line."""

    node: str
    code: str
    about: str
    says: str
    alone: bool


class FlowCheckOut(Schema):
    """What a flow is, and what is wrong with it; nothing is kept."""

    name: str
    version: int
    sha256: str
    languages: list[str]
    leads_to_agents: bool
    for_machines: bool
    problems: list[FlowProblemOut]


class FlowOut(FlowCheckOut):
    """One version of a flow. It may be heard once ``approved_at`` stands; ``mine``: another must approve it."""

    id: UUID
    created_at: datetime
    by: UUID | None
    approved_at: datetime | None
    approved_by: UUID | None
    archived_at: datetime | None
    mine: bool


class FlowWhole(FlowOut):
    """With its text."""

    yaml: str


class TemplateOut(Schema):
    code: str
    mode: str
    label: str
    purpose: str
    promotes: bool | None
    script: str
    script_discloses: list[str]
    flow: str
    dispositions: list[DispositionInCampaign]


class CatalogueOut(Schema):
    """What the set-up screen offers."""

    templates: list[TemplateOut]
    purposes: list[str]
    disclosures: list[str]
    merge_fields: list[str]
    flags: list[str]
    outcomes: list[str]
    hours: dict[str, list[list[str]]]
    dispositions: list[DispositionInCampaign]


class ScriptIn(Schema):
    """A text to look at, with one contact's values or, without any, a made-up person's."""

    text: str
    contact: UUID | None = None


class ScriptProblemOut(Schema):
    code: str
    at: int
    text: str


class ScriptOut(Schema):
    text: str
    fields: list[str]
    problems: list[ScriptProblemOut]


class PauseCodeIn(Schema):
    code: str = Field(min_length=1, max_length=32)
    label_en: str = ""
    label_tr: str = ""


class PauseCodeOut(Schema):
    code: str
    label_en: str
    label_tr: str
