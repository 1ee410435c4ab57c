"""The words of the calls API: what goes in, what comes out. Ids and codes; the screen has the sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

from ahize.web.lines.schemas import PhoneOut, PhoneState

SeatStateName = Literal["closed", "paused", "ready", "previewing", "ringing", "talking", "wrap_up"]


class CampaignBrief(Schema):
    """A campaign as a seat needs to know it."""

    id: UUID
    name: str
    mode: str
    state: str
    language: str


class PhoneOnCard(Schema):
    """One number of a contact."""

    id: UUID
    e164: str
    label: str
    line_type: str
    state: str


class ContactField(Schema):
    """One field on the card; ``editable`` where the agent may correct it."""

    name: str
    value: str
    editable: bool


class ContactCard(Schema):
    """Who it is. ``local_time`` carries the person's own offset, None where the zone is not known for certain."""

    id: UUID
    name: str
    place: str
    zone: str
    local_time: str | None
    language: str
    phones: list[PhoneOnCard]
    fields: list[ContactField]


class WhyCalled(Schema):
    """Why this person is called now, and what the call must carry."""

    origin: str
    list: str
    source: str
    purpose: str
    seller: str
    attempts: int
    callback_at: datetime | None = None
    promised_by: str = ""
    duties: Sequence[str] = Field(default_factory=tuple)


class PastAttempt(Schema):
    """One earlier attempt on the card, newest first."""

    id: UUID
    at: datetime
    campaign: str
    verdict: str
    outcome: str
    disposition: str
    agent: str
    talk_s: float | None
    notes: str


class DispositionOut(Schema):
    """A disposition that makes sense now. ``key`` is its one key."""

    code: str
    label_en: str
    label_tr: str
    key: str
    flags: list[str]


class NotesOut(Schema):
    """The draft: what the agent typed and chose so far. ``version`` goes up by one with each save."""

    text: str
    code: str
    version: int


class OtherOut(Schema):
    """Somebody else of the house in the call."""

    name: str
    kind: Literal["talk", "consult", "barge"]


class TalkOut(Schema):
    """How a talk stands. ``consulting`` names the colleague who is asked to take it, ``transferred_from`` who gave."""

    held: bool
    recording_paused: bool
    three_way: bool
    consulting: str
    transferred_from: str
    others: list[OtherOut]


class CallOut(Schema):
    """The call on the agent's screen. ``live`` False: it ended, the wrap-up runs or ran out."""

    id: UUID
    live: bool
    number: str
    contact: ContactCard
    why: WhyCalled
    history: list[PastAttempt]
    script: str
    dispositions: list[DispositionOut]
    notes: NotesOut
    originated_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    outcome: str
    disposition: str
    talk: TalkOut


class OfferOut(Schema):
    """A contact shown before anything rings (preview)."""

    number: str
    contact: ContactCard
    why: WhyCalled
    history: list[PastAttempt]
    script: str


class SeatCounts(Schema):
    """The agent's own day (by the tenant's clock, since 00:00 UTC of the working day)."""

    talks: int
    talk_s: float
    sales: int
    callbacks: int
    to_fix: int


class SeatOut(Schema):
    """The agent's seat, whole: what the screen shows follows from this alone.

    ``reason`` is why nothing comes, as a code: ``dialer_not_running``, ``gate_away``, ``stopped``, ``campaign_draft``,
    ``campaign_paused``, ``campaign_ended``, ``campaign_missing``, ``nothing_due``, ``waiting_for_call``, or the
    engine's own word; empty where something comes. Where calls reach agents by telephone also ``no_phone`` (none, or it
    has not registered yet) and ``phone_lost``.
    ``mine`` is False where another tab sits here: then this tab is read-only. ``leaving`` is the code of a pause that
    begins as soon as those who ring for this seat let it, by ``deadline`` at the latest; asked again it begins at once.
    """

    id: UUID | None
    state: SeatStateName
    since: datetime
    now: datetime
    deadline: datetime | None
    reason: str
    pause_code: str
    finish_after: bool
    leaving: str
    shift_ends_at: datetime | None
    mine: bool
    session: UUID | None
    campaign: CampaignBrief | None
    offer: OfferOut | None
    call: CallOut | None
    counts: SeatCounts
    phone: PhoneOut


