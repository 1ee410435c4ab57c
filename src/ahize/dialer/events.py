"""Every event the engine hears, in the past tense: from the switch, the store, clearance, and from people.

Frozen values that survive a journey through the journal as JSON. An event that comes out of turn is a surprise: the
engine counts it and goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from ahize.calls.events import CallEvent
from ahize.compliance.ruling import Permit
from ahize.dialer.values import (
    CampaignSettings,
    Candidate,
    Ears,
    SeatState,
    TransferEnd,
)
from ahize.kernel.ids import AttemptId, CallId, CampaignId, SeatId, SellerId


@dataclass(frozen=True, slots=True)
class OpenCall:
    """An attempt that had no outcome when the last dialer stopped.

    ``said`` is the disposition an agent chose before the end of the talk, where one did.
    """

    attempt: AttemptId
    candidate: Candidate
    state: Literal["dialed", "ringing", "answered", "talking"]
    since: datetime
    seat: SeatId | None
    said: Disposed | None = None


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """A seat that was not closed when the last dialer stopped. ``alive`` says whether its screen is still heard.

    ``candidate`` is the contact of a talk that has ended and waits for its disposition: its call is no longer open,
    yet the engine must know whom to recycle. ``said`` is its disposition, where it was given and not yet heard.
    ``until`` is the end of its shift, where somebody said; ``since`` is when it came into its state, where one knows.
    """

    seat: SeatId
    campaign: CampaignId | None
    state: SeatState
    alive: bool
    attempt: AttemptId | None
    deadline: datetime | None
    pause_code: str
    finish_after: bool
    candidate: Candidate | None = None
    said: Disposed | None = None
    until: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """The first event of every dialer's life: what stands open, and the campaigns. Empty on the very first day.

    ``seed`` starts this life's chance, so that its journal replays by itself; a shell draws a new one each time.
    ``lines`` is how many trunk channels the floor has. With ``phones`` a seat is ready only while its telephone is up:
    none is until ``PhoneUp`` was said of it, which the switch does of all that are after each connection.
    """

    epoch: int
    campaigns: tuple[CampaignSettings, ...] = ()
    seats: tuple[OpenSeat, ...] = ()
    calls: tuple[OpenCall, ...] = ()
    stopped: bool = False
    seed: int = 0
    lines: int = 2500
    phones: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """The alarm that ``wakeup`` asked for rang."""


@dataclass(frozen=True, slots=True)
class Leased:
    """The store leased these; fewer than asked means that there are no more for now."""

    campaign: CampaignId
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Cleared:
    """Clearance sealed a permit."""

    attempt: AttemptId
    permit: Permit


@dataclass(frozen=True, slots=True)
class Barred:
    """Clearance said no. ``next_lawful`` is when the clock alone would change that; None means not by waiting."""

    attempt: AttemptId
    grounds: tuple[str, ...]
    next_lawful: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignSet:
    """A campaign was started, edited, paused or ended: these settings hold from the next permit."""

    settings: CampaignSettings


@dataclass(frozen=True, slots=True)
class SeatReady:
    """An agent can take a call for this campaign."""

    seat: SeatId
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class SeatPaused:
    """An agent stepped back; ``code`` says why. In a talk it holds from the end of the wrap-up.

    With ``waits`` a free seat that calls ring for goes as soon as no cap needs it any more, at the latest when they
    have ended; asked a second time it goes at once.
    """

    seat: SeatId
    code: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class ShiftEnds:
    """Until when this seat's agent is there; None: nobody knows."""

    seat: SeatId
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosingHeard:
    """The agent hears that this talk comes to its end."""

    seat: SeatId
    call: CallId


@dataclass(frozen=True, slots=True)
class SeatClosed:
    """An agent signed off, or was logged out."""

    seat: SeatId


@dataclass(frozen=True, slots=True)
class SeatLost:
    """The agent's screen has been silent too long: no call goes there."""

    seat: SeatId


@dataclass(frozen=True, slots=True)
class FinishAsked:
    """This call is the agent's last for now (``on`` False takes that back)."""

    seat: SeatId
    on: bool


@dataclass(frozen=True, slots=True)
class DialAsked:
    """An agent asked to dial this one: preview accepted, callback, or a typed number."""

    seat: SeatId
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class SkipAsked:
    """An agent looked and passed; the contact goes back to the list."""

    seat: SeatId


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """The agent ends the call."""

    seat: SeatId
    call: CallId


@dataclass(frozen=True, slots=True)
class Disposed:
    """The agent said what it came to. ``again_at`` None with ``final`` False leaves it to the campaign's recycling."""

    attempt: AttemptId
    seat: SeatId
    code: str
    final: bool
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class StopAsked:
    """No further originate, for one campaign or (None) for all; ``hang_up`` also ends what is in the air."""

    campaign: CampaignId | None
    hang_up: bool


@dataclass(frozen=True, slots=True)
class ResumeAsked:
    """Dialling may go on after a stop of everything."""


@dataclass(frozen=True, slots=True)
class NumberSuppressed:
    """This number asked to be left in peace, by one seller or (None) by all."""

    number: str
    seller: SellerId | None


@dataclass(frozen=True, slots=True)
class PhoneUp:
    """The telephone of this seat is there, and its leg is kept up."""

    seat: SeatId


@dataclass(frozen=True, slots=True)
class PhoneLost:
    """The telephone of this seat is gone: its agent hears nothing and is not heard."""

    seat: SeatId


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """The agent lets the person hear music (``on``), or speaks with them again."""

    seat: SeatId
    call: CallId
    on: bool


@dataclass(frozen=True, slots=True)
class DigitsAsked:
    """The agent presses keys in the talk: 0 to 9, star, hash, A to D."""

    seat: SeatId
    call: CallId
    digits: str


@dataclass(frozen=True, slots=True)
class RecordingPauseAsked:
    """Nothing of what follows may be recorded (``on``), or it may again."""

    seat: SeatId
    call: CallId
    on: bool


@dataclass(frozen=True, slots=True)
class DropAsked:
    """It is a machine: leave this approved recording on it. The agent is free at once."""

    seat: SeatId
    call: CallId
    sound: UUID


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """Hand the person over: to one seat, or to who waits longest in a campaign (None: this one).

    ``warm``: the two agents speak first, while the person hears music.
    """

    seat: SeatId
    call: CallId
    to: SeatId | None
    campaign: CampaignId | None
    warm: bool


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """After a warm beginning: hand over, take the person back, or let all three speak."""

    seat: SeatId
    call: CallId
    how: TransferEnd


@dataclass(frozen=True, slots=True)
class ParkAsked:
    """The person waits with music and belongs to nobody (``on``), or this seat takes them."""

    seat: SeatId
    call: CallId
    on: bool


@dataclass(frozen=True, slots=True)
class EarsAsked:
    """A supervisor wants to hear this seat's talk, to whisper to the agent, to join in, or to take the person over."""

    supervisor: SeatId
    seat: SeatId
    how: Ears


Event = (
    CallEvent
    | Recovered
    | Tick
    | Leased
    | Cleared
    | Barred
    | CampaignSet
    | SeatReady
    | SeatPaused
    | ShiftEnds
    | ClosingHeard
    | SeatClosed
    | SeatLost
    | FinishAsked
    | DialAsked
    | SkipAsked
    | HangUpAsked
    | Disposed
    | StopAsked
    | ResumeAsked
    | NumberSuppressed
    | PhoneUp
    | PhoneLost
    | HoldAsked
    | DigitsAsked
    | RecordingPauseAsked
    | DropAsked
    | TransferAsked
    | TransferEnded
    | ParkAsked
    | EarsAsked
)
