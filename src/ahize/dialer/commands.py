"""Every command the engine gives, in the imperative: to the switch, to clearance, and to the store.

Frozen values that survive a journey through the journal as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ahize.compliance.ruling import Permit
from ahize.dialer.values import (
    Candidate,
    Hearing,
    Message,
    Method,
    SeatState,
)
from ahize.kernel.ids import AttemptId, CallId, CampaignId, ContactId, SeatId


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
class Expect:
    """While it rings: whoever answers this call is this seat's. The switch joins them at the answer, unasked.

    It does so only where an engine listens and the seat hears and has nobody; else everything is as without it. Until
    the answer nothing goes from the agent to the line; with ``hears`` the agent hears what the carrier sends while it
    rings. ``seat`` None takes it back. A call that does not ring any more is none of its business.
    """

    call: CallId
    seat: SeatId | None
    hears: bool = False


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


@dataclass(frozen=True, slots=True)
class Explain:
    """Say on the wallboard why so many are dialled ahead.

    Args:
        dials: how many more it dials now; ``allowance``: how many of those in the air nobody need be free for.
        free, freeing: seats that wait; seats expected to be free within ``within_s``.
        in_air, worth: dials whose fate is open, and the live answers expected of them.
        decides: whose definition of abandonment leaves the least; empty: the campaign's own limit.
    """

    campaign: CampaignId
    dials: int
    free: int
    freeing: float
    within_s: float
    in_air: int
    worth: float
    allowance: int
    decides: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """Keep what a campaign's pacer has learned (``pacing/learned.py``), for the engine of the next life."""

    campaign: CampaignId
    text: str


SwitchCommand = (
    Originate
    | Expect
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

Command = (
    Lease
    | Release
    | SeekLeave
    | SwitchCommand
    | Offer
    | SetSeat
    | Conclude
    | Recycle
    | DisposeFor
    | Warn
    | Explain
    | Learned
)