class OpenIn(Schema):
    """Sit down. ``session`` is the tab's own id; ``take_over`` ends another tab's hold; ``shift_ends_at`` is until when
    the agent is there, where they say."""

    campaign: UUID
    session: UUID
    take_over: bool = False
    shift_ends_at: AwareDatetime | None = None


class ShiftIn(Schema):
    """Until when the agent is there, at most 16 hours from now; null: nobody knows."""

    at: AwareDatetime | None = None


class PauseIn(Schema):
    """Step back, with one of the pause codes."""

    code: str = Field(max_length=32)


class FinishIn(Schema):
    """This call is the last for now, or (False) is not."""

    on: bool = True


class DialIn(Schema):
    """Dial one: exactly one of the offered ``contact`` (preview), a ``callback``, or a typed ``number``."""

    contact: UUID | None = None
    callback: UUID | None = None
    number: str | None = Field(None, max_length=40)
    region: str | None = Field(None, max_length=2)


class NotesIn(Schema):
    """Save the draft. ``version`` is the last one seen: an older one is refused with 409 ``draft_changed``."""

    text: str = Field("", max_length=20_000)
    code: str = Field("", max_length=32)
    version: int = 0


class DisposeIn(Schema):
    """What the call came to. ``idempotency_key``: the same key twice makes one record and the same answer."""

    code: str = Field(max_length=32)
    notes: str | None = Field(None, max_length=20_000)
    callback_at: datetime | None = None
    callback_mine: bool = True
    idempotency_key: str = Field(min_length=8, max_length=80)


class DisposedOut(Schema):
    """The record made. ``receipt`` where the person is now suppressed; ``undo_until`` while it can be taken back."""

    id: UUID
    attempt: UUID
    code: str
    at: datetime
    callback: UUID | None
    receipt: str
    undo_until: datetime


class RemoveMeIn(Schema):
    """In the person's words, or the agent's."""

    reason: str = Field("", max_length=2_000)
    everything: bool = True


class ReceiptOut(Schema):
    """The proof to read out: this number is not called again."""

    receipt: str
    at: datetime
    number: str


class ContactPatch(Schema):
    """Fields the agent corrects, by name; what stood there before is kept."""

    fields: dict[str, str]


class CallbackOut(Schema):
    """A promised call. ``due`` when its time has come; ``anyone`` when its owner was away too long."""

    id: UUID
    at: datetime
    local_time: str | None
    zone: str
    contact: UUID
    name: str
    number: str
    campaign: CampaignBrief
    mine: bool
    owner: str
    due: bool
    anyone: bool
    notes: str


class SlotOut(Schema):
    """A time that can be promised, or why it can't (``because`` is a plain sentence of the law)."""

    at: datetime
    local_time: str
    lawful: bool
    because: str = ""


class ToFixOut(Schema):
    """A talk whose wrap-up ran out without a disposition."""

    attempt: UUID
    at: datetime
    name: str
    campaign: CampaignBrief
    agent: str
    talk_s: float | None
    notes: NotesOut
    dispositions: list[DispositionOut]


class CorrectDispositionIn(Schema):
    """A better disposition; the original stays on record."""

    code: str = Field(max_length=32)
    reason: str = Field(min_length=1, max_length=2_000)
    idempotency_key: str = Field(min_length=8, max_length=80)


class FloorSeat(Schema):
    """A seat on the wallboard."""

    id: UUID
    user: UUID
    name: str
    state: SeatStateName
    since: datetime
    deadline: datetime | None
    campaign: UUID | None
    pause_code: str
    finish_after: bool
    leaving: str
    shift_ends_at: datetime | None
    silent: bool
    attempt: UUID | None
    talks: int
    phone: PhoneState
    held: bool


