"""Every event the engine hears and every command it gives.

Events are in the past tense, commands in the imperative. All are frozen values that survive a journey through the
journal as JSON. An event that comes out of turn is a surprise: the engine counts it and goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from ahize.calls.events import CallEvent
from ahize.compliance.ruling import Permit
from ahize.kernel.ids import AttemptId, CallId, CampaignId, ContactId, PhoneId, SeatId, SellerId

Mode = Literal["manual", "preview", "progressive", "ratio", "broadcast"]
Method = Literal["manual", "preview", "progressive", "predictive", "prerecorded", "ai_voice"]
Origin = Literal["dialer", "preview", "typed", "callback", "api"]
SeatState = Literal["closed", "paused", "ready", "previewing", "ringing", "talking", "wrap_up"]
Message = Literal["abandoned"]
OnMachine = Literal["leave", "hang_up"]
TransferEnd = Literal["complete", "back", "all"]
Hearing = Literal["listen", "whisper", "barge", "off"]
Ears = Literal["listen", "whisper", "barge", "take_over", "off"]


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class RecycleRule:
    """After one outcome: wait so long, and try no more often than ``max`` times in all."""

    wait_s: int
    max: int


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """What the engine needs of a campaign, at one version of it.

    ``live_answers`` and ``abandoned`` are the counts of the present period that the budget starts from, and
    ``period_until`` is when they begin again at zero. ``detect`` asks the switch who picked up; without it everybody is
    a person at once. ``person_cost`` is how many times worse it is to hang up on a person than to give an agent a
    machine (``calls.greeting.Threshold``).

    The rest is a broadcast's: ``flow`` is the SHA-256 of what it plays, ``flow_agents`` whether it may lead to an
    agent, ``broadcast_lines`` how many calls there may be at once, ``broadcast_per_s`` how many are begun in a second,
    ``on_machine`` whether a machine gets the flow's own version for machines, ``ai_voice`` whether a machine speaks
    freely rather than from a recording.
    """

    campaign: CampaignId
    seller: SellerId
    version: int
    running: bool
    mode: Mode
    ratio: float
    ring_s_max: int
    connect_s: float
    wrap_up_s: int
    preview_s: int
    abandon_cap: float
    max_attempts: int
    recycling: Mapping[str, RecycleRule]
    live_answers: int = 0
    abandoned: int = 0
    period_until: datetime | None = None
    detect: bool = False
    person_cost: float = 20.0
    flow: str = ""
    flow_agents: bool = False
    broadcast_lines: int = 10
    broadcast_per_s: float = 2.0
    on_machine: OnMachine = "hang_up"
    ai_voice: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact, with the one phone to dial now. ``seat`` is set where the call is promised to one agent."""

    contact: ContactId
    campaign: CampaignId
    seller: SellerId
    phone: PhoneId
    number: str
    attempts: int
    due_at: datetime
    origin: Origin = "dialer"
    seat: SeatId | None = None
    callback: UUID | None = None


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


# ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
    """An agent stepped back; ``code`` says why. In a talk it holds from the end of the wrap-up."""

    seat: SeatId
    code: str


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


# ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Lease:
    """Hand over up to ``n`` contacts of this campaign that are due. The store answers with one ``Leased``."""

    campaign: CampaignId
    n: int


@dataclass(frozen=True, slots=True)
class Release:
    """Take these contacts back undialled; they are due again at ``due_at``."""

    campaign: CampaignId
    contacts: tuple[ContactId, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SeekLeave:
    """Ask clearance. It answers ``Cleared`` or ``Barred`` for this attempt, or (dead) nothing."""

    attempt: AttemptId
    candidate: Candidate
    method: Method
    version: int


@dataclass(frozen=True, slots=True)
class Originate:
    """Dial, at most once. The gate verifies and spends the permit first.

    With ``detect`` the switch listens who picked up and says ``HumanHeard`` or ``MachineHeard``; without, whoever
    answers is a person, and ``HumanHeard`` follows ``Answered`` at once. ``person_cost`` says how sure it must be of a
    machine (``calls.greeting.Threshold``).
    """

    call: CallId
    permit: Permit
    ring_s: int
    detect: bool = False
    person_cost: float = 20.0


@dataclass(frozen=True, slots=True)
class Connect:
    """Let the agent of this seat and the called person hear each other, and nobody else.

    Whoever spoke with the person before hears them no more; music and a consultation end with it.
    """

    call: CallId
    seat: SeatId


@dataclass(frozen=True, slots=True)
class PlayMessage:
    """Play the required message, then hang up when it was heard."""

    call: CallId
    message: Message


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call on our side."""

    call: CallId
    why: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The person hears music and nobody (``on``), or again whom they spoke with.

    With ``free`` they are no agent's from then on: parked, or left by somebody who has gone. Whoever they spoke with
    can be joined to another call, and ``Connect`` or ``PlayMessage`` says what comes of the person.
    """

    call: CallId
    on: bool
    free: bool = False


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Send these keys to the called side."""

    call: CallId
    digits: str


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Record neither sound nor keys (``on``), or record again."""

    call: CallId
    on: bool


@dataclass(frozen=True, slots=True)
class DropSound:
    """Take the agent out, play this sound to the far end, then hang up."""

    call: CallId
    sound: UUID


@dataclass(frozen=True, slots=True)
class RunFlow:
    """Let the called side hear this flow, or its version for machines; one that runs already goes on.

    With ``agents`` a step of it may ask for an agent (``AgentWanted``); the person hears music from then on.
    """

    call: CallId
    flow: str
    agents: bool
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Consult:
    """The agent of this seat and the one who has the call hear each other; the person hears music."""

    call: CallId
    seat: SeatId


@dataclass(frozen=True, slots=True)
class JoinAll:
    """Person and both agents of a consultation hear each other."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Listen:
    """The supervisor hears this seat (whispers to it, joins in), or (``off``) nobody; the person hears no click."""

    supervisor: SeatId
    seat: SeatId
    how: Hearing


@dataclass(frozen=True, slots=True)
class Offer:
    """Show this contact to the agent before anything rings (preview)."""

    seat: SeatId
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class SetSeat:
    """The seat is in this state from now on; the store writes it and tells the agent's screen."""

    seat: SeatId
    state: SeatState
    campaign: CampaignId | None
    attempt: AttemptId | None = None
    deadline: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conclude:
    """The attempt has its one outcome. ``cause`` is the raw Q.850 number where the network gave one."""

    attempt: AttemptId
    outcome: str
    cause: int | None
    connected: bool


@dataclass(frozen=True, slots=True)
class Recycle:
    """This contact is due again at ``due_at``, or never (None), for this reason. Its lease ends with it."""

    campaign: CampaignId
    contact: ContactId
    due_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class DisposeFor:
    """The wrap-up time ran out: give the attempt this disposition and put it on the to-fix list."""

    attempt: AttemptId
    seat: SeatId
    code: str


@dataclass(frozen=True, slots=True)
class Warn:
    """Tell the supervisors; ``about`` holds ids as text."""

    kind: str
    about: Mapping[str, str] = field(default_factory=dict)


SwitchCommand = (
    Originate
    | Connect
    | PlayMessage
    | HangUp
    | Hold
    | SendDigits
    | PauseRecording
    | DropSound
    | RunFlow
    | Consult
    | JoinAll
    | Listen
)
"""What a switch obeys; ``isinstance(command, SwitchCommand)`` tells."""

Command = Lease | Release | SeekLeave | SwitchCommand | Offer | SetSeat | Conclude | Recycle | DisposeFor | Warn