class Budget(Schema):
    """Abandonment of the law's period: what happened, the cap, and how many more the period allows today."""

    live_answers: int
    abandoned: int
    share: float
    cap: float
    left: int
    period_days: int


class ForecastOut(Schema):
    """Why a campaign that predicts dials so many ahead.

    ``freeing`` seats are expected to be free within ``within_s``; the ``in_air`` dials are worth so many live answers;
    ``allowance`` calls may be in the air beyond the free seats. ``decides``: whose definition leaves the least: empty
    the campaign's own limit, a country's law by its code, ``day:house``, or ``day:seller:`` and the seller.
    """

    dials: int
    free: int
    freeing: float
    within_s: float
    in_air: int
    worth: float
    allowance: int
    decides: str


class FloorCampaign(Schema):
    """A campaign on the wallboard. ``hopper`` is what is due now; ``in_flight`` rings or waits for a greeting.

    ``confidence`` is how surely one that predicts keeps its budget; null: strictly.
    """

    id: UUID
    name: str
    mode: str
    state: str
    seats: int
    talking: int
    ready: int
    in_flight: int
    hopper: int
    leased: int
    attempts: int
    answered: int
    answer_rate: float | None
    contacts_per_hour: float
    confidence: float | None
    budget: Budget
    forecast: ForecastOut | None


class FloorCall(Schema):
    """A call in the air."""

    id: UUID
    campaign: UUID
    state: Literal["dialled", "ringing", "answered", "talking"]
    since: datetime
    seat: UUID | None


class FloorOut(Schema):
    """The wallboard."""

    now: datetime
    dialer_running: bool
    gate_up: bool
    stopped: bool
    seats: list[FloorSeat]
    calls: list[FloorCall]
    campaigns: list[FloorCampaign]
    today: dict[str, int]


class MoveIn(Schema):
    """Move a seat to another campaign from its next call."""

    campaign: UUID


class StopIn(Schema):
    """No further originate; ``hang_up`` also ends what is in the air."""

    hang_up: bool = False


class Ok(Schema):
    """Done, and as of when."""

    at: datetime


class BarOut(Schema):
    """A rule that bars, why, and where it is written."""

    rule: str
    ground: str
    because: str
    cites: list[str]


class RulingOut(Schema):
    """The rulebook's answer (``law/facts.md``) with its sentences."""

    verdict: str
    bars: list[dict[str, Any]]
    unknown: list[str]
    duties: list[str]
    lawful_until: str | None
    next_lawful: str | None
    rulebook: str
    tzdata: str
    house: str = ""
    off: list[str] = []
    federal_only: bool
    sentences: list[str]
    facts: dict[str, Any] | None = None


class MayWeIn(Schema):
    """May we call? A campaign, and a contact of its lists or a bare number."""

    campaign: UUID
    contact: UUID | None = None
    number: str | None = Field(None, max_length=40)
    region: str | None = Field(None, max_length=2)
    at: datetime | None = None


class AttemptOut(Schema):
    """One attempt for the contact's page."""

    id: UUID
    at: datetime
    campaign: str
    campaign_id: UUID
    contact: UUID
    number: str
    method: str
    origin: str
    verdict: str
    outcome: str
    cause: int | None
    agent: str
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    talk_s: float | None
    disposition: str
    notes: str
    sentences: list[str]
    bars: list[dict[str, Any]]


class RecordOut(Schema):
    """One disposition record of an attempt, oldest first."""

    id: UUID
    code: str
    by: str
    at: datetime
    notes: str
    reason: str
    corrects: UUID | None


class LegOut(Schema):
    """Who of the house was in a call, as what, over ``[since, until)``."""

    name: str
    kind: Literal["talk", "consult", "listen", "whisper", "barge"]
    since: datetime
    until: datetime | None


class AttemptDetail(AttemptOut):
    """One attempt with all that was decided and said."""

    facts: dict[str, Any]
    ruling: dict[str, Any]
    rulebook: str
    tzdata: str
    records: list[RecordOut]
    legs: list[LegOut]
    flow_outcome: str
    stop_receipt: str
    permit: dict[str, Any] | None
